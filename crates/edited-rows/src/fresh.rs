//! Values of rows that a plan makes.

use seedbed_laws::{LawKey, below, mix};
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// A column of the rows that a plan makes of a table.
#[derive(Clone, Debug)]
pub(crate) struct Fresh {
    pub(crate) plan: Arc<Plan>,
    pub(crate) table: TableId,
    pub(crate) column: ColumnIdx,
    /// Rows that the plan makes.
    pub(crate) rows: u64,
    /// Whether an attempt is a row of its own behind the first `wanted`, and not any of them.
    pub(crate) distinct_from: Option<u64>,
    pub(crate) key: LawKey,
    /// Whether rows that are NULL stay so.
    pub(crate) keeps_nulls: bool,
}

impl Fresh {
    /// The row of the plan that the row of a rank takes in an attempt.
    pub(crate) fn row_of(&self, rank: u64, attempt: u64) -> u64 {
        let rows = self.rows.max(1);
        match (attempt, self.distinct_from) {
            (0, _) => rank % rows,
            (_, Some(wanted)) => (wanted + attempt - 1) % rows,
            (_, None) => below(mix(self.key.child(attempt), rank), rows),
        }
    }

    /// The column's values in some rows of the plan.
    pub(crate) fn values(&self, rows: &[u64]) -> Vec<Value> {
        let columns = columns_of(&self.plan, self.table, rows, &[self.column]);
        columns.into_iter().next().unwrap_or_default()
    }
}

/// Values of some columns in some rows that a plan makes; those of types that travel as text are text.
pub(crate) fn columns_of(
    plan: &Plan,
    table: TableId,
    rows: &[u64],
    columns: &[ColumnIdx],
) -> Vec<Vec<Value>> {
    let filled = plan.settled(table, rows, None);
    let column = |column: &ColumnIdx| match filled.get(column) {
        Some(cells) => (0..rows.len()).map(|at| cells.value(at)).collect(),
        None => vec![Value::Null; rows.len()],
    };
    columns.iter().map(column).collect()
}
