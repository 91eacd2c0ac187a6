//! Keys that have become others, for those who refer to them.

use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_sql_semantics::Row;
use seedbed_sql_values::{KeyPartRule, Value, push_key_part};
use std::collections::HashMap;

/// Which key of a parent has become which other. It takes memory for each of them.
#[derive(Debug)]
pub(crate) struct KeyMap {
    /// The referring columns.
    pub(crate) columns: Vec<ColumnIdx>,
    parent: TableId,
    parent_columns: Vec<ColumnIdx>,
    new: HashMap<Vec<u8>, Vec<Value>>,
}

impl KeyMap {
    /// No key has changed.
    pub(crate) fn new(columns: Vec<ColumnIdx>, parent: TableId, parent_columns: Vec<ColumnIdx>) -> Self {
        Self { columns, parent, parent_columns, new: HashMap::new() }
    }

    /// A row of the parent had one key and has another; a key with a NULL in it is none.
    pub(crate) fn insert(&mut self, old: &dyn Row, new: Vec<Value>, schema: &Schema) {
        if let Some(key) = key_of(old, &self.parent_columns, (self.parent, &self.parent_columns), schema) {
            self.new.insert(key, new);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.new.is_empty()
    }

    /// What a row refers to from now on, if that is something else.
    pub(crate) fn new_key(&self, row: &dyn Row, schema: &Schema) -> Option<&[Value]> {
        let key = key_of(row, &self.columns, (self.parent, &self.parent_columns), schema)?;
        self.new.get(&key).map(Vec::as_slice)
    }
}

/// What a row has in some columns, as bytes to be compared as the columns of a parent compare; `None` with a NULL in it.
pub(crate) fn key_of(
    row: &dyn Row,
    columns: &[ColumnIdx],
    (parent, like): (TableId, &[ColumnIdx]),
    schema: &Schema,
) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    for (column, like) in columns.iter().zip(like) {
        let value = row.value(*column);
        if value.is_null() {
            return None;
        }
        push_key_part(&mut key, &value, KeyPartRule::of_column(&schema[parent][*like]), schema);
    }
    Some(key)
}
