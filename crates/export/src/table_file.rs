//! One table's CSV on its way to a file: text, rows, bytes and checksum.

use crate::{ColumnFacts, CsvFormat, ManifestTable, Provenance, TextEncoder, UnsupportedColumn};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::io::{self, Write};

/// Bytes that are gathered before the file is written to.
const CHUNK: usize = 1 << 16;

/// The CSV of the current table.
#[derive(Debug)]
pub(crate) struct TableFile {
    table: TableId,
    entry: ManifestTable,
    columns: Vec<ColumnIdx>,
    encoder: TextEncoder<CsvFormat>,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
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
}

impl TableFile {
    /// A file that begins with a header line, if it is the first part.
    pub(crate) fn begin(schema: &Schema, table: TableId, file: &str, run: &Provenance) -> Self {
        let mut new = Self {
            table,
            entry: ManifestTable {
                name: schema[table].name.to_string(),
                file: file.to_owned(),
                rows: 0,
                bytes: 0,
                blake3: String::new(),
            },
            columns: run.columns_of(schema, table),
            encoder: TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect),
            buffer: Vec::with_capacity(CHUNK * 2),
            hasher: blake3::Hasher::new(),
        };
        if run.part.index() == 1 {
            let names = new.columns.iter().map(|c| schema[table][*c].name.as_str());
            new.encoder.push_header(&mut new.buffer, names);
        }
        new
    }

    pub(crate) fn write(
        &mut self,
        schema: &Schema,
        batch: &Batch,
        to: &mut impl Write,
    ) -> Result<(), WriteError> {
        self.encoder.push_batch(schema, batch, &mut self.buffer)?;
        self.entry.rows += batch.rows.num_rows() as u64;
        if self.buffer.len() >= CHUNK {
            self.flush(to)?;
        }
        Ok(())
    }

    pub(crate) fn end(mut self, to: &mut impl Write) -> io::Result<WrittenTable> {
        self.flush(to)?;
        self.entry.blake3 = self.hasher.finalize().to_hex().to_string();
        let mut facts = self.encoder.facts();
        facts.resize(self.columns.len(), ColumnFacts::default());
        let columns = self.columns.into_iter().zip(facts).collect();
        Ok(WrittenTable { table: self.table, entry: self.entry, columns })
    }

    fn flush(&mut self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.buffer)?;
        self.hasher.update(&self.buffer);
        self.entry.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}
