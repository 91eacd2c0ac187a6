//! How rows that came up during a load are told from those that were there: what an update may touch.

use seedbed_datagen_core::{Plan, TablePlan};
use seedbed_schema_model::{ColumnIdx, SqlType, Table};

/// The key by which rows that a trigger has put into a table can be told from those that were there before: of a table
/// that was empty, or a number, as generated numbers go on after the greatest.
pub(crate) fn key(plan: &Plan, table: &TablePlan) -> Option<Vec<ColumnIdx>> {
    let (schema, owner) = (plan.schema(), &plan.schema()[table.table]);
    let key = key_of(owner, &table.columns)?;
    let is_number = |c: &ColumnIdx| matches!(schema.base_type(&owner[*c].ty), SqlType::Integer { .. });
    (plan.existing_rows(table.table) == 0 || (key.len() == 1 && key.iter().all(is_number))).then_some(key)
}

/// The first key whose columns are all written and never NULL.
pub(crate) fn key_of(table: &Table, written: &[ColumnIdx]) -> Option<Vec<ColumnIdx>> {
    let fits = |columns: &Vec<ColumnIdx>| {
        !columns.is_empty() && columns.iter().all(|c| written.contains(c) && !table[*c].nullable)
    };
    let primary = table.primary_key.iter().filter(|k| k.prefix_lengths.iter().all(Option::is_none));
    let unique = table.uniques.iter().filter(|u| u.predicate.is_none()).filter_map(|u| u.plain_columns());
    primary.map(|k| k.columns.clone()).chain(unique).find(fits)
}
