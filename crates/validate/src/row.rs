//! One row of a batch, seen as a row of its table or of a partition.

use crate::batch_column::BatchColumn;
use seedbed_schema_model::{ColumnIdx, Table};
use seedbed_sql_semantics::Row;
use seedbed_sql_values::Value;

/// The columns of a batch in the table's order; `None` for those that the batch does not have.
pub(crate) type Columns<'s> = Vec<Option<BatchColumn<'s>>>;

/// A row by its place in the batch.
#[derive(Debug)]
pub(crate) struct BatchRow<'b, 's> {
    /// The batch's columns.
    pub(crate) columns: &'b Columns<'s>,
    /// The row's number in the batch, from 0.
    pub(crate) row: usize,
}

impl<'s> BatchRow<'_, 's> {
    /// The cell; NULL for a column that the batch does not have.
    pub(crate) fn cell(&self, column: ColumnIdx) -> Value {
        self.column(column).map_or(Value::Null, |cells| cells.value(self.row))
    }

    /// Whether the batch has a column.
    pub(crate) fn has(&self, column: ColumnIdx) -> bool {
        self.column(column).is_some()
    }

    /// Whether the cell is NULL.
    pub(crate) fn is_null(&self, column: ColumnIdx) -> bool {
        self.column(column).is_none_or(|cells| cells.is_null(self.row))
    }

    fn column(&self, column: ColumnIdx) -> Option<&BatchColumn<'s>> {
        self.columns.get(column.position()).and_then(Option::as_ref)
    }

    /// The same row under the column order of a partition.
    pub(crate) fn seen_as<'r>(&'r self, owner: &'r Table, root: &'r Table) -> MappedRow<'r, 's> {
        MappedRow { row: self, owner, root }
    }
}

impl Row for BatchRow<'_, '_> {
    fn value(&self, column: ColumnIdx) -> Value {
        self.cell(column)
    }
}

/// A root's row read by a partition's column numbers, which name the same columns.
#[derive(Debug)]
pub(crate) struct MappedRow<'r, 's> {
    /// The row under the root's columns.
    row: &'r BatchRow<'r, 's>,
    /// The table whose column numbers are asked for.
    owner: &'r Table,
    /// The table whose column numbers the row has.
    root: &'r Table,
}

impl Row for MappedRow<'_, '_> {
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
