//! Rows checked against every constraint on their way to a file.

use seedbed_datagen_core::{Batch, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use seedbed_validate::Validator;
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
    /// First rows of the current table that the sink has already: they are checked, and not written again.
    done: u64,
}

impl<'a, 's> CheckedSink<'a, 's> {
    /// Where the rows go, and who looks at them.
    pub(crate) fn new(sink: Box<dyn Sink + 'a>, validator: &'a mut Validator<'s>) -> Self {
        Self { sink, validator, done: 0 }
    }
}

impl Sink for CheckedSink<'_, '_> {
    fn begin_table(&mut self, schema: &Schema, table: TableId) -> Result<(), SinkError> {
        self.sink.begin_table(schema, table)?;
        self.done = self.sink.rows_done();
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.validator.write(batch.table, &batch.rows).map_err(|e| SinkError::new("checking rows", e))?;
        let rows = batch.rows.num_rows() as u64;
        let skipped = self.done.min(rows);
        self.done -= skipped;
        match skipped {
            0 => self.sink.write(batch),
            _ if skipped == rows => Ok(()),
            _ => {
                let first = skipped as usize;
                let rest = batch.rows.slice(first, batch.rows.num_rows() - first);
                let first_row = batch.first_row + skipped;
                self.sink.write(&Batch { first_row, rows: rest, ..batch.clone() })
            }
        }
    }

    fn end_table(&mut self) -> Result<(), SinkError> {
        self.sink.end_table()
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        self.sink.finish()
    }
}
