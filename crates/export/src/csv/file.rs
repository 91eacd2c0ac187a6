//! One table's CSV on its way to a file: text, rows, bytes and checksum.

use super::encoder::{CsvChunk, CsvEncoder, text_encoder};
use crate::checksum::Checksum;
use crate::{ManifestTable, Provenance, TablePlace, TableWriter};
use seedbed_datagen_core::SinkError;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_text_encode::ColumnFacts;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};
use std::sync::Arc;

/// Bytes that are gathered before the file is written to.
const CHUNK: usize = 1 << 16;

/// Writes the CSV of one table.
#[derive(Debug)]
pub struct CsvWriter<W> {
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

/// What is known of a table when its file is closed.
#[derive(Debug)]
pub(crate) struct WrittenTable {
    pub(crate) table: TableId,
    pub(crate) entry: ManifestTable,
    /// The file's columns with what their cells were like. Empty only for a table without columns.
    pub(crate) columns: Vec<(ColumnIdx, ColumnFacts)>,
}

impl<W: Write> CsvWriter<W> {
    /// A file that begins with a header line, if it is the first part.
    pub(crate) fn begin(schema: &Arc<Schema>, table: TableId, file: &str, run: &Provenance, out: W) -> Self {
        let mut new = Self::without_header(schema, table, file, run, out);
        if run.part.index() == 1 {
            let names = new.columns.iter().map(|c| schema[table][*c].name.as_str());
            text_encoder(schema).push_header(&mut new.buffer, names);
        }
        new
    }

    fn without_header(schema: &Arc<Schema>, table: TableId, file: &str, run: &Provenance, out: W) -> Self {
        Self {
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

    /// What makes this file's text of batches, on any thread.
    pub(crate) fn encoder(&self) -> CsvEncoder {
        CsvEncoder::new(Arc::clone(&self.schema))
    }

    /// Writes what an encoder made of `rows` rows. Small chunks are gathered; large ones are not copied on their way.
    pub(crate) fn append(&mut self, rows: u64, chunk: &CsvChunk) -> Result<(), SinkError> {
        merge(&mut self.facts, &chunk.facts);
        self.entry.rows += rows;
        let written = match chunk.text.len() >= CHUNK {
            true => self.flush().and_then(|()| self.put(&chunk.text)),
            false => {
                self.buffer.extend_from_slice(&chunk.text);
                if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
            }
        };
        written.map_err(|e| SinkError::new(self.doing(), e))
    }

    /// Writes all out and tells what the file was.
    pub(crate) fn end(mut self) -> Result<WrittenTable, SinkError> {
        let entry = self.so_far().map_err(|e| SinkError::new(self.doing(), e))?;
        self.facts.resize(self.columns.len(), ColumnFacts::default());
        let columns = self.columns.into_iter().zip(self.facts).collect();
        Ok(WrittenTable { table: self.table, entry, columns })
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

impl CsvWriter<File> {
    /// A file whose first rows are there already: `begun` says how many, in how many bytes, with which checksum. `None`
    /// when they are not the ones that were written. What comes after them is made again.
    pub(crate) fn go_on(at: &TablePlace<'_>, begun: &ManifestTable, file: File) -> io::Result<Option<Self>> {
        let mut new = Self::without_header(at.schema, at.table, &begun.file, at.run, file);
        if !new.checksum.read(begun.bytes, &mut new.out)? || new.checksum.digits() != begun.xxh128 {
            return Ok(None);
        }
        (new.entry.rows, new.entry.bytes) = (begun.rows, begun.bytes);
        new.out.set_len(begun.bytes)?;
        new.out.seek(SeekFrom::Start(begun.bytes))?;
        Ok(Some(new))
    }
}

impl TableWriter for CsvWriter<File> {
    type Encoder = CsvEncoder;

    fn encoder(&self) -> CsvEncoder {
        self.encoder()
    }

    fn append(&mut self, rows: u64, chunk: &mut CsvChunk) -> Result<(), SinkError> {
        self.append(rows, chunk)
    }

    fn bytes(&self) -> u64 {
        self.entry.bytes
    }

    fn checkpoint(&mut self) -> io::Result<ManifestTable> {
        self.so_far()
    }

    fn end(self) -> Result<ManifestTable, SinkError> {
        Ok(self.end()?.entry)
    }
}

fn merge(facts: &mut Vec<ColumnFacts>, more: &[ColumnFacts]) {
    facts.resize(facts.len().max(more.len()), ColumnFacts::default());
    for (known, new) in facts.iter_mut().zip(more) {
        known.nulls |= new.nulls;
        known.empties |= new.empties;
    }
}
