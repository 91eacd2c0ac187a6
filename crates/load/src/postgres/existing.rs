//! What the target holds before a load.

use super::catalog::PostgresCatalog;
use super::client::{PostgresClient, PostgresError};
use super::{quoted, quoted_column, refusal};
use crate::note::Notes;
use crate::operation::Operation;
use crate::{LoadError, LoadNote};
use postgres::Row;
use seedbed_datagen_core::{Existing, ExistingTable, KnownRows, taken_values};
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType, Table, TableId, UniqueKey};
use seedbed_solver::asks_for_now;
use seedbed_sql_values::{Value, parse_value};
use std::collections::{BTreeMap, BTreeSet};

/// Tables asked about in one statement.
const TABLES_A_QUERY: usize = 100;
/// Values remembered of a key that is no integer.
const MAX_TAKEN: i64 = 200_000;

/// Reads counts and keys of the tables that hold rows. Tables that this user may not read count as empty, and are told.
pub(super) fn read(
    client: &mut PostgresClient,
    catalog: &PostgresCatalog,
    schema: &Schema,
    notes: &mut Notes,
) -> Result<Existing, LoadError> {
    let mut existing = Existing::default();
    if schema.is_user_sought() {
        let user = client.query_one("SELECT session_user::text", &[]).and_then(|row| Ok(row.try_get(0)?));
        existing.session_user = user.map_err(refusal::lost(Operation::AskForUser))?;
    }
    if asks_for_now(schema) {
        let now = "SELECT (extract(epoch FROM now()) * 1000000)::int8";
        let now = client.query_one(now, &[]).and_then(|row| Ok(row.try_get(0)?));
        existing.now_micros = now.map_err(refusal::lost(Operation::AskForNow))?;
    }
    for id in filled(client, catalog, schema, notes)? {
        existing.tables.insert(id, read_table(client, catalog, schema, id, notes)?);
    }
    Ok(existing)
}

/// The number of rows of every table that the target has.
pub(super) fn count(
    client: &mut PostgresClient,
    catalog: &PostgresCatalog,
    schema: &Schema,
) -> Result<BTreeMap<TableId, u64>, LoadError> {
    let mut counts = BTreeMap::new();
    for some in present(catalog, schema).chunks(TABLES_A_QUERY) {
        let parts = some.iter().map(|(id, from)| format!("SELECT {}::int8, count(*) FROM {from}", id.0));
        let sql = parts.collect::<Vec<_>>().join(" UNION ALL ");
        let rows = client.query(&sql, &[]).map_err(refusal::lost(Operation::CountRows))?;
        counts.extend(
            rows.iter().map(|row| (TableId(row.get::<_, i64>(0) as u32), row.get::<_, i64>(1) as u64)),
        );
    }
    Ok(counts)
}

/// The tables with what stands after FROM to read their own rows.
fn present(catalog: &PostgresCatalog, schema: &Schema) -> Vec<(TableId, String)> {
    let from = |table: &Table| {
        let relation = catalog.relation(&table.name).filter(|r| r.is_table())?;
        Some(format!("{}{}", relation.only(), quoted(&table.name)))
    };
    schema.tables_indexed().filter_map(|(id, t)| Some((id, from(t)?))).collect()
}

/// The tables that hold rows.
fn filled(
    client: &mut PostgresClient,
    catalog: &PostgresCatalog,
    schema: &Schema,
    notes: &mut Notes,
) -> Result<BTreeSet<TableId>, LoadError> {
    let mut found = BTreeSet::new();
    for some in present(catalog, schema).chunks(TABLES_A_QUERY) {
        match client.query(&filled_query(some), &[]) {
            Ok(rows) => found.extend(rows.iter().map(first_id)),
            Err(error) if !refusal::is_refusal(&error) => {
                return Err(refusal::lost(Operation::LookForRows)(error));
            }
            // One of them can't be read: which?
            Err(_) => {
                for one in some {
                    match client.query(&filled_query(std::slice::from_ref(one)), &[]) {
                        Ok(rows) => found.extend(rows.iter().map(first_id)),
                        Err(error) if !refusal::is_refusal(&error) => {
                            return Err(refusal::lost(Operation::Read(schema[one.0].name.clone()))(error));
                        }
                        Err(error) => notes.add(LoadNote::TakenForEmpty {
                            table: schema[one.0].name.clone(),
                            message: refusal::message(&error),
                        }),
                    }
                }
            }
        }
    }
    Ok(found)
}

/// A query for those of some tables that hold rows.
fn filled_query(tables: &[(TableId, String)]) -> String {
    let parts =
        tables.iter().map(|(id, from)| format!("SELECT {}::int8 WHERE EXISTS (SELECT FROM {from})", id.0));
    parts.collect::<Vec<_>>().join(" UNION ALL ")
}

fn first_id(row: &Row) -> TableId {
    TableId(row.get::<_, i64>(0) as u32)
}

/// The count, the greatest numbers and the taken values of one table, and its first rows.
fn read_table(
    client: &mut PostgresClient,
    catalog: &PostgresCatalog,
    schema: &Schema,
    id: TableId,
    notes: &mut Notes,
) -> Result<ExistingTable, LoadError> {
    let table = &schema[id];
    let only = catalog.relation(&table.name).map_or("", |r| r.only());
    let from = format!("{only}{}", quoted(&table.name));
    let doing = || Operation::Read(table.name.clone());
    let integers: Vec<ColumnIdx> =
        key_columns(table).into_iter().filter(|c| is_integer(schema, &table[*c])).collect();
    let greatest: String =
        integers.iter().map(|c| format!(", max({})::text", quoted_column(&table[*c].name))).collect();
    let row = client
        .query_one(&format!("SELECT count(*){greatest} FROM {from}"), &[])
        .map_err(refusal::lost(doing()))?;
    let mut known = ExistingTable { rows: row.get::<_, i64>(0) as u64, ..ExistingTable::default() };
    for (i, column) in integers.iter().enumerate() {
        let value: Option<String> = row.get(i + 1);
        known.greatest.extend(value.and_then(|v| v.parse().ok()).map(|v: i128| (*column, v)));
    }
    for column in single_keys(table).into_iter().filter(|c| !is_integer(schema, &table[*c])) {
        let name = quoted_column(&table[column].name);
        let sql = format!(
            "SELECT DISTINCT {name}::text FROM {from} WHERE {name} IS NOT NULL LIMIT {}",
            MAX_TAKEN + 1
        );
        let rows = client.query(&sql, &[]).map_err(refusal::lost(doing()))?;
        if rows.len() as i64 > MAX_TAKEN {
            let (table, column) = (table.name.clone(), table[column].name.clone());
            notes.add(LoadNote::TooManyTaken { table, column, remembered: MAX_TAKEN as usize });
            continue;
        }
        let ty = schema.base_type(&table[column].ty);
        let value = |text: String| parse_value(&text, ty, schema).unwrap_or(Value::Text(text));
        let values: Vec<Value> = rows.iter().map(|row| value(row.get(0))).collect();
        known.taken.insert(column, taken_values(schema, &table[column], &values));
    }
    known.known = known_rows(client, schema, id, &from).map_err(refusal::lost(doing()))?;
    known.note_taken(schema, id);
    Ok(known)
}

/// The first rows by the columns that a plan must know. A row with a value that can't be held here is left out: nobody
/// should refer to it.
fn known_rows(
    client: &mut PostgresClient,
    schema: &Schema,
    id: TableId,
    from: &str,
) -> Result<KnownRows, PostgresError> {
    let table = &schema[id];
    let columns = KnownRows::columns_of(schema, id);
    if columns.is_empty() {
        return Ok(KnownRows::default());
    }
    let list = |columns: &[ColumnIdx], cast: &str| {
        columns
            .iter()
            .map(|c| format!("{}{cast}", quoted_column(&table[*c].name)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let order = KnownRows::order_of(table, &columns);
    // Keys have an order; other columns, such as JSON, may have none.
    let ordered_as = if table.primary_key.is_some() { "" } else { "::text" };
    let sql = format!(
        "SELECT {} FROM {from} ORDER BY {} LIMIT {}",
        list(&columns, "::text"),
        list(&order, ordered_as),
        KnownRows::MOST
    );
    let value = |row: &Row, at: usize, column: ColumnIdx| match row.get::<_, Option<String>>(at) {
        None => Some(Value::Null),
        Some(text) => parse_value(&text, schema.base_type(&table[column].ty), schema).ok(),
    };
    let rows = client.query(&sql, &[])?;
    let rows = rows.iter().filter_map(|row| {
        columns.iter().enumerate().map(|(at, column)| value(row, at, *column)).collect::<Option<Vec<_>>>()
    });
    let rows = rows.collect();
    Ok(KnownRows { columns, rows })
}

/// Whether the greatest value says which are free.
fn is_integer(schema: &Schema, column: &Column) -> bool {
    matches!(schema.base_type(&column.ty), SqlType::Integer { .. })
}

/// Every key's columns.
fn keys(table: &Table) -> Vec<Vec<ColumnIdx>> {
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    primary.chain(table.uniques.iter().filter_map(UniqueKey::plain_columns)).collect()
}

/// The columns of all keys.
fn key_columns(table: &Table) -> BTreeSet<ColumnIdx> {
    keys(table).into_iter().flatten().collect()
}

/// The columns that are a key alone.
fn single_keys(table: &Table) -> BTreeSet<ColumnIdx> {
    keys(table).into_iter().filter(|k| k.len() == 1).flatten().collect()
}
