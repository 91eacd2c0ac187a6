//! Rows as they are made: what they hold now, and what they held at first.

use crate::cells::{picked, plain, replaced, values};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{ArrowError, Field, Schema as ArrowSchema};
use arrow_select::concat::concat;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::sync::Arc;

/// Some rows of a table.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The columns, in DDL order.
    pub(crate) columns: Vec<ColumnIdx>,
    /// What they hold.
    pub(crate) arrays: Vec<ArrayRef>,
    /// What they held before the first edit; NULLs for rows that were not there.
    pub(crate) before: Vec<ArrayRef>,
    /// Which row each was before the first edit, if it was there.
    pub(crate) origin: Vec<Option<u64>>,
}

impl Made {
    pub(crate) fn len(&self) -> usize {
        self.origin.len()
    }

    /// The place of a column.
    pub(crate) fn place(&self, column: ColumnIdx) -> Option<usize> {
        self.columns.iter().position(|c| *c == column)
    }

    /// These rows, and others behind them that were not there before.
    pub(crate) fn followed_by(
        mut self,
        added: &[ArrayRef],
        count: usize,
        schema: &Schema,
        table: TableId,
    ) -> Result<Self, ArrowError> {
        let all: Vec<usize> = (0..count).collect();
        for (at, new) in added.iter().enumerate() {
            // An array of another form of the same values: of a list, or with another scale of decimals.
            let mut new = plain(new)?;
            let old = plain(&self.arrays[at])?;
            if new.data_type() != old.data_type() {
                let column = &schema[table][self.columns[at]];
                let blank = new_null_array(old.data_type(), count);
                new = replaced(&blank, &all, &values(&new, column, schema), column, schema)?.0;
            }
            let nulls = new_null_array(self.before[at].data_type(), count);
            self.arrays[at] = concat(&[&*old, &*new])?;
            self.before[at] = concat(&[&*self.before[at], &*nulls])?;
        }
        self.origin.extend(std::iter::repeat_n(None, count));
        Ok(self)
    }

    /// Some of the rows as a batch.
    pub(crate) fn batch(
        &self,
        places: &[usize],
        schema: &Schema,
        table: TableId,
    ) -> Result<RecordBatch, ArrowError> {
        let arrays = match places.len() == self.len() {
            true => self.arrays.clone(),
            false => picked(&self.arrays, places)?,
        };
        record_batch(&self.columns, arrays, places.len(), schema, table)
    }
}

/// Columns of a table as a batch.
pub(crate) fn record_batch(
    columns: &[ColumnIdx],
    arrays: Vec<ArrayRef>,
    rows: usize,
    schema: &Schema,
    table: TableId,
) -> Result<RecordBatch, ArrowError> {
    let field = |(column, array): (&ColumnIdx, &ArrayRef)| {
        Field::new(&schema[table][*column].name, array.data_type().clone(), true)
    };
    let fields: Vec<Field> = columns.iter().zip(&arrays).map(field).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options)
}
