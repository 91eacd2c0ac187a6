//! Which columns other tables refer to, gathered once for a plan: to ask each table for each column takes the square of their
//! number.

use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::collections::BTreeSet;

/// Columns that references name, and those that triggers of other tables look up.
#[derive(Debug)]
pub(super) struct Referred {
    named: BTreeSet<(TableId, ColumnIdx)>,
    looked_up: BTreeSet<(TableId, ColumnIdx)>,
}

impl Referred {
    /// Those of a schema.
    pub(super) fn of(schema: &Schema) -> Self {
        let references = schema.tables.iter().flat_map(|t| &t.foreign_keys);
        let named = references.flat_map(|fk| fk.parent_columns.iter().map(|column| (fk.parent, *column)));
        Self { named: named.collect(), looked_up: schema.looked_up().collect() }
    }

    /// The columns of a table that references name.
    pub(super) fn named(&self, table: TableId) -> impl Iterator<Item = ColumnIdx> {
        self.named.range((table, ColumnIdx(0))..=(table, ColumnIdx(u16::MAX))).map(|(_, column)| *column)
    }

    /// Whether a trigger of another table looks at the column.
    pub(super) fn is_looked_up(&self, table: TableId, column: ColumnIdx) -> bool {
        self.looked_up.contains(&(table, column))
    }
}
