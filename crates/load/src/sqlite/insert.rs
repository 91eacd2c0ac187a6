//! INSERTs with bound values.

use super::bind::Binder;
use super::quoted;
use rusqlite::Connection;
use seedbed_datagen_core::{Batch, Plan, TablePlan};
use seedbed_export::UnsupportedColumn;

/// Why rows were not inserted.
#[derive(Debug)]
pub(super) enum InsertError {
    /// SQLite's error.
    Server(rusqlite::Error),
    /// A batch holds what can't be bound.
    Column(UnsupportedColumn),
}

impl From<rusqlite::Error> for InsertError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Server(error)
    }
}

/// Inserts the batches of a table. Returns how many rows were stored; a trigger may have kept some out.
pub(super) fn rows(
    connection: &Connection,
    plan: &Plan,
    table: &TablePlan,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, InsertError> {
    let schema = plan.schema();
    let owner = &schema[table.table];
    let mut statement = connection.prepare(&sql(plan, table))?;
    let mut scratch = Vec::new();
    let mut stored = 0;
    for batch in batches {
        let columns = batch.columns.iter().zip(batch.rows.columns());
        let binders = columns
            .map(|(column, array)| Binder::new(schema, &owner[*column], array))
            .collect::<Result<Vec<_>, _>>()
            .map_err(InsertError::Column)?;
        for row in 0..batch.rows.num_rows() {
            for (i, binder) in binders.iter().enumerate() {
                binder.bind(&mut statement, i + 1, row, &mut scratch)?;
            }
            stored += statement.raw_execute()? as u64;
        }
    }
    Ok(stored)
}

fn sql(plan: &Plan, table: &TablePlan) -> String {
    let owner = &plan.schema()[table.table];
    let name = quoted(&owner.name.name);
    if table.columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES");
    }
    let columns: Vec<String> = table.columns.iter().map(|c| quoted(&owner[*c].name)).collect();
    let places = vec!["?"; columns.len()];
    format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}
