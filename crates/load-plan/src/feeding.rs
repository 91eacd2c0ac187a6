//! Rows that triggers put into other tables than their own.

use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;

/// The tables whose triggers insert rows into others, by those others.
#[derive(Debug)]
pub(crate) struct Feeding {
    by_fed: BTreeMap<TableId, Vec<TableId>>,
}

impl Feeding {
    /// That of a schema: one walk over its triggers.
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut by_fed: BTreeMap<TableId, Vec<TableId>> = BTreeMap::new();
        for (feeder, table) in schema.tables_indexed() {
            for fed in table.triggers.iter().filter(|t| t.on_insert()).flat_map(|t| &t.feeds) {
                let feeders = by_fed.entry(*fed).or_default();
                if feeders.last() != Some(&feeder) {
                    feeders.push(feeder);
                }
            }
        }
        Self { by_fed }
    }

    /// The tables with a trigger that inserts rows into this one, in the order of the DDL.
    pub(crate) fn feeders(&self, table: TableId) -> &[TableId] {
        self.by_fed.get(&table).map_or(&[], Vec::as_slice)
    }
}
