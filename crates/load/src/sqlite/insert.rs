//! INSERTs with bound values, many rows at a time.

use super::bind::Binder;
use super::quoted;
use crate::loaded_table::LoadedTable;
use crate::send_error::SendError;
use rusqlite::{Connection, Statement};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::ColumnIdx;
use std::ops::Range;

/// Why rows were not inserted.
pub(super) type InsertError = SendError<rusqlite::Error>;

/// Rows in one INSERT. Most of what SQLite does for a row of a small table it does for the statement: it opens and closes
/// the table and its indexes, and readies itself to take the statement back. A hundred rows share that as well as a
/// thousand do; the batches of a run are multiples of this number.
const ROWS: usize = 64;

/// Parameters that SQLite allows a statement (SQLite: "Limits", `SQLITE_MAX_VARIABLE_NUMBER`).
const PARAMETERS: usize = 32_766;

/// Inserts the batches of a table. Rows whose `over` is there already, if it names a key, change the row that has it.
/// Returns how many rows were stored; a trigger may have kept some out.
pub(super) fn rows(
    connection: &Connection,
    table: LoadedTable<'_>,
    batches: &mut dyn Iterator<Item = Batch>,
    over: &[ColumnIdx],
) -> Result<u64, InsertError> {
    let (schema, model) = (table.schema(), table.model());
    let mut inserts = Inserts::prepare(connection, table, over).map_err(InsertError::Server)?;
    let mut stored = 0;
    for batch in batches {
        let columns = batch.columns.iter().zip(batch.rows.columns());
        let binders = columns
            .map(|(column, array)| Binder::new(schema, &model[*column], array))
            .collect::<Result<Vec<_>, _>>()?;
        stored += inserts.insert(&binders, batch.rows.num_rows()).map_err(InsertError::Server)?;
    }
    Ok(stored)
}

/// Whether SQLite can make sense of an INSERT into a table, with all that it checks on the way.
pub(super) fn compiles(connection: &Connection, table: LoadedTable<'_>) -> bool {
    connection.prepare(&sql(table, &[], 1)).is_ok()
}

/// The statements that insert rows of one table.
struct Inserts<'c> {
    connection: &'c Connection,
    table: LoadedTable<'c>,
    over: &'c [ColumnIdx],
    /// Rows of the statement for many; 1 where there is no such statement.
    many_rows: usize,
    /// The statement for many rows, once there are so many.
    many: Option<Statement<'c>>,
    one: Statement<'c>,
    /// Room for the text of a cell.
    scratch: Vec<u8>,
}

impl<'c> Inserts<'c> {
    fn prepare(
        connection: &'c Connection,
        table: LoadedTable<'c>,
        over: &'c [ColumnIdx],
    ) -> rusqlite::Result<Self> {
        let one = connection.prepare(&sql(table, over, 1))?;
        let many_rows = match table.load.columns.len() {
            0 => 1,
            columns => (PARAMETERS / columns).clamp(1, ROWS),
        };
        Ok(Self { connection, table, over, many_rows, many: None, one, scratch: Vec::new() })
    }

    /// Inserts the rows of a batch. Returns how many were stored.
    fn insert(&mut self, binders: &[Binder<'_>], rows: usize) -> rusqlite::Result<u64> {
        let together = if self.many_rows > 1 { rows - rows % self.many_rows } else { 0 };
        let mut stored = 0;
        if together > 0 {
            let many = match &mut self.many {
                Some(many) => many,
                None => {
                    self.many.insert(self.connection.prepare(&sql(self.table, self.over, self.many_rows))?)
                }
            };
            for first in (0..together).step_by(self.many_rows) {
                stored += execute(many, binders, first..first + self.many_rows, &mut self.scratch)?;
            }
        }
        for row in together..rows {
            stored += execute(&mut self.one, binders, row..row + 1, &mut self.scratch)?;
        }
        Ok(stored)
    }
}

/// Runs a statement with as many rows as it takes.
fn execute(
    statement: &mut Statement<'_>,
    binders: &[Binder<'_>],
    rows: Range<usize>,
    scratch: &mut Vec<u8>,
) -> rusqlite::Result<u64> {
    let mut parameter = 0;
    for row in rows {
        for binder in binders {
            parameter += 1;
            binder.bind(statement, parameter, row, scratch)?;
        }
    }
    Ok(statement.raw_execute()? as u64)
}

/// The INSERT of so many rows, with a parameter for each column of each. One that is `over` a key changes the row that has
/// it.
fn sql(table: LoadedTable<'_>, over: &[ColumnIdx], rows: usize) -> String {
    let name = quoted(&table.name().name);
    let conflict = on_conflict(table, over);
    if table.load.columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES{conflict}");
    }
    let columns: Vec<String> = table.load.columns.iter().map(|c| quoted(&table.model()[*c].name)).collect();
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    format!("INSERT INTO {name} ({}) VALUES {}{conflict}", columns.join(", "), vec![row; rows].join(", "))
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
