//! A sink that writes nowhere.

use crate::csv::CsvEncoder;
use crate::text_file::TextChunk;
use seedbed_datagen_core::{EncodedTableSink, OpenTable, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::sync::Arc;

/// Makes the CSV of every row, as a folder of [`Csv`](crate::Csv) does, and drops it: what a run costs apart from the
/// disk, or whether it works at all. Nothing is hashed, as there is no manifest to tell of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn open(&mut self, schema: &Arc<Schema>, _: TableId) -> Result<OpenTable<'_>, SinkError> {
        Ok(OpenTable::encoded(Dropped(Arc::clone(schema))))
    }
}

/// A table whose text is made and dropped.
struct Dropped(Arc<Schema>);

impl EncodedTableSink for Dropped {
    type Encoder = CsvEncoder;

    fn encoder(&self) -> CsvEncoder {
        CsvEncoder::new(Arc::clone(&self.0))
    }

    fn append(&mut self, _: u64, _: &mut TextChunk) -> Result<(), SinkError> {
        Ok(())
    }
}
