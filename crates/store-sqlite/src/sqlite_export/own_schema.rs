//! The database that a schema's own statements make, with the rows of a row file.

use super::error::ExportSqliteError;
use super::stored_value::value_sql;
use crate::row_file::{RowFile, StoredTable, immutable_uri, interrupt_when, quoted};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Nobody reads the file until it is in its place. Triggers of the schema may not act: the rows are what they are.
const SET_UP: &str = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -65536;";

/// Fills an empty file.
pub(super) fn fill(
    file: &RowFile,
    path: &Path,
    schema_sql: &str,
    cancel: &CancelToken,
) -> Result<(), ExportSqliteError> {
    let unmade = |source| ExportSqliteError::Schema { source: Box::new(source) };
    seedbed_load::make_sqlite_database(path, schema_sql, cancel).map_err(unmade)?;
    let failed = || ExportSqliteError::sqlite("setting up a database");
    let connection = connect(path, file, cancel).map_err(failed())?;
    connection.execute_batch("BEGIN").map_err(failed())?;
    let triggers = take_triggers(&connection).map_err(failed())?;
    for table in file.stored_tables() {
        cancel.check()?;
        insert(&connection, file, table)?;
    }
    for table in file.stored_tables() {
        cancel.check()?;
        check_references(&connection, file, table)?;
    }
    for trigger in triggers {
        connection.execute_batch(&trigger).map_err(failed())?;
    }
    connection.execute_batch("COMMIT; DETACH seedbed_rows").map_err(failed())
}

fn connect(path: &Path, file: &RowFile, cancel: &CancelToken) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // As a load has it: collations that an application brings along mostly compare without case.
    connection.collation_needed(|connection, name| {
        connection.create_collation(name, |a, b| a.to_lowercase().cmp(&b.to_lowercase()))
    })?;
    connection.execute_batch(SET_UP)?;
    connection.execute("ATTACH ? AS seedbed_rows", [immutable_uri(file.path())])?;
    interrupt_when(&connection, cancel)?;
    Ok(connection)
}

/// Removes the triggers and returns the statements that make them again.
fn take_triggers(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection
        .prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid")?;
    let triggers: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER main.{}", quoted(name)))?;
    }
    Ok(triggers.into_iter().map(|(_, sql)| sql).collect())
}

/// Stores the rows of a table, but for what SQLite computes itself.
fn insert(connection: &Connection, file: &RowFile, table: &StoredTable) -> Result<(), ExportSqliteError> {
    let schema = file.schema();
    let model = &schema[table.id];
    let doing = || ExportSqliteError::sqlite(format!("storing the rows of `{}`", model.name));
    let writable = writable_columns(connection, model).map_err(doing())?;
    if writable.is_empty() {
        return Err(ExportSqliteError::NoTable { table: model.name.to_string() });
    }
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for (column, stored) in table.columns.iter().zip(&table.layout.columns) {
        let column = &model[*column];
        if column.generated.is_none() && writable.contains(&column.name.to_ascii_lowercase()) {
            columns.push(quoted(&column.name));
            values.push(value_sql(schema, column, stored));
        }
    }
    let (target, source) = (quoted(&model.name.name), table.layout.sql());
    if columns.is_empty() {
        for _ in 0..table.layout.rows {
            connection.execute(&format!("INSERT INTO main.{target} DEFAULT VALUES"), []).map_err(doing())?;
        }
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO main.{target} ({}) SELECT {} FROM seedbed_rows.{source} ORDER BY {}",
        columns.join(", "),
        values.join(", "),
        table.layout.rowid_sql()
    );
    connection.execute(&sql, []).map_err(doing())?;
    Ok(())
}

/// The columns of a table into which values can be written, lower case; none where there is no such table.
fn writable_columns(connection: &Connection, model: &Table) -> rusqlite::Result<BTreeSet<String>> {
    let mut statement =
        connection.prepare("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden NOT IN (2, 3)")?;
    let names = statement.query_map([&model.name.name], |row| row.get::<_, String>(0))?;
    names.map(|name| Ok(name?.to_ascii_lowercase())).collect()
}

/// Looks up the references of a table, but for those whose parents a trigger makes.
fn check_references(
    connection: &Connection,
    file: &RowFile,
    table: &StoredTable,
) -> Result<(), ExportSqliteError> {
    let schema = file.schema();
    let model = &schema[table.id];
    if model.foreign_keys.is_empty() && model.unresolved_references.is_empty() {
        return Ok(());
    }
    let doing = || ExportSqliteError::sqlite(format!("looking up the references of `{}`", model.name));
    let mut broken = BTreeMap::<String, u64>::new();
    let found = lost_parents(connection, &model.name.name, &mut broken);
    match found {
        // A reference that SQLite itself can make nothing of holds no row together, in no database of this schema.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => return Ok(()),
        found => found.map_err(doing())?,
    }
    for (parent, rows) in broken {
        let is_made = model.foreign_keys.iter().any(|reference| {
            let name = &schema[reference.parent].name.name;
            name.eq_ignore_ascii_case(&parent) && schema.is_parent_made(table.id, reference)
        });
        if !is_made {
            return Err(ExportSqliteError::BrokenReferences { table: model.name.to_string(), parent, rows });
        }
    }
    Ok(())
}

/// Counts by parent the references of a table that lead nowhere.
fn lost_parents(
    connection: &Connection,
    table: &str,
    broken: &mut BTreeMap<String, u64>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("PRAGMA main.foreign_key_check({})", quoted(table)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *broken.entry(row.get(2)?).or_default() += 1;
    }
    Ok(())
}
