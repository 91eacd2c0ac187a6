//! Rows as INSERTs of many rows, and what the server says that it did with them.

use super::connection::MySqlConnection;
use super::constants::Constants;
use super::quoting::quoted;
use crate::loaded_table::LoadedTable;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::Table;
use seedbed_text_encode::UnsupportedColumn;
use std::ops::Range;

/// Rows in one INSERT.
const ROWS: usize = 1000;

/// Writes the rows of one table as statements.
pub(super) struct Writer<'a> {
    pub(super) table: LoadedTable<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(table: LoadedTable<'a>) -> Self {
        Self { table }
    }

    /// The INSERTs of a batch, none longer than `limit` bytes by more than a row, with the rows of each. `tail` ends
    /// every one.
    pub(super) fn inserts(
        &self,
        batch: &Batch,
        limit: usize,
        tail: &str,
    ) -> Result<Vec<(String, Range<usize>)>, UnsupportedColumn> {
        let model = self.table.model();
        let names: Vec<String> = self.table.load.columns.iter().map(|c| quoted(&model[*c].name)).collect();
        let head = format!("INSERT INTO {} ({}) VALUES ", quoted(&model.name.name), names.join(", "));
        let cells = Constants::new(self.table.schema(), batch, &batch.columns)?;
        let mut statements = Vec::new();
        let (mut sql, mut first) = (head.clone(), 0);
        for row in 0..batch.rows.num_rows() {
            if row > first {
                sql.push(',');
            }
            cells.push_tuple(row, &mut sql);
            if row + 1 - first >= ROWS || sql.len() >= limit {
                sql.push_str(tail);
                statements.push((std::mem::replace(&mut sql, head.clone()), first..row + 1));
                first = row + 1;
            }
        }
        if first < batch.rows.num_rows() {
            sql.push_str(tail);
            statements.push((sql, first..batch.rows.num_rows()));
        }
        Ok(statements)
    }
}

/// Sends one INSERT of so many rows.
pub(super) fn insert(
    connection: &mut MySqlConnection,
    sql: &str,
    table: &Table,
    rows: u64,
) -> mysql::Result<Done> {
    connection.query_drop(sql)?;
    done(connection, table, rows)
}

/// What one statement did, by the server's word.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// Every row is stored as it was sent.
    Whole,
    /// Some rows were left out, or were changed on the way.
    Less {
        /// Rows stored.
        stored: u64,
        /// The first warning that counts, with its number.
        warning: Option<Warning>,
    },
}

/// What the server says of a statement that it carried out all the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Warning {
    /// Its number, 0 where the server did not show it.
    pub(super) code: u16,
    pub(super) message: String,
}

/// What the last statement did with so many rows of a table.
pub(super) fn done(connection: &mut MySqlConnection, table: &Table, sent: u64) -> mysql::Result<Done> {
    let stored = connection.affected_rows();
    let warnings = usize::from(connection.warnings());
    let mut warning = None;
    if warnings > 0 {
        let shown: Vec<(String, u16, String)> = connection.query("SHOW WARNINGS")?;
        // The server keeps `max_error_count` of them; what it doesn't show may be anything.
        let is_all = shown.len() >= warnings;
        let mut others = shown.into_iter().filter(|(level, code, message)| {
            !(is_harmless(*code) || (level == "Note" && *code == 1265 && is_of_generated(table, message)))
        });
        let first = others.next().map(|(_, code, message)| Warning { code, message });
        let unknown = || Warning { code: 0, message: format!("{warnings} warnings") };
        warning = first.or_else(|| (!is_all).then(unknown));
    }
    Ok(if stored == sent && warning.is_none() { Done::Whole } else { Done::Less { stored, warning } })
}

/// Warnings that say nothing of the rows: a statement that is unsafe to replicate (ER_BINLOG_UNSAFE_STATEMENT), or
/// written in a way that MariaDB alone keeps (ER_WARN_DEPRECATED_SYNTAX).
fn is_harmless(code: u16) -> bool {
    matches!(code, 1287 | 1592)
}

/// Whether a note that digits were rounded off (WARN_DATA_TRUNCATED) is of a generated column, which the server computes.
fn is_of_generated(table: &Table, message: &str) -> bool {
    let generated = table.columns.iter().filter(|column| column.generated.is_some());
    generated.into_iter().any(|column| message.contains(&format!("'{}'", column.name)))
}
