//! Edited rows on their way into a sink, and whoever watches.

use crate::EditError;
use crate::cells::picked;
use crate::comparison::{ChangedCells, compare};
use crate::diff::TableDiff;
use crate::edited_rows::{EditedRows, batch_of};
use crate::made::Made;
use crate::prepare;
use arrow_array::RecordBatch;
use seedbed_datagen_core::{Batch, CancelToken, Progress, RowSource, RunObserver, SinkError, UpdateSink};
use seedbed_job::RowsThere;
use seedbed_schema_model::{Schema, TableId};
use seedbed_validate::{Check, RowsAgain, ValidateError};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Edited rows on their way into a sink: checked and compared once.
pub(crate) struct Source<'e, 'a> {
    pub(crate) rows: &'e EditedRows<'a>,
    pub(crate) written: &'e [TableId],
    pub(crate) check: &'e Check<'e>,
    /// By table and first row of a batch.
    pub(crate) diffs: Mutex<BTreeMap<(TableId, u64), TableDiff>>,
    /// The cells that changed in batches that are on their way.
    pub(crate) updates: Mutex<BTreeMap<(TableId, u64), ChangedCells>>,
    pub(crate) is_counting: AtomicBool,
    pub(crate) failed: Mutex<Option<EditError>>,
}

impl Source<'_, '_> {
    pub(crate) fn make(&self, table: TableId, rows: Range<u64>) -> Result<(Made, Batch), EditError> {
        let first_row = rows.start;
        let made = self.rows.made(table, rows)?;
        let rows = batch_of(self.rows.schema(), table, &made)?;
        let batch = Batch { table, first_row, columns: made.columns.clone(), rows };
        Ok((made, batch))
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(crate) fn outcome(&self) -> Result<(), EditError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// Tells a sink the cells of a batch that changed.
    pub(crate) fn update(&self, batch: &Batch, sink: &mut dyn UpdateSink) -> Result<(), SinkError> {
        let key = (batch.table, batch.first_row);
        let cells = self.updates.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        for (column, places) in cells.into_iter().flatten() {
            let Some(at) = batch.columns.iter().position(|c| *c == column) else { continue };
            let values = picked(&batch.rows.columns()[at..=at], &places)
                .map_err(|error| SinkError::new("pick the cells that change", error))?;
            let rows: Vec<u64> = places.iter().map(|place| batch.first_row + *place as u64).collect();
            values.iter().try_for_each(|values| sink.update(batch.table, column, &rows, values))?;
        }
        Ok(())
    }

    /// Makes rows, checks them and takes down what changed.
    fn checked(&self, table: TableId, rows: Range<u64>) -> Result<Batch, EditError> {
        let (made, batch) = self.make(table, rows)?;
        self.check.batch(table, batch.first_row, &batch.rows)?;
        if self.is_counting.load(Ordering::SeqCst) && self.rows.touched().contains(&table) {
            let (diff, cells) = compare(&self.rows.stack, table, &made)?;
            let key = (table, batch.first_row);
            if diff != TableDiff::default() {
                self.diffs.lock().unwrap_or_else(PoisonError::into_inner).insert(key, diff);
                self.updates.lock().unwrap_or_else(PoisonError::into_inner).insert(key, cells);
            }
        }
        Ok(batch)
    }
}

impl RowSource for Source<'_, '_> {
    fn schema(&self) -> &Arc<Schema> {
        self.rows.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.rows.row_counts().into_iter().filter(|(table, _)| self.written.contains(table)).collect()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.checked(table, rows.clone()).unwrap_or_else(|error| {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            // The run ends at the next look at the source.
            self.rows.make_rows(table, rows.start..rows.start)
        })
    }
}

/// Some tables of a source.
pub(crate) struct Only<'s, 'e, 'a> {
    pub(crate) source: &'s Source<'e, 'a>,
    pub(crate) tables: &'s BTreeSet<TableId>,
}

impl RowSource for Only<'_, '_, '_> {
    fn schema(&self) -> &Arc<Schema> {
        self.source.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.source.row_counts().into_iter().filter(|(table, _)| self.tables.contains(table)).collect()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.source.make_rows(table, rows)
    }
}

/// The rows once more, for the check.
pub(crate) struct Again<'e, 'a> {
    pub(crate) rows: &'e EditedRows<'a>,
    pub(crate) there: &'e RowsThere,
}

impl RowsAgain for Again<'_, '_> {
    fn rows(
        &self,
        table: TableId,
        visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        let failed = |error: EditError| ValidateError::Again {
            table: self.rows.stack.schema()[table].name.to_string(),
            message: error.to_string(),
        };
        for range in prepare::batches(self.rows.stack.count(self.rows.top(), table)) {
            self.rows.options.cancel.check().map_err(|canceled| failed(canceled.into()))?;
            let start = range.start;
            let made = self.rows.made(table, range).map_err(failed)?;
            visit(start, &batch_of(self.rows.schema(), table, &made).map_err(failed)?)?;
        }
        Ok(())
    }

    fn rows_there(&self, table: TableId) -> Option<RecordBatch> {
        self.there.of_table(table)
    }
}

/// A run that also ends when the source has failed.
pub(crate) struct Watched<'w, 'e, 'a> {
    pub(crate) observer: &'w mut dyn RunObserver,
    pub(crate) source: &'w Source<'e, 'a>,
    pub(crate) cancel: CancelToken,
}

impl RunObserver for Watched<'_, '_, '_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        match self.source.has_failed() || self.observer.cancel_token().is_canceled() {
            true => ControlFlow::Break(()),
            false => self.observer.progress(progress),
        }
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
