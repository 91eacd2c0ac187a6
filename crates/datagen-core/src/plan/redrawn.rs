//! Which columns another attempt of a row may change.

use super::builder::TableBuilder;
use crate::redraw::Redrawn;
use crate::units::{empty_buffer, push_value};
use crate::{ColumnBuffer, arrow_type};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::{Value, evaluate};

impl TableBuilder<'_> {
    /// The columns in no key, that nothing refers to. Those of which the spec says something stay with their law, and
    /// are neither left out nor NULL where it says otherwise.
    pub(super) fn redrawn(&self) -> Vec<Redrawn> {
        let table = self.relation.table;
        let free = (0..table.columns.len())
            .map(|i| ColumnIdx(i as u16))
            .filter(|c| !self.is_keyed(*c) && !self.sieved.contains(c) && !self.is_referred_to(*c));
        free.map(|column| {
            let asked = self.spec_of(column).is_some();
            Redrawn {
                column,
                nullable: !asked && self.facts[column].nullable,
                default: if asked { None } else { self.constant_default(column) },
            }
        })
        .collect()
    }

    /// Whether some reference names the column: what its children refer to may not move.
    pub(super) fn is_referred_to(&self, column: ColumnIdx) -> bool {
        let references = self.planner.schema.tables.iter().flat_map(|t| &t.foreign_keys);
        references.filter(|fk| fk.parent == self.relation.id).any(|fk| fk.parent_columns.contains(&column))
    }

    fn constant_default(&self, column: ColumnIdx) -> Option<ColumnBuffer> {
        let expr = &self.relation.table[column].default.as_ref()?.expr;
        let is_constant = expr.columns().is_empty() && self.owner(column).is_none();
        let nothing: Vec<Value> = Vec::new();
        let value = is_constant.then(|| evaluate(expr, &nothing, &self.cx()).ok())??;
        let schema = &self.planner.schema;
        let mut cell = empty_buffer(&arrow_type(schema, &self.relation.table[column].ty));
        let base = self.facts[column].base;
        (!value.is_null() && push_value(&mut cell, &value, base, schema)).then_some(cell)
    }
}
