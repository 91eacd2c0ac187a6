//! A sink that writes nowhere.

use crate::table_file::CsvEncoder;
use seedbed_datagen_core::{Batch, Chunk, Encoder, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::sync::Arc;

/// Makes the CSV of every row, as [`CsvFolder`](crate::CsvFolder) does, and drops it: what a run costs apart from the
/// disk, or whether it works at all. Nothing is hashed, as there is no manifest to tell of it.
#[derive(Debug, Default)]
pub struct NullSink {
    schema: Option<Arc<Schema>>,
}

impl Sink for NullSink {
    fn begin_table(&mut self, schema: &Schema, _: TableId) -> Result<(), SinkError> {
        self.schema.get_or_insert_with(|| Arc::new(schema.clone()));
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        match self.encoder() {
            Some(mut encoder) => encoder.push(batch),
            None => Ok(()),
        }
    }

    fn encoder(&self) -> Option<Box<dyn Encoder>> {
        Some(Box::new(CsvEncoder::new(Arc::clone(self.schema.as_ref()?))))
    }

    fn append(&mut self, _: &mut Chunk) -> Result<(), SinkError> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}
