//! JSON Lines files, in a folder, in a bundle or alone.

use crate::text_file::{Lines, TextChunk, TextWriter};
use crate::{FileFormat, ManifestTable, TablePlace};
use seedbed_datagen_core::{Batch, Encoder, SinkError};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_text_encode::{JsonNumbers, JsonRows};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// JSON Lines: `<table>.jsonl` for each table, of an object for each row on a line of its own. [`JsonRows`] says what each
/// type becomes.
///
/// There is no header: `cat` of all parts of a run in several is the whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonLines {
    /// How numbers are written that a reader may take for others.
    pub numbers: JsonNumbers,
}

impl FileFormat for JsonLines {
    type Writer<W: Write + Send + fmt::Debug> = TextWriter<Self, W>;

    fn extension(&self) -> &'static str {
        "jsonl"
    }

    fn begin<W: Write + Send + fmt::Debug>(
        &self,
        at: &TablePlace<'_>,
        out: W,
    ) -> Result<Self::Writer<W>, SinkError> {
        Ok(TextWriter::begin(*self, at, out))
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<Self::Writer<File>>> {
        TextWriter::go_on(*self, at, begun, file)
    }
}

impl Lines for JsonLines {
    type Encoder = JsonLinesEncoder;

    fn header(&self, _: &Schema, _: TableId, _: &[ColumnIdx]) -> Vec<u8> {
        Vec::new()
    }

    fn encoder(&self, schema: &Arc<Schema>, table: TableId, columns: &[ColumnIdx]) -> JsonLinesEncoder {
        JsonLinesEncoder { rows: JsonRows::new(schema, table, columns, self.numbers), text: Vec::new() }
    }
}

/// Makes JSON Lines on a thread that makes rows.
#[derive(Debug)]
pub struct JsonLinesEncoder {
    rows: JsonRows,
    text: Vec<u8>,
}

impl Encoder for JsonLinesEncoder {
    type Chunk = TextChunk;

    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let rows = batch.rows.num_rows();
        let pushed = self.rows.push(batch, 0..rows, &mut self.text);
        pushed.map_err(|e| SinkError::new("making JSON", e))?;
        if rows > 0 {
            self.text.push(b'\n');
        }
        Ok(())
    }

    fn take(&mut self, spent: Option<TextChunk>) -> Result<TextChunk, SinkError> {
        let mut next = spent.map_or_else(Vec::new, |chunk| chunk.text);
        next.clear();
        Ok(TextChunk { text: std::mem::replace(&mut self.text, next), facts: Vec::new() })
    }
}
