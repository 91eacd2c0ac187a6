//! One row of a batch, seen as a row of its table or of a partition.

use crate::cells::ColumnValues;
use seedbed_schema_model::{ColumnIdx, Table};
use seedbed_sql_semantics::Row;
use seedbed_sql_values::Value;

/// The columns of a batch in the table's order; `None` for those that the batch does not have.
pub(crate) type Columns = Vec<Option<ColumnValues>>;

/// A row by its place in the batch.
#[derive(Debug)]
pub(crate) struct BatchRow<'b> {
    /// The batch's columns.
    pub(crate) columns: &'b Columns,
    /// The row's number in the batch, from 0.
    pub(crate) row: usize,
}

impl BatchRow<'_> {
    /// The cell, without a copy.
    pub(crate) fn cell(&self, column: ColumnIdx) -> &Value {
        const NULL: &Value = &Value::Null;
        let cells = self.columns.get(column.position()).and_then(Option::as_ref);
        cells.and_then(|c| c.values.get(self.row)).unwrap_or(NULL)
    }

    /// The same row under the column order of a partition.
    pub(crate) fn seen_as<'r>(&'r self, owner: &'r Table, root: &'r Table) -> MappedRow<'r> {
        MappedRow { row: self, owner, root }
    }
}

impl Row for BatchRow<'_> {
    fn value(&self, column: ColumnIdx) -> Value {
        self.cell(column).clone()
    }
}

/// A root's row read by a partition's column numbers, which name the same columns.
#[derive(Debug)]
pub(crate) struct MappedRow<'r> {
    /// The row under the root's columns.
    row: &'r BatchRow<'r>,
    /// The table whose column numbers are asked for.
    owner: &'r Table,
    /// The table whose column numbers the row has.
    root: &'r Table,
}

impl Row for MappedRow<'_> {
    fn value(&self, column: ColumnIdx) -> Value {
        in_root(column, self.owner, self.root).map_or(Value::Null, |c| self.row.value(c))
    }
}

/// A column of `owner` as a column of its root.
pub(crate) fn in_root(column: ColumnIdx, owner: &Table, root: &Table) -> Option<ColumnIdx> {
    if std::ptr::eq(owner, root) {
        return Some(column);
    }
    let name = &owner.columns.get(column.position())?.name;
    // The orders nearly always agree.
    match root.columns.get(column.position()) {
        Some(same) if same.name == *name => Some(column),
        _ => root.column_named(name),
    }
}
