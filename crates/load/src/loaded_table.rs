//! One table on its way into a target: its rows, and what the load does with it.

use arrow_array::{Array, ArrayRef, RecordBatch, new_null_array};
use seedbed_datagen_core::{Batch, CancelToken, RunOptions};
use seedbed_load_plan::{DeferredReferences, TableLoad};
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, QualifiedName, Schema, SqlType, Table, TableId};
use std::ops::Range;

/// A table of a plan that is being loaded.
#[derive(Clone, Copy)]
pub(crate) struct LoadedTable<'a> {
    /// Makes its rows.
    pub(crate) plan: &'a Plan,
    /// What the load does with it.
    pub(crate) load: &'a TableLoad,
    /// Whether to go on.
    pub(crate) cancel: &'a CancelToken,
}

impl<'a> LoadedTable<'a> {
    /// Its place in the schema.
    pub(crate) fn id(&self) -> TableId {
        self.load.table
    }

    /// The whole schema.
    pub(crate) fn schema(&self) -> &'a Schema {
        self.plan.schema()
    }

    /// The table as the schema has it.
    pub(crate) fn model(&self) -> &'a Table {
        &self.schema()[self.load.table]
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'a QualifiedName {
        &self.model().name
    }

    /// Rows that the target held before the load.
    pub(crate) fn existing_rows(&self) -> u64 {
        self.plan.existing_rows(self.load.table)
    }

    /// Some rows as they are in the end.
    pub(crate) fn batch(&self, rows: Range<u64>) -> Batch {
        self.plan.batch(self.load.table, rows)
    }

    /// Rows in order, made as they are asked for.
    pub(crate) fn batches(self, rows: Range<u64>) -> impl Iterator<Item = Batch> + 'a {
        let size = RunOptions::default().batch_rows.max(1);
        let starts = (rows.start..rows.end).step_by(size as usize);
        starts.map(move |start| self.batch(start..rows.end.min(start + size)))
    }

    /// A batch as it is sent at first: without the references that are filled in later.
    pub(crate) fn as_sent(&self, batch: Batch) -> Batch {
        match &self.load.deferred {
            Some(deferred) => with_nulls(batch, deferred),
            None => batch,
        }
    }

    /// The key by which rows that a trigger has put into the table can be told from those that were there before: of a
    /// table that was empty, or a number, as generated numbers go on after the greatest.
    pub(crate) fn key_of_new_rows(&self) -> Option<&'a [ColumnIdx]> {
        let key = self.load.key.as_deref()?;
        let is_number =
            |c: &ColumnIdx| matches!(self.schema().base_type(&self.model()[*c].ty), SqlType::Integer { .. });
        (self.existing_rows() == 0 || (key.len() == 1 && key.iter().all(is_number))).then_some(key)
    }
}

/// The batch with the columns of deferred references NULL.
fn with_nulls(mut batch: Batch, deferred: &DeferredReferences) -> Batch {
    let fields = batch.rows.schema();
    let columns = batch.rows.columns().iter().zip(&batch.columns).zip(fields.fields());
    let arrays = columns.map(|((array, column), field)| {
        let array: ArrayRef = if deferred.columns.contains(column) {
            new_null_array(array.data_type(), array.len())
        } else {
            ArrayRef::clone(array)
        };
        (field.name().clone(), array, true)
    });
    if let Ok(rows) = RecordBatch::try_from_iter_with_nullable(arrays.collect::<Vec<_>>()) {
        batch.rows = rows;
    }
    batch
}
