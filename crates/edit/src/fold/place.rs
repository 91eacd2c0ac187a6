//! Tables and columns of edits, and their wishes in a spec, by whatever names either calls them.

use crate::text::table_name;
use seedbed_datagen_core::{ColumnSpec, Spec, TableSpec, resolve_column, resolve_table};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};

/// A column of a table.
pub(super) type Place = (TableId, ColumnIdx);

/// The table that a name means, if a spec can speak of it: of a partition's rows it speaks as of its whole table's.
pub(super) fn table_of(schema: &Schema, name: &str) -> Option<TableId> {
    resolve_table(schema, name).ok().filter(|table| schema[*table].partition_of.is_none())
}

/// The columns that an edit names: one, or that of every table that has it. Empty if a spec can't speak of it.
pub(super) fn columns_of(schema: &Schema, table: Option<&str>, column: &str) -> Vec<Place> {
    let of = |table: TableId| Some((table, resolve_column(schema, table, column).ok()?));
    match table {
        Some(name) => table_of(schema, name).and_then(of).into_iter().collect(),
        None => {
            let whole = schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none());
            whole.filter_map(|(table, _)| of(table)).collect()
        }
    }
}

/// The names by which a spec calls a table.
fn keys(schema: &Schema, spec: &Spec, table: TableId) -> Vec<String> {
    let means =
        |name: &&String| resolve_table(schema, name).is_ok_and(|found| schema.partition_root(found) == table);
    spec.tables.keys().filter(means).cloned().collect()
}

/// The wishes for a table, under the name that the spec calls it.
fn entry<'s>(schema: &Schema, spec: &'s mut Spec, table: TableId) -> &'s mut TableSpec {
    let key = keys(schema, spec, table).pop().unwrap_or_else(|| table_name(schema, table));
    spec.tables.entry(key).or_default()
}

/// Takes the wish for a column out of a spec: of several, the one that holds.
pub(super) fn take_column(schema: &Schema, spec: &mut Spec, (table, column): Place) -> ColumnSpec {
    let mut taken = ColumnSpec::default();
    for key in keys(schema, spec, table) {
        let Some(wishes) = spec.tables.get_mut(&key) else { continue };
        let means = |name: &&String| resolve_column(schema, table, name) == Ok(column);
        let names: Vec<String> = wishes.columns.keys().filter(means).cloned().collect();
        for name in names {
            taken = wishes.columns.remove(&name).unwrap_or(taken);
        }
    }
    taken
}

/// Writes the wish for a column into a spec.
pub(super) fn put_column(schema: &Schema, spec: &mut Spec, (table, column): Place, wish: ColumnSpec) {
    let name = schema[table][column].name.clone();
    entry(schema, spec, table).columns.insert(name, wish);
}

/// Writes the number of rows of a table into a spec.
pub(super) fn put_rows(schema: &Schema, spec: &mut Spec, table: TableId, rows: u64) {
    for key in keys(schema, spec, table) {
        if let Some(wishes) = spec.tables.get_mut(&key) {
            wishes.rows = None;
        }
    }
    entry(schema, spec, table).rows = Some(rows);
}

/// The columns of each reference that a spec names for a table.
pub(super) fn named_references(schema: &Schema, spec: &Spec, table: TableId) -> Vec<Vec<ColumnIdx>> {
    let keys = keys(schema, spec, table);
    let wishes = keys.iter().filter_map(|key| spec.tables.get(key)).flat_map(|table| &table.references);
    let columns =
        |names: &Vec<String>| names.iter().filter_map(|n| resolve_column(schema, table, n).ok()).collect();
    wishes.map(|reference| columns(&reference.columns)).collect()
}
