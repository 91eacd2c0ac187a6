//! Which columns another attempt of a row may change.
//!
//! A row that breaks a CHECK which no branch settles is drawn again, with other values, with NULLs, or with defaults.
//! What identifies a row, or is shown by others, keeps its first draw, so that keys and references need no second look.

use super::assembly::Assembly;
use seedbed_datagen_core::ColumnBuffer;
use seedbed_rows::{Redrawn, push_value};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::Value;

impl Assembly<'_, '_> {
    /// The columns that no key binds and that nothing refers to. Those of which the spec says something stay with their law, and
    /// are neither left out nor NULL where it says otherwise.
    pub(super) fn redrawn(&self) -> Vec<Redrawn> {
        let table = self.cx.table();
        let free = (0..table.columns.len())
            .map(|i| ColumnIdx(i as u16))
            .filter(|c| !self.draft.placed.contains(c))
            .filter(|c| !self.draft.is_bound_by_keys(&self.cx, *c))
            .filter(|c| !self.sieved.contains(c) && !self.cx.is_referred_to(*c));
        free.map(|column| {
            let asked = self.cx.spec_of(column).is_some();
            Redrawn {
                column,
                nullable: !asked && self.facts[column].nullable && !self.cx.table().is_shown_only(column),
                default: if asked { None } else { self.constant_default(column) },
            }
        })
        .collect()
    }

    /// The default of a column as a cell, if it is a constant that the column can hold and is not NULL.
    fn constant_default(&self, column: ColumnIdx) -> Option<ColumnBuffer> {
        let expr = &self.cx.table()[column].default.as_ref()?.expr;
        let is_constant = expr.columns().is_empty() && self.draft.owner(column).is_none();
        let nothing: Vec<Value> = Vec::new();
        let value = is_constant.then(|| evaluate(expr, &nothing, &self.cx.expressions()).ok())??;
        let schema = &self.cx.schema();
        let mut cell = self.cx.buffer(column);
        let base = self.facts[column].base;
        (!value.is_null() && push_value(&mut cell, &value, base, schema)).then_some(cell)
    }
}
