//! Rows checked against every constraint as they are made, on the threads that make them.

use crate::{CheckMemory, JobError, ReadSchema, RowsThere};
use seedbed_datagen_core::{Batch, CancelToken, OpenTable, Part, RowSource, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use seedbed_validate::{Check, Report, RowsAgain, SpillFile, ValidateError};
use std::io::{Read, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Rows of a batch that is made only to be looked at.
const BATCH: u64 = 4096;

/// A check that begins now, whose keys take so much memory, in bytes; what is more goes into temporary files.
pub fn check_of_now(schema: &Schema, memory: CheckMemory) -> Check<'_> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let spill = || tempfile::tempfile().map(|file| Box::new(file) as Box<dyn SpillFile>);
    Check::new(schema)
        .with_now(since.as_micros().try_into().unwrap_or(i64::MAX))
        .with_memory(memory.0.try_into().unwrap_or(usize::MAX), Box::new(spill))
}

/// A source of rows that shows each batch to a check before it hands it over. What is made once more need not have been
/// kept: rows are a function of their number.
pub(crate) struct CheckedRows<'a> {
    rows: &'a dyn RowSource,
    check: Check<'a>,
    /// What is there beside them.
    there: RowsThere,
    /// The share that is made.
    part: Part,
    stop: CancelToken,
    /// Why the check can't go on.
    failed: Mutex<Option<ValidateError>>,
}

impl<'a> CheckedRows<'a> {
    /// The same with another present time, in microseconds since 1970-01-01 UTC, if there is one.
    pub(crate) fn at(self, now: Option<i64>) -> Self {
        match now {
            Some(micros) => Self { check: self.check.with_now(micros), ..self },
            None => self,
        }
    }

    /// Rows that are checked from now on.
    pub(crate) fn new(
        rows: &'a dyn RowSource,
        read: &'a ReadSchema,
        schema: &'a Schema,
        memory: CheckMemory,
        part: Part,
        stop: CancelToken,
    ) -> Self {
        let (check, there) = (check_of_now(schema, memory), RowsThere::of(read));
        Self { rows, check, there, part, stop, failed: Mutex::new(None) }
    }

    /// Whether the check can't go on: the run is for nothing then.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn check(&self, batch: &Batch) {
        if let Err(error) = self.check.batch(batch.table, batch.first_row, &batch.rows) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    /// Makes rows only to check them: so many, the first of the share.
    fn check_unseen(&self, table: TableId, count: u64) {
        if count == 0 {
            return;
        }
        let start = self.part.rows(row_count(self.rows, table)).start;
        for batch in batches(self.rows, table, start..start + count) {
            if self.stop.is_canceled() || self.has_failed() {
                return;
            }
            self.check(&batch);
        }
    }

    /// Writes what the check of a share has found.
    ///
    /// # Errors
    /// [`JobError::Check`].
    pub(crate) fn summarize(self, out: &mut dyn Write) -> Result<(), JobError> {
        let failed = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner);
        failed.map_or_else(|| self.check.summarize(out), Err).map_err(JobError::Check)
    }

    /// Takes in what the check of a share has found.
    pub(crate) fn join(&self, from: &mut dyn Read) -> Result<(), ValidateError> {
        self.check.join(from)
    }

    /// What the check found. Rows are made again where it has to look twice.
    ///
    /// # Errors
    /// [`JobError::Check`].
    pub(crate) fn finish(self) -> Result<Report, JobError> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(JobError::Check(error));
        }
        self.there.show(&self.check).map_err(JobError::Check)?;
        let again = Again { rows: self.rows, there: &self.there, stop: &self.stop };
        self.check.finish(&again).map_err(JobError::Check)
    }
}

impl RowSource for CheckedRows<'_> {
    fn schema(&self) -> &Arc<Schema> {
        self.rows.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.rows.row_counts()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        let batch = self.rows.make_rows(table, rows);
        self.check(&batch);
        batch
    }
}

/// Some rows of a table in order, a batch at a time.
fn batches(rows: &dyn RowSource, table: TableId, range: Range<u64>) -> impl Iterator<Item = Batch> {
    let starts = range.clone().step_by(BATCH as usize);
    starts.map(move |start| rows.make_rows(table, start..range.end.min(start.saturating_add(BATCH))))
}

/// How many rows a table has.
fn row_count(rows: &dyn RowSource, table: TableId) -> u64 {
    rows.row_counts().into_iter().find(|(id, _)| *id == table).map_or(0, |(_, count)| count)
}

/// The rows of a plan, made once more.
struct Again<'a> {
    rows: &'a dyn RowSource,
    there: &'a RowsThere,
    stop: &'a CancelToken,
}

impl RowsAgain for Again<'_> {
    fn rows(
        &self,
        table: TableId,
        visit: &mut dyn FnMut(u64, &arrow_array::RecordBatch) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        for batch in batches(self.rows, table, 0..row_count(self.rows, table)) {
            if self.stop.is_canceled() {
                let table = self.rows.schema()[table].name.to_string();
                return Err(ValidateError::Again { table, message: "canceled".to_owned() });
            }
            visit(batch.first_row, &batch.rows)?;
        }
        Ok(())
    }

    fn rows_there(&self, table: TableId) -> Option<arrow_array::RecordBatch> {
        self.there.of_table(table)
    }
}

/// A sink whose tables may have rows already, of an earlier run: those are not made for it, and checked all the same.
pub(crate) struct CheckedSink<'a> {
    sink: Box<dyn Sink + 'a>,
    rows: &'a CheckedRows<'a>,
}

impl<'a> CheckedSink<'a> {
    /// A sink for checked rows.
    pub(crate) fn new(sink: Box<dyn Sink + 'a>, rows: &'a CheckedRows<'a>) -> Self {
        Self { sink, rows }
    }
}

impl Sink for CheckedSink<'_> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let open = self.sink.open(schema, table)?;
        self.rows.check_unseen(table, open.rows_there());
        Ok(open)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.sink.finish()
    }
}
