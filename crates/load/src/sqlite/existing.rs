//! What a SQLite file holds before a load.

use super::catalog::relations;
use super::quoted;
use crate::note::Notes;
use crate::operation::Operation;
use crate::{LoadError, LoadNote};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use seedbed_datagen_core::{Existing, ExistingTable, KnownRows, taken_values};
use seedbed_schema_model::{Column, ColumnIdx, QualifiedName, Schema, SqlType, Table, TableId, UniqueKey};
use seedbed_sql_values::{Value, parse_value};
use std::collections::{BTreeMap, BTreeSet};

/// Values remembered of a key that is no integer.
const MAX_TAKEN: usize = 200_000;

/// Reads counts and keys of the tables that hold rows.
pub(super) fn read(
    connection: &Connection,
    schema: &Schema,
    notes: &mut Notes,
) -> Result<Existing, LoadError> {
    let mut existing = Existing::default();
    for (id, rows) in count(connection, schema)?.into_iter().filter(|(_, rows)| *rows > 0) {
        let table = &schema[id];
        let known = read_table(connection, schema, id, rows, notes);
        existing.tables.insert(id, known.map_err(LoadError::server(Operation::Read(table.name.clone())))?);
    }
    Ok(existing)
}

/// The number of rows of every table that the file has.
pub(super) fn count(connection: &Connection, schema: &Schema) -> Result<BTreeMap<TableId, u64>, LoadError> {
    let present = relations(connection)?;
    let mut counts = BTreeMap::new();
    for (id, table) in schema.tables_indexed().filter(|(_, t)| present.contains(&t.name.name.to_lowercase()))
    {
        counts.insert(id, count_one(connection, &table.name)?);
    }
    Ok(counts)
}

/// The number of rows of a table.
pub(super) fn count_one(connection: &Connection, table: &QualifiedName) -> Result<u64, LoadError> {
    let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
    let rows: i64 = connection
        .query_row(&sql, [], |row| row.get(0))
        .map_err(LoadError::server(Operation::Count(table.clone())))?;
    Ok(rows as u64)
}

/// The greatest numbers and the taken values of a table with so many rows, and its first rows.
fn read_table(
    connection: &Connection,
    schema: &Schema,
    id: TableId,
    rows: u64,
    notes: &mut Notes,
) -> rusqlite::Result<ExistingTable> {
    let table = &schema[id];
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
        let sql =
            format!("SELECT DISTINCT {name} FROM {from} WHERE {name} IS NOT NULL LIMIT {}", MAX_TAKEN + 1);
        let values = taken(connection, &sql, schema.base_type(&table[column].ty), schema)?;
        if values.len() > MAX_TAKEN {
            let (table, column) = (table.name.clone(), table[column].name.clone());
            notes.add(LoadNote::TooManyTaken { table, column, remembered: MAX_TAKEN });
            continue;
        }
        known.taken.insert(column, taken_values(schema, &table[column], &values));
    }
    known.known = known_rows(connection, schema, id)?;
    known.note_taken(schema, id);
    Ok(known)
}

/// The stored values that a query of one column finds; one that its type doesn't allow stands as text.
fn taken(connection: &Connection, sql: &str, ty: &SqlType, schema: &Schema) -> rusqlite::Result<Vec<Value>> {
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query([])?;
    let mut values = Vec::new();
    while let Some(row) = found.next()? {
        let stored = row.get_ref(0)?;
        let as_text = || stored.as_str().ok().map(|text| Value::Text(text.to_owned()));
        values.extend(value(stored, ty, schema).or_else(as_text));
    }
    Ok(values)
}

/// The first rows by the columns that a plan must know. A row with a value that its column's type doesn't allow is left
/// out: nobody should refer to it.
fn known_rows(connection: &Connection, schema: &Schema, id: TableId) -> rusqlite::Result<KnownRows> {
    let table = &schema[id];
    let columns = KnownRows::columns_of(schema, id);
    if columns.is_empty() {
        return Ok(KnownRows::default());
    }
    let list = |columns: &[ColumnIdx]| {
        columns.iter().map(|c| quoted(&table[*c].name)).collect::<Vec<_>>().join(", ")
    };
    let sql = format!(
        "SELECT {} FROM {} ORDER BY {} LIMIT {}",
        list(&columns),
        quoted(&table.name.name),
        list(&KnownRows::order_of(table, &columns)),
        KnownRows::MOST
    );
    let mut statement = connection.prepare(&sql)?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            values.extend(value(row.get_ref(at)?, schema.base_type(&table[*column].ty), schema));
        }
        if values.len() == columns.len() {
            rows.push(values);
        }
    }
    Ok(KnownRows { columns, rows })
}

/// A stored value as its column's type has it.
fn value(stored: ValueRef<'_>, ty: &SqlType, schema: &Schema) -> Option<Value> {
    let untyped = *ty == SqlType::Any;
    match stored {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Blob(bytes) => Some(Value::Bytes(bytes.to_vec())),
        ValueRef::Integer(n) if untyped => Some(Value::Integer(n.into())),
        ValueRef::Real(f) if untyped => Some(Value::Float(f)),
        ValueRef::Integer(n) => parse_value(&n.to_string(), ty, schema).ok(),
        ValueRef::Real(f) => parse_value(&f.to_string(), ty, schema).ok(),
        ValueRef::Text(text) => parse_value(std::str::from_utf8(text).ok()?, ty, schema).ok(),
    }
}

/// Whether the greatest value says which are free.
fn is_integer(schema: &Schema, column: &Column) -> bool {
    matches!(schema.base_type(&column.ty), SqlType::Integer { .. })
}

/// Every key over whole columns, the primary one first.
fn keys(table: &Table) -> Vec<Vec<ColumnIdx>> {
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    primary.chain(table.uniques.iter().filter_map(UniqueKey::plain_columns)).collect()
}
