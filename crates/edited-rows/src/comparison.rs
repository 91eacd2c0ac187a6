//! Rows before and after, compared as they are made.

use crate::cells::{differing, picked, values};
use crate::diff::{RowDiff, TableDiff};
use crate::made::Made;
use crate::stack::Stack;
use arrow_array::ArrayRef;
use arrow_schema::ArrowError;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value as Cell;
use seedbed_text_encode::{JsonNumbers, JsonRows};
use serde_json::{Map, Value};

/// Rows of each kind that a sample holds.
pub(crate) const SAMPLE: usize = 5;

/// The rows in which each column changed, by their places, in order.
pub(crate) type ChangedCells = Vec<(ColumnIdx, Vec<usize>)>;

/// What changed in some rows, and where. Of the sample, only updated and added rows are here.
pub(crate) fn compare(
    stack: &Stack<'_>,
    table: TableId,
    made: &Made,
) -> Result<(TableDiff, ChangedCells), ArrowError> {
    let schema = stack.schema();
    let mut diff = TableDiff::default();
    let there: Vec<bool> = made.origin.iter().map(Option::is_some).collect();
    diff.added = there.iter().filter(|there| !**there).count() as u64;
    let mut is_changed = vec![false; made.len()];
    let mut by_column = ChangedCells::new();
    for (at, column) in made.columns.iter().enumerate() {
        let mut rows = differing(&made.before[at], &made.arrays[at])?;
        if diff.added > 0 {
            rows.retain(|row| there[*row]);
        }
        if !rows.is_empty() {
            diff.cells.insert(schema[table][*column].name.clone(), rows.len() as u64);
            diff.updated_cells += rows.len() as u64;
            rows.iter().for_each(|row| is_changed[*row] = true);
            by_column.push((*column, rows));
        }
    }
    let changed = is_changed.iter().enumerate().filter(|(_, changed)| **changed).map(|(row, _)| row);
    diff.updated_rows = changed.clone().count() as u64;
    for row in changed.take(SAMPLE) {
        let columns: Vec<ColumnIdx> = by_column
            .iter()
            .filter(|(_, rows)| rows.binary_search(&row).is_ok())
            .map(|(column, _)| *column)
            .collect();
        let only = |columns: &[ColumnIdx], map: Map<String, Value>| {
            let is_wanted = |name: &String| columns.iter().any(|c| schema[table][*c].name == *name);
            map.into_iter().filter(|(name, _)| is_wanted(name)).collect::<Map<_, _>>()
        };
        let (before, after) =
            (json(stack, table, made, &made.before, row)?, json(stack, table, made, &made.arrays, row)?);
        diff.sample.push(RowDiff {
            key: only(&key_columns(stack, table), before.clone()),
            before: Some(only(&columns, before)),
            after: Some(only(&columns, after)),
        });
    }
    for row in (0..made.len()).filter(|row| !there[*row]).take(SAMPLE) {
        let after = json(stack, table, made, &made.arrays, row)?;
        let names = key_columns(stack, table);
        let is_key = |name: &String| names.iter().any(|c| schema[table][*c].name == *name);
        let key =
            after.iter().filter(|(name, _)| is_key(name)).map(|(n, v)| (n.clone(), v.clone())).collect();
        diff.sample.push(RowDiff { key, before: None, after: Some(after) });
    }
    Ok((diff, by_column))
}

/// Rows of before that are gone, as a sample.
pub(crate) fn removed_sample(
    stack: &Stack<'_>,
    table: TableId,
    numbers: &[u64],
) -> Result<Vec<RowDiff>, ArrowError> {
    let made = stack.rows(0, table, numbers)?;
    let keys = key_columns(stack, table);
    let schema = stack.schema();
    (0..made.len())
        .map(|row| {
            let before = json(stack, table, &made, &made.arrays, row)?;
            let is_key = |name: &String| keys.iter().any(|c| schema[table][*c].name == *name);
            let key = before.iter().filter(|(name, _)| is_key(name)).map(|(n, v)| (n.clone(), v.clone()));
            Ok(RowDiff { key: key.collect(), before: Some(before), after: None })
        })
        .collect()
}

/// The primary key's columns, or all.
fn key_columns(stack: &Stack<'_>, table: TableId) -> Vec<ColumnIdx> {
    let model = &stack.schema()[table];
    match &model.primary_key {
        Some(key) => key.columns.clone(),
        None => model.columns_indexed().map(|(index, _)| index).collect(),
    }
}

/// A row as an object.
fn json(
    stack: &Stack<'_>,
    table: TableId,
    made: &Made,
    arrays: &[ArrayRef],
    row: usize,
) -> Result<Map<String, Value>, ArrowError> {
    let schema = &stack.read().schema;
    let rows = crate::made::record_batch(&made.columns, picked(arrays, &[row])?, 1, schema, table)?;
    let batch = Batch { table, first_row: 0, columns: made.columns.clone(), rows };
    let mut encoder = JsonRows::new(schema, table, &made.columns, JsonNumbers::AsNumbers);
    let mut text = Vec::new();
    if encoder.push(&batch, 0..1, &mut text).is_ok()
        && let Ok(Value::Object(map)) = serde_json::from_slice(&text)
    {
        return Ok(map);
    }
    // A column without a form in JSON is left out.
    let cell = |(column, array): (&ColumnIdx, &ArrayRef)| {
        let model = &schema[table][*column];
        let value = values(&picked(std::slice::from_ref(array), &[row]).ok()?[0], model, schema).pop()?;
        let text = match value {
            Cell::Null => Value::Null,
            value => Value::String(seedbed_sql_values::format_value(
                &value,
                schema.base_type(&model.ty),
                schema.dialect,
            )),
        };
        Some((model.name.clone(), text))
    };
    Ok(made.columns.iter().zip(arrays).filter_map(cell).collect())
}
