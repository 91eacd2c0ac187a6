//! Tables that are taken over from another row file.

use super::connection::{immutable_uri, open_immutable};
use super::error::RowFileError;
use super::layout::{TableLayout, read_layout};
use super::names::quoted;
use rusqlite::Connection;
use seedbed_schema_model::{Schema, TableId};
use std::path::Path;

/// What the other file is called meanwhile.
const OTHER: &str = "_seedbed_other";

/// Copies tables of another file, record by record: no value is looked at. The connection is in a transaction before and
/// afterwards.
///
/// # Errors
/// See [`RowFileWriter::carry`](super::RowFileWriter::carry).
pub(crate) fn carry_tables(
    connection: &Connection,
    from: &Path,
    schema: &Schema,
    tables: &[TableId],
) -> Result<Vec<TableLayout>, RowFileError> {
    let there = read_layout(from, &open_immutable(from)?)?.tables;
    let layout_of = |table: &TableId| {
        let name = schema[*table].name.to_string();
        let found = there.iter().find(|layout| layout.name == name).cloned();
        found.ok_or_else(|| RowFileError::UnknownTable {
            table: name,
            known: there.iter().map(|layout| layout.name.clone()).collect(),
        })
    };
    let layouts: Vec<TableLayout> = tables.iter().map(layout_of).collect::<Result<_, _>>()?;
    let failed = || RowFileError::sqlite("taking over rows");
    // A file can't be let go of in the middle of a transaction, and nothing is synced by the end of this one.
    connection.execute_batch("COMMIT").map_err(failed())?;
    connection.execute(&format!("ATTACH ? AS {OTHER}"), [immutable_uri(from)]).map_err(failed())?;
    connection.execute_batch("BEGIN").map_err(failed())?;
    for layout in &layouts {
        let doing = || RowFileError::sqlite(format!("taking over the rows of `{}`", layout.name));
        connection.execute_batch(&layout.create_sql()).map_err(doing())?;
        connection.execute_batch(&copy_sql(layout)).map_err(doing())?;
    }
    connection.execute_batch(&format!("COMMIT; DETACH {OTHER}; BEGIN")).map_err(failed())?;
    Ok(layouts)
}

/// Copies the rows of a table that was made as it is in the other file. Two tables of the same declaration and without an index are
/// copied by SQLite as their records lie there, numbers of rows with them (SQLite: `xferOptimization` of `insert.c`), or
/// numbered from 1 as [rows are](TableLayout::first_rowid) where no column is the number.
fn copy_sql(layout: &TableLayout) -> String {
    let name = layout.sql();
    format!("INSERT INTO main.{name} SELECT * FROM {}.{name}", quoted(OTHER))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The instructions of SQLite's machine that copy each table of a file.
    pub(in crate::row_file) fn instructions(from: &Path) -> Vec<(String, Vec<String>)> {
        let connection = Connection::open_in_memory().expect("it opens");
        connection.execute(&format!("ATTACH ? AS {OTHER}"), [from.to_str()]).expect("it is a database");
        let layouts =
            read_layout(from, &open_immutable(from).expect("it opens")).expect("a file of rows").tables;
        let explained = |layout: &TableLayout| {
            connection.execute_batch(&layout.create_sql()).expect("it can be made");
            let sql = format!("EXPLAIN {}", copy_sql(layout));
            let mut statement = connection.prepare(&sql).expect("it is understood");
            let opcodes = statement.query_map([], |row| row.get(1)).expect("it is explained");
            (layout.name.clone(), opcodes.map(|opcode| opcode.expect("a text")).collect())
        };
        layouts.iter().map(explained).collect()
    }
}
