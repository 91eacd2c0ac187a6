//! The rows of a file as a source for runs.

use super::error::RowFileError;
use super::file::{RowFile, StoredTable};
use arrow_array::{RecordBatch, RecordBatchOptions, new_null_array};
use seedbed_datagen_core::{Batch, CancelToken, RowSource};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of a [`RowFile`] for whoever takes a [`RowSource`].
///
/// Making rows can't fail there, and reading them can. The first failure is kept, and cancels the token by which the run
/// ends; rows from then on are NULLs that nobody may use. So hand [`RowFileRows::cancel_token`] to the run, and ask
/// [`RowFileRows::take_failure`] when it ends, however it ends.
pub struct RowFileRows<'f> {
    file: &'f RowFile,
    /// The tables that are handed over; all if it is not said.
    only: Option<Vec<TableId>>,
    cancel: CancelToken,
    failure: Mutex<Option<RowFileError>>,
}

impl<'f> RowFileRows<'f> {
    pub(crate) fn new(file: &'f RowFile, cancel: CancelToken) -> Self {
        Self { file, only: None, cancel, failure: Mutex::new(None) }
    }

    /// Only the rows of some tables. Those that the file does not have are passed over.
    #[must_use]
    pub fn only(self, tables: &[TableId]) -> Self {
        Self { only: Some(tables.to_vec()), ..self }
    }

    /// Canceled by the first failure.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }

    /// Why rows could not be read, if some could not.
    pub fn take_failure(&self) -> Option<RowFileError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn fail(&self, error: RowFileError) {
        if matches!(error, RowFileError::Canceled) {
            return;
        }
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.cancel.cancel();
    }

    /// Some rows, or those in place of what can't be read.
    fn read(
        &self,
        table: TableId,
        rows: Range<u64>,
        read: impl FnOnce(&StoredTable, Range<u64>) -> Result<Batch, RowFileError>,
    ) -> Batch {
        let read = self.file.table(table).and_then(|stored| read(stored, rows.clone()));
        read.unwrap_or_else(|error| {
            self.fail(error);
            self.no_rows(table, rows)
        })
    }

    /// Rows in place of those that could not be read: as many, so that whoever counts on them does not fall over them.
    fn no_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        let count = usize::try_from(rows.end.saturating_sub(rows.start)).unwrap_or_default();
        let Ok(stored) = self.file.table(table) else {
            let empty = RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty()));
            return Batch { table, first_row: rows.start, columns: Vec::new(), rows: empty };
        };
        let arrow = stored.arrow();
        let arrays = arrow.fields().iter().map(|field| new_null_array(field.data_type(), count)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let nulls = RecordBatch::try_new_with_options(Arc::clone(arrow), arrays, &options);
        let nulls = nulls.unwrap_or_else(|_| RecordBatch::new_empty(Arc::clone(arrow)));
        Batch { table, first_row: rows.start, columns: stored.columns.clone(), rows: nulls }
    }
}

impl RowSource for RowFileRows<'_> {
    fn schema(&self) -> &Arc<Schema> {
        self.file.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        let mut counts = self.file.row_counts();
        if let Some(only) = &self.only {
            counts.retain(|(table, _)| only.contains(table));
        }
        counts
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.read(table, rows, |stored, rows| self.file.read_range(stored, rows, &self.cancel))
    }

    fn make_columns(&self, table: TableId, rows: Range<u64>, columns: &[ColumnIdx]) -> Batch {
        self.read(table, rows, |stored, rows| self.file.read_range(&stored.only(columns), rows, &self.cancel))
            .only(columns)
    }
}

impl fmt::Debug for RowFileRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowFileRows")
            .field("file", &self.file)
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}
