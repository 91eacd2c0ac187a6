//! What a SQLite file holds before a load.

use super::quoted;
use crate::LoadError;
use rusqlite::Connection;
use seedbed_datagen_core::{Existing, ExistingTable};
use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table, TableId, UniqueKey};
use seedbed_sql_semantics::fold;
use std::collections::{BTreeMap, BTreeSet};

/// Values remembered of a key that is no integer.
const MAX_TAKEN: usize = 200_000;

/// The names of all tables and views in lower case, as SQLite compares names.
pub(super) fn relations(connection: &Connection) -> Result<BTreeSet<String>, LoadError> {
    let sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')";
    let names = strings(connection, sql).map_err(LoadError::server("reading the catalog"))?;
    Ok(names.into_iter().map(|n| n.to_lowercase()).collect())
}

/// Whether any trigger may make, change or refuse rows.
pub(super) fn has_triggers(connection: &Connection) -> Result<bool, LoadError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')";
    connection.query_row(sql, [], |row| row.get(0)).map_err(LoadError::server("reading the catalog"))
}

/// Reads counts and keys of the tables that hold rows.
pub(super) fn read(
    connection: &Connection,
    schema: &Schema,
    notes: &mut Vec<String>,
) -> Result<Existing, LoadError> {
    let mut existing = Existing::default();
    for (id, rows) in count(connection, schema)?.into_iter().filter(|(_, rows)| *rows > 0) {
        let table = &schema[id];
        let known = read_table(connection, schema, table, rows, notes);
        existing.tables.insert(id, known.map_err(LoadError::server(format!("reading `{}`", table.name)))?);
    }
    Ok(existing)
}

/// The number of rows of every table that the file has.
pub(super) fn count(connection: &Connection, schema: &Schema) -> Result<BTreeMap<TableId, u64>, LoadError> {
    let present = relations(connection)?;
    let mut counts = BTreeMap::new();
    for (id, table) in schema.tables_indexed().filter(|(_, t)| present.contains(&t.name.name.to_lowercase()))
    {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name.name));
        let rows: i64 = connection
            .query_row(&sql, [], |row| row.get(0))
            .map_err(LoadError::server(format!("counting `{}`", table.name)))?;
        counts.insert(id, rows as u64);
    }
    Ok(counts)
}

fn read_table(
    connection: &Connection,
    schema: &Schema,
    table: &Table,
    rows: u64,
    notes: &mut Vec<String>,
) -> rusqlite::Result<ExistingTable> {
    let from = quoted(&table.name.name);
    let mut known = ExistingTable { rows, ..ExistingTable::default() };
    for column in keys(table).into_iter().flatten().collect::<BTreeSet<_>>() {
        if is_integer(schema, &table[column]) {
            let name = quoted(&table[column].name);
            let sql = format!("SELECT max({name}) FROM {from} WHERE typeof({name}) = 'integer'");
            let value: Option<i64> = connection.query_row(&sql, [], |row| row.get(0))?;
            known.greatest.extend(value.map(|v| (column, i128::from(v))));
        }
    }
    let single = keys(table).into_iter().filter(|k| k.len() == 1).flatten().collect::<BTreeSet<_>>();
    for column in single.into_iter().filter(|c| !is_integer(schema, &table[*c])) {
        let name = quoted(&table[column].name);
        let sql = format!(
            "SELECT DISTINCT CAST({name} AS TEXT) FROM {from} WHERE {name} IS NOT NULL LIMIT {}",
            MAX_TAKEN + 1
        );
        let values = strings(connection, &sql)?;
        if values.len() > MAX_TAKEN {
            let label = format!("`{}.{}`", table.name, table[column].name);
            notes.push(format!("{label} holds more than {MAX_TAKEN} values; new ones may collide with them"));
            continue;
        }
        let (ty, collation) = (schema.base_type(&table[column].ty), table[column].collation.as_deref());
        let mut values: Vec<String> =
            values.iter().map(|v| fold(v, collation, Dialect::Sqlite, ty).into_owned()).collect();
        values.sort_unstable();
        values.dedup();
        known.taken.insert(column, values);
    }
    Ok(known)
}

/// The first column as text; bytes that are no text are passed over.
fn strings(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let values = statement.query_map([], |row| Ok(row.get_ref(0)?.as_str().ok().map(str::to_owned)))?;
    values.filter_map(Result::transpose).collect()
}

fn is_integer(schema: &Schema, column: &Column) -> bool {
    matches!(schema.base_type(&column.ty), SqlType::Integer { .. })
}

fn keys(table: &Table) -> Vec<Vec<ColumnIdx>> {
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    primary.chain(table.uniques.iter().filter_map(UniqueKey::plain_columns)).collect()
}
