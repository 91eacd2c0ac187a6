//! INSERTs with bound values, many rows at a time.

use super::bind::Binder;
use super::layout::TableLayout;
use rusqlite::{Connection, Statement};
use std::ops::Range;

/// Rows in one INSERT: most of what SQLite does for a small row it does for the statement, and so many share that as well as
/// more would. The batches of a run are multiples of this number.
const ROWS: usize = 64;

/// Parameters that SQLite allows a statement (SQLite: "Limits", `SQLITE_MAX_VARIABLE_NUMBER`).
const PARAMETERS: usize = 32_766;

/// The statements that insert rows of one table.
pub(crate) struct Inserts<'c> {
    connection: &'c Connection,
    /// Rows of the statement for many.
    many_rows: usize,
    /// The statement for many rows, once there are so many.
    many: Option<Statement<'c>>,
    one: Statement<'c>,
    /// Room for the text of a cell.
    scratch: Vec<u8>,
}

impl<'c> Inserts<'c> {
    pub(crate) fn prepare(connection: &'c Connection, table: &TableLayout) -> rusqlite::Result<Self> {
        let one = connection.prepare(&sql(table, 1))?;
        let many_rows = match table.columns.len() {
            0 => 1,
            columns => (PARAMETERS / columns).clamp(1, ROWS),
        };
        Ok(Self { connection, many_rows, many: None, one, scratch: Vec::new() })
    }

    /// Inserts the rows of a batch.
    pub(crate) fn insert(
        &mut self,
        table: &TableLayout,
        binders: &mut [Binder<'_>],
        rows: usize,
    ) -> rusqlite::Result<()> {
        let together = if self.many_rows > 1 { rows - rows % self.many_rows } else { 0 };
        if together > 0 {
            let many = match &mut self.many {
                Some(many) => many,
                None => self.many.insert(self.connection.prepare(&sql(table, self.many_rows))?),
            };
            for first in (0..together).step_by(self.many_rows) {
                execute(many, binders, first..first + self.many_rows, &mut self.scratch)?;
            }
        }
        for row in together..rows {
            execute(&mut self.one, binders, row..row + 1, &mut self.scratch)?;
        }
        Ok(())
    }
}

/// Runs a statement with as many rows as it takes.
fn execute(
    statement: &mut Statement<'_>,
    binders: &mut [Binder<'_>],
    rows: Range<usize>,
    scratch: &mut Vec<u8>,
) -> rusqlite::Result<()> {
    let mut parameter = 0;
    for row in rows {
        for binder in &mut *binders {
            parameter += 1;
            binder.bind(statement, parameter, row, scratch)?;
        }
    }
    statement.raw_execute()?;
    Ok(())
}

/// The INSERT of so many rows, with a parameter for each column of each.
fn sql(table: &TableLayout, rows: usize) -> String {
    let name = table.sql();
    if table.columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES");
    }
    let row = format!("({})", vec!["?"; table.columns.len()].join(", "));
    format!("INSERT INTO {name} ({}) VALUES {}", table.columns_sql(), vec![row; rows].join(", "))
}
