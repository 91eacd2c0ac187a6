//! CSV text of batches, made on the threads that make rows.

use crate::text_file::TextChunk;
use seedbed_datagen_core::{Batch, Encoder, SinkError};
use seedbed_schema_model::Schema;
use seedbed_text_encode::{CsvFormat, TextEncoder};
use std::sync::Arc;

/// Makes CSV on a thread that makes rows.
#[derive(Debug)]
pub struct CsvEncoder {
    schema: Arc<Schema>,
    encoder: TextEncoder<CsvFormat>,
    text: Vec<u8>,
}

impl CsvEncoder {
    /// An encoder for one table of a schema.
    pub(crate) fn new(schema: Arc<Schema>) -> Self {
        Self { encoder: text_encoder(&schema), schema, text: Vec::new() }
    }
}

impl Encoder for CsvEncoder {
    type Chunk = TextChunk;

    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let pushed = self.encoder.push_batch(&self.schema, batch, &mut self.text);
        pushed.map_err(|e| SinkError::new("making CSV", e))
    }

    fn take(&mut self, spent: Option<TextChunk>) -> Result<TextChunk, SinkError> {
        let mut next = spent.map_or_else(Vec::new, |chunk| chunk.text);
        next.clear();
        Ok(TextChunk { text: std::mem::replace(&mut self.text, next), facts: self.encoder.facts() })
    }
}

/// What writes the cells as lines.
pub(super) fn text_encoder(schema: &Schema) -> TextEncoder<CsvFormat> {
    TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect)
}
