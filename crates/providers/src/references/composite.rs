//! References over several columns: all of a parent's key, by its names.
//!
//! Columns of the same names are common (`company_id`, `year`) and prove little. What proves a reference is that one of
//! them is the parent's own: named after the parent, and itself no reference to a third table. `shipment_lines` with
//! `order_id` and `line_no` refers to `order_lines`, whose key these are, since `line_no` has the word `line`.

use super::table_names::{TableNames, key_words, marks_key};
use super::{fits, may_refer, reference};
use seedbed_schema_model::{ColumnIdx, ForeignKey, Schema, TableId};

/// References from tables that repeat all columns of another table's composite key under the same names and types, if
/// one of these is named after that table: `line_no` in `order_lines`. `single` are those that were found over one
/// column.
///
/// A table whose own primary key is the same columns is another part of the same thing, and left alone. Columns that
/// are two parents' whole keys refer to neither.
pub(super) fn infer(
    schema: &Schema,
    names: &TableNames,
    single: &[(TableId, ForeignKey)],
) -> Vec<(TableId, ForeignKey)> {
    let mut inferred = Vec::new();
    for (parent, parent_table) in schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none()) {
        let Some(key) = parent_table.primary_key.as_ref().filter(|k| k.columns.len() > 1) else { continue };
        let refers = |c: &ColumnIdx| {
            parent_table.foreign_keys.iter().any(|fk| fk.columns.contains(c))
                || single.iter().any(|(t, fk)| *t == parent && fk.columns.contains(c))
        };
        let own: Vec<&str> = key
            .columns
            .iter()
            .filter(|c| !refers(c))
            .map(|c| parent_table[*c].name.as_str())
            .filter(|name| is_named_after(name, names.words(parent)))
            .collect();
        if own.is_empty() {
            continue;
        }
        for (id, table) in schema.tables_indexed() {
            if id == parent || table.partition_of.is_some() {
                continue;
            }
            let Some(columns) = same_names(schema, id, parent, &key.columns) else { continue };
            let is_key = table.primary_key.as_ref().is_some_and(|k| k.columns == columns);
            if is_key
                || !columns.iter().any(|c| own.contains(&table[*c].name.as_str()) && may_refer(table, *c))
            {
                continue;
            }
            let reason = "the names are the table's whole key; types that fit".to_owned();
            inferred.push((id, reference(schema, id, &columns, parent, &key.columns, reason)));
        }
    }
    let several = |(id, fk): &(TableId, ForeignKey)| {
        inferred.iter().filter(|(other, of)| other == id && of.columns == fk.columns).count() > 1
    };
    inferred.iter().filter(|found| !several(found)).cloned().collect()
}

/// Whether a column is called by words of the table's name and a mark of keys: `line_no`, of a table whose name has the
/// word `line`.
fn is_named_after(column: &str, table: &[String]) -> bool {
    matches!(key_words(column).as_slice(), [stem @ .., mark] if marks_key(mark)
        && !stem.is_empty()
        && stem.iter().all(|word| table.contains(word)))
}

/// The table's columns that are called as the parent's key is, in the key's order; `None` if one is missing, computed,
/// or of a type that doesn't fit.
fn same_names(schema: &Schema, table: TableId, parent: TableId, key: &[ColumnIdx]) -> Option<Vec<ColumnIdx>> {
    let same = |k: &ColumnIdx| {
        let found = schema[table].column_named(&schema[parent][*k].name)?;
        let generated = schema[table][found].generated.is_some();
        (!generated && fits(schema, table, found, parent, *k)).then_some(found)
    };
    key.iter().map(same).collect()
}
