//! INSERTs with bound values.

use super::bind::Binder;
use super::quoted;
use crate::loaded_table::LoadedTable;
use crate::send_error::SendError;
use rusqlite::Connection;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::ColumnIdx;

/// Why rows were not inserted.
pub(super) type InsertError = SendError<rusqlite::Error>;

/// Inserts the batches of a table. Rows whose `over` is there already, if it names a key, change the row that has it.
/// Returns how many rows were stored; a trigger may have kept some out.
pub(super) fn rows(
    connection: &Connection,
    table: LoadedTable<'_>,
    batches: &mut dyn Iterator<Item = Batch>,
    over: &[ColumnIdx],
) -> Result<u64, InsertError> {
    let (schema, model) = (table.schema(), table.model());
    let sql = format!("{}{}", sql(table), on_conflict(table, over));
    let mut statement = connection.prepare(&sql).map_err(InsertError::Server)?;
    let mut scratch = Vec::new();
    let mut stored = 0;
    for batch in batches {
        let columns = batch.columns.iter().zip(batch.rows.columns());
        let binders = columns
            .map(|(column, array)| Binder::new(schema, &model[*column], array))
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.rows.num_rows() {
            let bind =
                |(i, binder): (usize, &Binder<'_>)| binder.bind(&mut statement, i + 1, row, &mut scratch);
            let bound = binders.iter().enumerate().try_for_each(bind);
            stored += bound.and_then(|()| statement.raw_execute()).map_err(InsertError::Server)? as u64;
        }
    }
    Ok(stored)
}

/// What an INSERT does with a row whose key is there (SQLite: lang_upsert).
fn on_conflict(table: LoadedTable<'_>, over: &[ColumnIdx]) -> String {
    let names = |columns: &mut dyn Iterator<Item = &ColumnIdx>| -> Vec<String> {
        columns.map(|c| quoted(&table.model()[*c].name)).collect()
    };
    if over.is_empty() {
        return String::new();
    }
    let sets: Vec<String> = names(&mut table.load.columns.iter().filter(|c| !over.contains(c)))
        .iter()
        .map(|c| format!("{c} = excluded.{c}"))
        .collect();
    let act = if sets.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", sets.join(", ")) };
    format!(" ON CONFLICT ({}) DO {act}", names(&mut over.iter()).join(", "))
}

/// The INSERT of one row, with a parameter for each column.
fn sql(table: LoadedTable<'_>) -> String {
    let name = quoted(&table.name().name);
    if table.load.columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES");
    }
    let columns: Vec<String> = table.load.columns.iter().map(|c| quoted(&table.model()[*c].name)).collect();
    let places = vec!["?"; columns.len()];
    format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}
