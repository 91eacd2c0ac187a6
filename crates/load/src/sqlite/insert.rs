//! INSERTs with bound values.

use super::bind::Binder;
use super::quoted;
use rusqlite::Connection;
use seedbed_datagen_core::{Batch, Plan, TablePlan};
use seedbed_export::UnsupportedColumn;
use seedbed_schema_model::ColumnIdx;

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

/// Inserts the batches of a table. Rows whose `over` is there already, if it names a key, change the row that has it.
/// Returns how many rows were stored; a trigger may have kept some out.
pub(super) fn rows(
    connection: &Connection,
    plan: &Plan,
    table: &TablePlan,
    batches: &mut dyn Iterator<Item = Batch>,
    over: &[ColumnIdx],
) -> Result<u64, InsertError> {
    let schema = plan.schema();
    let owner = &schema[table.table];
    let mut statement =
        connection.prepare(&format!("{}{}", sql(plan, table), on_conflict(plan, table, over)))?;
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

/// What an INSERT does with a row whose key is there (SQLite: lang_upsert).
fn on_conflict(plan: &Plan, table: &TablePlan, over: &[ColumnIdx]) -> String {
    let owner = &plan.schema()[table.table];
    let names = |columns: &mut dyn Iterator<Item = &ColumnIdx>| -> Vec<String> {
        columns.map(|c| quoted(&owner[*c].name)).collect()
    };
    if over.is_empty() {
        return String::new();
    }
    let sets: Vec<String> = names(&mut table.columns.iter().filter(|c| !over.contains(c)))
        .iter()
        .map(|c| format!("{c} = excluded.{c}"))
        .collect();
    let act = if sets.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", sets.join(", ")) };
    format!(" ON CONFLICT ({}) DO {act}", names(&mut over.iter()).join(", "))
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
