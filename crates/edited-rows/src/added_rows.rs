//! Rows that an edit adds: rows of a plan, one or the other with another reference.

use crate::cells::replaced;
use arrow_array::ArrayRef;
use arrow_schema::ArrowError;
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_sql_values::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a plan by their numbers in it.
#[derive(Debug)]
pub(crate) struct AddedRows {
    pub(crate) plan: Arc<Plan>,
    pub(crate) numbers: Vec<u64>,
    /// Cells that are others than the plan's, by the place of the row.
    pub(crate) instead: BTreeMap<usize, Vec<(ColumnIdx, Value)>>,
}

impl AddedRows {
    pub(crate) fn len(&self) -> u64 {
        self.numbers.len() as u64
    }

    /// Some of the rows by their places; generated columns are blank.
    pub(crate) fn rows(
        &self,
        table: TableId,
        places: &[usize],
        columns: &[ColumnIdx],
        schema: &Schema,
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let numbers: Vec<u64> = places.iter().map(|place| self.numbers[*place]).collect();
        let mut filled = self.plan.settled(table, &numbers, None);
        let mut arrays = Vec::with_capacity(columns.len());
        for column in columns {
            let model = &schema[table][*column];
            let mut array = match filled.remove(column) {
                Some(cells) => cells.cells.into_array(cells.present),
                None => arrow_array::new_null_array(
                    &seedbed_datagen_core::arrow_type(schema, &model.ty),
                    numbers.len(),
                ),
            };
            let other = |(at, place): (usize, &usize)| {
                let cells = self.instead.get(place)?;
                cells.iter().find(|(c, _)| c == column).map(|(_, value)| (at, value.clone()))
            };
            let (at, values): (Vec<usize>, Vec<Value>) = places.iter().enumerate().filter_map(other).unzip();
            if !at.is_empty() {
                array = replaced(&array, &at, &values, model, schema)?.0;
            }
            arrays.push(array);
        }
        Ok(arrays)
    }
}
