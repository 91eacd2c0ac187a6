//! One table's CSV on its way to a file: text, rows, bytes and checksum.

use crate::checksum::Checksum;
use crate::{ColumnFacts, CsvFormat, ManifestTable, Provenance, TextEncoder, UnsupportedColumn};
use seedbed_datagen_core::{Batch, Chunk, Encoder, SinkError};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// Bytes that are gathered before the file is written to.
const CHUNK: usize = 1 << 16;

/// The CSV of the current table.
#[derive(Debug)]
pub(crate) struct TableFile {
    schema: Arc<Schema>,
    table: TableId,
    entry: ManifestTable,
    columns: Vec<ColumnIdx>,
    /// For batches; chunks come from encoders of their own.
    encoder: TextEncoder<CsvFormat>,
    /// What the cells of chunks were like.
    facts: Vec<ColumnFacts>,
    buffer: Vec<u8>,
    checksum: Checksum,
}

/// What is known of a table when its file is closed.
#[derive(Debug)]
pub(crate) struct WrittenTable {
    pub(crate) table: TableId,
    pub(crate) entry: ManifestTable,
    /// The file's columns with what their cells were like. Empty only for a table without columns.
    pub(crate) columns: Vec<(ColumnIdx, ColumnFacts)>,
}

/// Why a batch was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error(transparent)]
    Column(#[from] UnsupportedColumn),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("the chunk is another sink's")]
    ForeignChunk,
}

impl TableFile {
    /// A file that begins with a header line, if it is the first part.
    pub(crate) fn begin(schema: &Arc<Schema>, table: TableId, file: &str, run: &Provenance) -> Self {
        let mut new = Self::without_header(schema, table, file, run);
        if run.part.index() == 1 {
            let names = new.columns.iter().map(|c| schema[table][*c].name.as_str());
            new.encoder.push_header(&mut new.buffer, names);
        }
        new
    }

    /// A file whose first rows are there already: `begun` says how many, in how many bytes, with which checksum. Those
    /// bytes are read from `there`. `None` when they are not the ones that were written.
    pub(crate) fn go_on(
        schema: &Arc<Schema>,
        table: TableId,
        begun: &ManifestTable,
        run: &Provenance,
        there: impl Read,
    ) -> io::Result<Option<Self>> {
        let mut new = Self::without_header(schema, table, &begun.file, run);
        if !new.checksum.read(begun.bytes, there)? || new.checksum.digits() != begun.xxh128 {
            return Ok(None);
        }
        (new.entry.rows, new.entry.bytes) = (begun.rows, begun.bytes);
        Ok(Some(new))
    }

    fn without_header(schema: &Arc<Schema>, table: TableId, file: &str, run: &Provenance) -> Self {
        Self {
            schema: Arc::clone(schema),
            table,
            entry: ManifestTable::begun(&schema[table], file),
            columns: run.columns_of(schema, table),
            encoder: TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect),
            facts: Vec::new(),
            buffer: Vec::with_capacity(CHUNK * 2),
            checksum: Checksum::default(),
        }
    }

    /// What is being attempted, for errors.
    pub(crate) fn doing(&self) -> String {
        format!("writing `{}`", self.entry.file)
    }

    /// Bytes written by now.
    pub(crate) fn bytes(&self) -> u64 {
        self.entry.bytes
    }

    /// What makes this file's text of batches on another thread.
    pub(crate) fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(CsvEncoder::new(Arc::clone(&self.schema)))
    }

    pub(crate) fn write(&mut self, batch: &Batch, to: &mut impl Write) -> Result<(), WriteError> {
        self.encoder.push_batch(&self.schema, batch, &mut self.buffer)?;
        self.entry.rows += batch.rows.num_rows() as u64;
        if self.buffer.len() >= CHUNK {
            self.flush(to)?;
        }
        Ok(())
    }

    pub(crate) fn append(&mut self, chunk: &mut Chunk, to: &mut impl Write) -> Result<(), WriteError> {
        let text = chunk.content.downcast_mut::<Text>().ok_or(WriteError::ForeignChunk)?;
        merge(&mut self.facts, &text.facts);
        self.entry.rows += chunk.rows;
        if text.bytes.len() >= CHUNK {
            // Large ones are not copied on their way.
            self.flush(to)?;
            return Ok(self.put(&text.bytes, to)?);
        }
        self.buffer.extend_from_slice(&text.bytes);
        if self.buffer.len() >= CHUNK {
            self.flush(to)?;
        }
        Ok(())
    }

    /// Rows, bytes and checksum so far, all of them written.
    pub(crate) fn so_far(&mut self, to: &mut impl Write) -> io::Result<ManifestTable> {
        self.flush(to)?;
        Ok(ManifestTable { xxh128: self.checksum.digits(), ..self.entry.clone() })
    }

    pub(crate) fn end(mut self, to: &mut impl Write) -> io::Result<WrittenTable> {
        let entry = self.so_far(to)?;
        let mut facts = self.encoder.facts();
        merge(&mut facts, &self.facts);
        facts.resize(self.columns.len(), ColumnFacts::default());
        let columns = self.columns.into_iter().zip(facts).collect();
        Ok(WrittenTable { table: self.table, entry, columns })
    }

    fn flush(&mut self, to: &mut impl Write) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.put(&buffer, to)?;
        buffer.clear();
        self.buffer = buffer;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8], to: &mut impl Write) -> io::Result<()> {
        to.write_all(bytes)?;
        self.checksum.update(bytes);
        self.entry.bytes += bytes.len() as u64;
        Ok(())
    }
}

fn merge(facts: &mut Vec<ColumnFacts>, more: &[ColumnFacts]) {
    facts.resize(facts.len().max(more.len()), ColumnFacts::default());
    for (known, new) in facts.iter_mut().zip(more) {
        known.nulls |= new.nulls;
        known.empties |= new.empties;
    }
}

/// Makes CSV on a thread that makes rows.
#[derive(Debug)]
pub(crate) struct CsvEncoder {
    schema: Arc<Schema>,
    text: TextEncoder<CsvFormat>,
    rows: u64,
    buffer: Vec<u8>,
}

/// What a chunk holds.
#[derive(Debug)]
struct Text {
    bytes: Vec<u8>,
    /// Of all batches that its encoder has seen: they only ever grow.
    facts: Vec<ColumnFacts>,
}

impl CsvEncoder {
    /// An encoder for one table of a schema.
    pub(crate) fn new(schema: Arc<Schema>) -> Self {
        let text = TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect);
        Self { schema, text, rows: 0, buffer: Vec::new() }
    }
}

impl Encoder for CsvEncoder {
    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.rows += batch.rows.num_rows() as u64;
        let pushed = self.text.push_batch(&self.schema, batch, &mut self.buffer);
        pushed.map_err(|e| SinkError::new("making CSV", e))
    }

    fn take(&mut self, spent: Option<Chunk>) -> Result<Chunk, SinkError> {
        let spent = spent.and_then(|chunk| chunk.content.downcast::<Text>().ok());
        let mut next = spent.map_or_else(Vec::new, |text| text.bytes);
        next.clear();
        let bytes = std::mem::replace(&mut self.buffer, next);
        let content = Box::new(Text { bytes, facts: self.text.facts() });
        Ok(Chunk { rows: std::mem::take(&mut self.rows), content })
    }
}
