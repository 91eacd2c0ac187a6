//! The row of the session's user.
//!
//! Triggers that keep an audit trail look for the row of whoever writes: `SELECT id FROM users WHERE name =
//! SESSION_USER`. It is part of what the target is, like the rows that it holds: one row of the table has to be that
//! user's.

use super::assembly::Assembly;
use seedbed_datagen_core::ColumnBuffer;
use seedbed_rows::{ColumnProgram, push_value};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_values::Value;
use std::collections::BTreeMap;

impl Assembly<'_, '_> {
    /// The user's name as the first row's cell of each column in which triggers look for it. Not where the target holds
    /// it already, where the column does not take it, and where the column refers to another table, which would have
    /// to hold it.
    pub(super) fn session_user(&mut self) -> BTreeMap<ColumnIdx, ColumnBuffer> {
        let Some(user) = self.cx.planning.request.existing.session_user.clone() else {
            return BTreeMap::new();
        };
        let value = Value::Text(user.clone());
        let mut found = BTreeMap::new();
        for (column, _) in self.cx.table().columns_indexed() {
            let facts = &self.facts[column];
            let fits = facts.domain.text.max_chars.is_none_or(|most| user.chars().count() <= most as usize);
            let sought = self.cx.schema().is_user_sought_in(self.cx.id(), column);
            let listed = matches!(&self.draft.cells[column], Some(ColumnProgram::Listed { .. }));
            if !sought
                || !fits
                || !listed
                || !facts.base.is_text()
                || !self.facts.admits(&self.cx, column, &value)
            {
                continue;
            }
            let mut cell = self.cx.buffer(column);
            if !push_value(&mut cell, &value, facts.base, self.cx.schema()) {
                continue;
            }
            if let Some(Some(note)) = self.draft.notes.get_mut(column.position()) {
                note.seeks_session_user = true;
            }
            found.insert(column, cell);
        }
        found
    }
}
