//! Rows that triggers put into other tables than their own.

use seedbed_schema_model::{Schema, TableId};

/// The tables with a trigger that inserts rows into this one, in the order of the DDL.
pub(crate) fn feeders(schema: &Schema, table: TableId) -> Vec<TableId> {
    let feeds = schema.tables_indexed().filter(|(_, t)| t.triggers.iter().any(|t| t.fills(table)));
    feeds.map(|(feeder, _)| feeder).collect()
}
