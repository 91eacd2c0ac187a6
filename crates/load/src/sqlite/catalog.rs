//! The tables that the file has.

use crate::LoadError;
use crate::operation::Operation;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// The names of all tables and views in lower case, as SQLite compares names.
pub(super) fn relations(connection: &Connection) -> Result<BTreeSet<String>, LoadError> {
    let sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')";
    let names = strings(connection, sql).map_err(LoadError::server(Operation::ReadCatalog))?;
    Ok(names.into_iter().map(|n| n.to_lowercase()).collect())
}

/// Whether any trigger may make, change or refuse rows.
pub(super) fn has_triggers(connection: &Connection) -> Result<bool, LoadError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')";
    connection.query_row(sql, [], |row| row.get(0)).map_err(LoadError::server(Operation::ReadCatalog))
}

/// The first column as text; bytes that are no text are passed over.
pub(super) fn strings(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let values = statement.query_map([], |row| Ok(row.get_ref(0)?.as_str().ok().map(str::to_owned)))?;
    values.filter_map(Result::transpose).collect()
}
