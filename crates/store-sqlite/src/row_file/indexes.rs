//! The indexes of a row file.

use super::layout::{ColumnLayout, TableLayout};
use super::names::quoted;
use seedbed_schema_model::{ColumnIdx, KeyPart, KeyTerm, Table, UniqueKey};

/// The statements that make a table's indexes: over its keys, and over what it refers to others by. None is UNIQUE: a
/// version of a dataset may hold rows that somebody wants to see *because* they break a key, and what is equal is another
/// question to each server; `ANALYZE` tells SQLite's planner how selective they are. Keys of expressions have none, those
/// over parts of rows or of values have one over the whole columns.
pub(crate) fn index_statements(model: &Table, table: &TableLayout, number: &mut usize) -> Vec<String> {
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
    let statement = |columns: Vec<&ColumnLayout>| {
        *number += 1;
        let columns: Vec<String> = columns.iter().map(|column| column.sql()).collect();
        let name = quoted(&format!("_seedbed_index_{number}"));
        format!("CREATE INDEX {name} ON {} ({})", table.sql(), columns.join(", "))
    };
    wanted.into_iter().map(statement).collect()
}

/// A unique key's columns, if all of its parts are columns.
fn plain_columns(key: &UniqueKey) -> Option<Vec<ColumnIdx>> {
    let column = |part: &KeyPart| match part.term {
        KeyTerm::Column(column) => Some(column),
        KeyTerm::Expr(_) => None,
    };
    key.parts.iter().map(column).collect()
}
