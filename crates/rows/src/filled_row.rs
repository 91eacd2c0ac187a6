//! Rows of filled columns, as the evaluator wants them.

use crate::column_cells::typed;
use crate::filled::Filled;
use seedbed_schema_model::{ColumnIdx, Schema, SqlType};
use seedbed_sql_semantics::{Context, Row};
use seedbed_sql_values::Value;
use std::collections::BTreeMap;

/// One row of filled columns, as the evaluator wants it.
#[derive(Debug)]
pub struct FilledRow<'a> {
    /// The columns that are filled; others read as NULL.
    pub columns: &'a BTreeMap<ColumnIdx, Filled>,
    /// The place of the row.
    pub index: usize,
    /// Types whose cells travel as text: [`parsed_types`].
    pub types: &'a BTreeMap<ColumnIdx, SqlType>,
    /// The schema, for the types.
    pub schema: &'a Schema,
}

impl Row for FilledRow<'_> {
    fn value(&self, column: ColumnIdx) -> Value {
        let Some(filled) = self.columns.get(&column) else { return Value::Null };
        match (filled.value(self.index), self.types.get(&column)) {
            (value, Some(ty)) => typed(value, ty, self.schema),
            (value, _) => value,
        }
    }
}

/// Of some columns, the types whose cells travel as text but mean something else.
pub fn parsed_types(columns: &[ColumnIdx], cx: &Context<'_>) -> BTreeMap<ColumnIdx, SqlType> {
    let Some(table) = cx.table else { return BTreeMap::new() };
    columns
        .iter()
        .map(|c| (*c, cx.schema.base_type(&table[*c].ty).clone()))
        .filter(|(_, ty)| {
            !ty.is_text() && !matches!(ty, SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::InlineSet(_))
        })
        .collect()
}
