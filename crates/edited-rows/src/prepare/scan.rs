//! Looking at all rows of a table.

use super::Stopped;
use crate::edited_rows::EditOptions;
use crate::stack::Stack;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows of a batch that is looked at.
pub(crate) const BATCH: u64 = 8_192;

/// Batches of numbers below an end.
pub(crate) fn batches(end: u64) -> impl Iterator<Item = Range<u64>> {
    (0..end).step_by(BATCH as usize).map(move |start| start..end.min(start + BATCH))
}

/// Shows the cells of some columns of all rows of a table above so many edits: the number of the first row of each batch, and
/// the cells.
pub(crate) fn scan(
    stack: &Stack<'_>,
    level: usize,
    table: TableId,
    columns: &[ColumnIdx],
    options: &EditOptions,
    mut see: impl FnMut(Range<u64>, &BTreeMap<ColumnIdx, Vec<Value>>) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    for range in batches(stack.count(level, table)) {
        options.cancel.check()?;
        let numbers: Vec<u64> = range.clone().collect();
        let made = stack.rows_with(level, table, &numbers, Some(columns))?;
        let there = range.start..range.start + made.len() as u64;
        see(there, &stack.cells(table, &made, &made.arrays, columns))?;
    }
    Ok(())
}
