//! Stages: temporary tables that hold rows until one statement moves them to where they belong.
//!
//! What goes into a stage is checked for its types alone. A stage is made once a session and emptied by every COMMIT; it
//! ends with the session, and nothing of the schema changes by it.

use super::PostgresSession;
use super::insert::{CopyError, column_list, copy_to};
use super::quoted;
use seedbed_datagen_core::{Batch, Plan, TablePlan};
use seedbed_schema_model::TableId;

/// A table's stage, as SQL names it.
pub(super) fn name(table: TableId) -> String {
    format!("pg_temp.seedbed_stage_{}", table.0)
}

/// Puts a table's rows into its stage, and only them.
pub(super) fn fill(
    session: &mut PostgresSession,
    plan: &Plan,
    table: &TablePlan,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, CopyError> {
    let stage = name(table.table);
    let columns = column_list(plan, table);
    let from = quoted(&plan.schema()[table.table].name);
    // Made in this transaction or in an earlier pass, which took it back.
    let make = format!(
        "CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS AS SELECT {columns} FROM {from} WITH NO DATA; \
         DELETE FROM {stage}"
    );
    session.client.batch_execute(&make).map_err(CopyError::Server)?;
    copy_to(&mut session.client, &stage, plan, table, batches)
}

/// `INSERT INTO ... SELECT` that moves rows from a table's stage into the table, those that hold `condition` (the stage is
/// `s`).
pub(super) fn insert(plan: &Plan, table: &TablePlan, condition: &str) -> String {
    let columns = column_list(plan, table);
    let staged: Vec<String> = table
        .columns
        .iter()
        .map(|c| format!("s.{}", super::quoted_column(&plan.schema()[table.table][*c].name)))
        .collect();
    format!(
        "INSERT INTO {} ({columns}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} AS s WHERE {condition}",
        quoted(&plan.schema()[table.table].name),
        staged.join(", "),
        name(table.table),
    )
}
