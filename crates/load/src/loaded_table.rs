//! One table on its way into a target: its rows, and what the load does with it.

use arrow_array::{Array, ArrayRef, RecordBatch, new_null_array};
use seedbed_datagen_core::{Batch, CancelToken, Canceled, ProgressMeter, RunOptions, TableRows};
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
    /// How its rows are made.
    pub(crate) options: &'a RunOptions,
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

    /// Lets `take` have some rows in order, in the run's batches, while more are made. `meter` counts them.
    ///
    /// # Errors
    /// [`Canceled`], in place of the answer of `take`, which saw the rows end early.
    pub(crate) fn batches<R>(
        &self,
        rows: Range<u64>,
        meter: &mut ProgressMeter<'_>,
        take: impl FnOnce(&mut dyn Iterator<Item = Batch>) -> R,
    ) -> Result<R, Canceled> {
        TableRows::new(&|rows| self.batch(rows), rows, self.options).batches(meter, take)
    }

    /// The same, in batches of so many rows that nobody counts.
    ///
    /// # Errors
    /// See [`LoadedTable::batches`].
    pub(crate) fn batches_of<R>(
        &self,
        batch_rows: u64,
        rows: Range<u64>,
        take: impl FnOnce(&mut dyn Iterator<Item = Batch>) -> R,
    ) -> Result<R, Canceled> {
        let mut only_stops = self.cancel.clone();
        let options = &RunOptions { batch_rows, ..*self.options };
        LoadedTable { options, ..*self }.batches(rows, &mut ProgressMeter::new(&mut only_stops, 0), take)
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
