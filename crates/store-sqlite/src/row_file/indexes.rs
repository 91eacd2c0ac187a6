//! The indexes of a row file.

use super::layout::{ColumnLayout, TableLayout};
use rusqlite::Connection;
use seedbed_schema_model::{ColumnIdx, KeyPart, KeyTerm, Table, UniqueKey};

/// What a table's indexes are over, as the end of the statements that make them: its keys, and what it refers to others by. None is UNIQUE: a
/// version of a dataset may hold rows that somebody wants to see *because* they break a key, and what is equal is another
/// question to each server; `ANALYZE` tells SQLite's planner how selective they are. Keys of expressions have none, those
/// over parts of rows or of values have one over the whole columns.
pub(crate) fn indexed_columns(model: &Table, table: &TableLayout) -> Vec<String> {
    let keys = model.primary_key.iter().map(|key| key.columns.clone());
    let uniques = model.uniques.iter().filter_map(plain_columns);
    let references = model.foreign_keys.iter().map(|key| key.columns.clone());
    let mut wanted: Vec<Vec<&ColumnLayout>> = Vec::new();
    for columns in keys.chain(uniques).chain(references) {
        let stored = |column: &ColumnIdx| table.column(&model.columns.get(usize::from(column.0))?.name);
        // A generated column may not have been written.
        let Some(columns) = columns.iter().map(stored).collect::<Option<Vec<_>>>() else { continue };
        let row_number = table.row_number.and_then(|at| table.columns.get(at));
        let is_rowid = row_number.is_some_and(|number| columns.first() == Some(&number));
        let is_there = wanted.iter().any(|other| other.starts_with(&columns));
        if !columns.is_empty() && !is_rowid && !is_there {
            wanted.retain(|other| !columns.starts_with(other));
            wanted.push(columns);
        }
    }
    let over = |columns: Vec<&ColumnLayout>| {
        let columns: Vec<String> = columns.iter().map(|column| column.sql()).collect();
        format!(" ON {} ({})", table.sql(), columns.join(", "))
    };
    wanted.into_iter().map(over).collect()
}

/// An index that is in a file.
pub(crate) struct StoredIndex {
    pub(crate) name: String,
    pub(crate) table: String,
    /// The statement that made it.
    pub(crate) sql: String,
}

/// The indexes of a file.
pub(crate) fn indexes(connection: &Connection) -> rusqlite::Result<Vec<StoredIndex>> {
    let sql = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let index =
        |row: &rusqlite::Row<'_>| Ok(StoredIndex { name: row.get(0)?, table: row.get(1)?, sql: row.get(2)? });
    statement.query_map([], index)?.collect()
}

/// A unique key's columns, if all of its parts are columns.
fn plain_columns(key: &UniqueKey) -> Option<Vec<ColumnIdx>> {
    let column = |part: &KeyPart| match part.term {
        KeyTerm::Column(column) => Some(column),
        KeyTerm::Expr(_) => None,
    };
    key.parts.iter().map(column).collect()
}
