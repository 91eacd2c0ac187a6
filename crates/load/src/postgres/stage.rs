//! Stages: temporary tables that hold rows until one statement moves them to where they belong.
//!
//! What goes into a stage is checked for its types alone. A stage is made once a session and emptied by every COMMIT; it
//! ends with the session, and nothing of the schema changes by it.

use super::insert::{CopyError, column_list, copy_to};
use super::{PostgresSession, quoted, quoted_column};
use crate::loaded_table::LoadedTable;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::TableId;

/// A table's stage, as SQL names it.
pub(super) fn name(table: TableId) -> String {
    format!("pg_temp.seedbed_stage_{}", table.0)
}

/// Puts a table's rows into its stage, and only them.
pub(super) fn fill(
    session: &mut PostgresSession,
    table: LoadedTable<'_>,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, CopyError> {
    let (stage, columns, from) = (name(table.id()), column_list(table), quoted(table.name()));
    // Made in this transaction or in an earlier pass, which took it back.
    let make = format!(
        "CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS AS SELECT {columns} FROM {from} WITH NO DATA; \
         DELETE FROM {stage}"
    );
    session.client.batch_execute(&make).map_err(CopyError::Server)?;
    copy_to(&mut session.client, &stage, table, batches)
}

/// `INSERT INTO ... SELECT` that moves rows from a table's stage into the table, those that hold `condition` (the stage is
/// `s`).
pub(super) fn insert(table: LoadedTable<'_>, condition: &str) -> String {
    let columns = table.load.columns.iter();
    let staged: Vec<String> =
        columns.map(|c| format!("s.{}", quoted_column(&table.model()[*c].name))).collect();
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} AS s WHERE {condition}",
        quoted(table.name()),
        column_list(table),
        staged.join(", "),
        name(table.id()),
    )
}
