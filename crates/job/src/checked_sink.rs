//! Rows checked against every constraint on their way to a file.

use seedbed_datagen_core::{Batch, OpenTable, Sink, SinkError, TableSink};
use seedbed_schema_model::{Schema, TableId};
use seedbed_validate::Validator;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A validator for a run of now.
pub(crate) fn validator(schema: &Schema) -> Validator<'_> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Validator::new(schema).with_now(since.as_micros().try_into().unwrap_or(i64::MAX))
}

/// Shows every batch to a validator before the sink gets it.
pub(crate) struct CheckedSink<'a, 's> {
    sink: Box<dyn Sink + 'a>,
    validator: &'a mut Validator<'s>,
}

impl<'a, 's> CheckedSink<'a, 's> {
    /// Where the rows go, and who looks at them.
    pub(crate) fn new(sink: Box<dyn Sink + 'a>, validator: &'a mut Validator<'s>) -> Self {
        Self { sink, validator }
    }
}

impl Sink for CheckedSink<'_, '_> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let inner = self.sink.open(schema, table)?;
        Ok(OpenTable::batches(CheckedTable { there: inner.rows_there(), inner, validator: self.validator }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.sink.finish()
    }
}

/// A table of a [`CheckedSink`].
struct CheckedTable<'t, 's> {
    inner: OpenTable<'t>,
    validator: &'t mut Validator<'s>,
    /// First rows to come that the sink has already: they are checked, and not written again.
    there: u64,
}

impl TableSink for CheckedTable<'_, '_> {
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.validator.write(batch.table, &batch.rows).map_err(|e| SinkError::new("checking rows", e))?;
        let rows = batch.rows.num_rows() as u64;
        let there = self.there.min(rows);
        self.there -= there;
        match there {
            0 => self.inner.write(batch),
            _ => self.inner.write(&batch.slice(there..rows)),
        }
    }

    fn close(self: Box<Self>) -> Result<(), SinkError> {
        self.inner.close()
    }
}
