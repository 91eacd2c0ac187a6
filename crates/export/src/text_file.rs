//! One table's lines on their way to a file: text, rows, bytes and checksum.

use crate::checksum::Checksum;
use crate::{ManifestTable, Provenance, TablePlace, TableWriter};
use seedbed_datagen_core::{Encoder, SinkError};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_text_encode::ColumnFacts;
use std::fmt;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};
use std::sync::Arc;

/// Bytes that are gathered before the file is written to.
const CHUNK: usize = 1 << 16;

/// Lines of text, one or more for each row.
pub trait Lines: Clone + fmt::Debug {
    /// What makes them of batches, on any thread.
    type Encoder: Encoder<Chunk = TextChunk>;

    /// The bytes before the first row.
    fn header(&self, schema: &Schema, table: TableId, columns: &[ColumnIdx]) -> Vec<u8>;

    /// An encoder for a table's file of these columns.
    fn encoder(&self, schema: &Arc<Schema>, table: TableId, columns: &[ColumnIdx]) -> Self::Encoder;
}

/// Lines of some rows, as an encoder made them.
#[derive(Debug)]
pub struct TextChunk {
    pub(crate) text: Vec<u8>,
    /// Of all batches that its encoder has seen, where it looks at them: they only ever grow.
    pub(crate) facts: Vec<ColumnFacts>,
}

/// Writes the lines of one table.
#[derive(Debug)]
pub struct TextWriter<L, W> {
    lines: L,
    schema: Arc<Schema>,
    table: TableId,
    entry: ManifestTable,
    columns: Vec<ColumnIdx>,
    /// What the cells were like so far.
    facts: Vec<ColumnFacts>,
    buffer: Vec<u8>,
    checksum: Checksum,
    out: W,
}

impl<L: Lines, W: Write> TextWriter<L, W> {
    /// A file that begins with the header, if it is the first part.
    pub(crate) fn begin(lines: L, at: &TablePlace<'_>, out: W) -> Self {
        let mut new = Self::without_header(lines, at.schema, at.table, at.name, at.run, out);
        if at.run.part.index() == 1 {
            new.buffer = new.lines.header(at.schema, at.table, &new.columns);
        }
        new
    }

    fn without_header(
        lines: L,
        schema: &Arc<Schema>,
        table: TableId,
        file: &str,
        run: &Provenance,
        out: W,
    ) -> Self {
        Self {
            lines,
            schema: Arc::clone(schema),
            table,
            entry: ManifestTable::begun(&schema[table], file),
            columns: run.columns_of(schema, table),
            facts: Vec::new(),
            buffer: Vec::with_capacity(CHUNK * 2),
            checksum: Checksum::default(),
            out,
        }
    }

    /// Small chunks are gathered; large ones are not copied on their way.
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        if text.len() >= CHUNK {
            self.flush()?;
            return self.put(text);
        }
        self.buffer.extend_from_slice(text);
        if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Rows, bytes and checksum so far, all of them written.
    fn so_far(&mut self) -> io::Result<ManifestTable> {
        self.flush()?;
        Ok(ManifestTable { xxh128: self.checksum.digits(), ..self.entry.clone() })
    }

    fn doing(&self) -> String {
        format!("writing `{}`", self.entry.file)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.put(&buffer)?;
        buffer.clear();
        self.buffer = buffer;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.checksum.update(bytes);
        self.entry.bytes += bytes.len() as u64;
        Ok(())
    }
}

impl<L: Lines> TextWriter<L, File> {
    /// A file whose first rows are there already: `begun` says how many, in how many bytes, with which checksum. `None`
    /// when they are not the ones that were written. What comes after them is made again.
    pub(crate) fn go_on(
        lines: L,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<Self>> {
        let mut new = Self::without_header(lines, at.schema, at.table, &begun.file, at.run, file);
        if !new.checksum.read(begun.bytes, &mut new.out)? || new.checksum.digits() != begun.xxh128 {
            return Ok(None);
        }
        (new.entry.rows, new.entry.bytes) = (begun.rows, begun.bytes);
        new.out.set_len(begun.bytes)?;
        new.out.seek(SeekFrom::Start(begun.bytes))?;
        Ok(Some(new))
    }
}

impl<L: Lines, W: Write + fmt::Debug> TableWriter for TextWriter<L, W> {
    type Encoder = L::Encoder;

    fn encoder(&self) -> L::Encoder {
        self.lines.encoder(&self.schema, self.table, &self.columns)
    }

    fn append(&mut self, rows: u64, chunk: &mut TextChunk) -> Result<(), SinkError> {
        merge(&mut self.facts, &chunk.facts);
        self.entry.rows += rows;
        self.write(&chunk.text).map_err(|e| SinkError::new(self.doing(), e))
    }

    fn bytes(&self) -> u64 {
        self.entry.bytes
    }

    fn checkpoint(&mut self) -> io::Result<ManifestTable> {
        self.so_far()
    }

    fn column_facts(&self) -> Vec<(ColumnIdx, ColumnFacts)> {
        let facts = self.facts.iter().copied().chain(std::iter::repeat(ColumnFacts::default()));
        self.columns.iter().copied().zip(facts).collect()
    }

    fn end(mut self) -> Result<ManifestTable, SinkError> {
        self.so_far().map_err(|e| SinkError::new(self.doing(), e))
    }
}

fn merge(facts: &mut Vec<ColumnFacts>, more: &[ColumnFacts]) {
    facts.resize(facts.len().max(more.len()), ColumnFacts::default());
    for (known, new) in facts.iter_mut().zip(more) {
        known.nulls |= new.nulls;
        known.empties |= new.empties;
    }
}
