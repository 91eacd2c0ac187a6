//! One table as one file.

use crate::new_file::{FileTarget, finished};
use crate::{ExportError, FileFormat, FileNames, ManifestTable, Provenance, TablePlace, TableWriter};
use seedbed_datagen_core::{EncodedTableSink, Encoder, OpenTable, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use seedbed_staging::StagedFile;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Writes the rows of a single table to a file of a format: the bytes that a [`Folder`](crate::Folder) has in it for the
/// table.
///
/// The file appears, or replaces an earlier one, only in [`finish`](Sink::finish).
#[derive(Debug)]
pub struct TableFile<F> {
    target: FileTarget,
    format: F,
    run: Provenance,
    /// `None` when it is finished.
    file: Option<StagedFile>,
    /// What was written.
    table: Option<ManifestTable>,
}

impl<F: FileFormat> TableFile<F> {
    /// A file at `target`, of whatever name.
    ///
    /// # Errors
    /// [`ExportError::WrongKind`] when there is something that is no file, [`ExportError::Io`] when nothing can be written
    /// beside it.
    pub fn create(target: impl AsRef<Path>, run: Provenance, format: F) -> Result<Self, ExportError> {
        let (target, file) = FileTarget::create(target.as_ref())?;
        Ok(Self { target, format, run, file: Some(file), table: None })
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        let file = self.file.take().ok_or_else(finished)?;
        if self.table.is_none() {
            return Err(io::Error::other("no table was written to it"));
        }
        file.put_in_place()
    }
}

impl<F: FileFormat> Sink for TableFile<F> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let doing = || format!("writing `{}`", self.target.path().display());
        let failed = |e: io::Error| SinkError::new(doing(), e);
        let file = self.file.as_ref().ok_or_else(finished).map_err(failed)?;
        if let Some(first) = &self.table {
            let both = format!("it holds `{}`, and no second table `{}`", first.name, schema[table].name);
            return Err(failed(io::Error::other(both)));
        }
        let names = FileNames::with_extension(schema, self.format.extension());
        let run = &self.run;
        let at = TablePlace { schema, table, name: names.get(table), folder: self.target.parent(), run };
        let writer = self.format.begin(&at, file.as_file().try_clone().map_err(failed)?)?;
        // A table that is opened and never closed leaves the sink unfinished.
        Ok(OpenTable::encoded(OpenFile::<F> { writer, written: &mut self.table }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.put_in_place().map_err(|e| SinkError::new(self.target.placing(), e))
    }
}

/// The file while it is written.
struct OpenFile<'s, F: FileFormat> {
    writer: F::Writer<File>,
    written: &'s mut Option<ManifestTable>,
}

impl<F: FileFormat> EncodedTableSink for OpenFile<'_, F> {
    type Encoder = <F::Writer<File> as TableWriter>::Encoder;

    fn encoder(&self) -> Self::Encoder {
        self.writer.encoder()
    }

    fn append(&mut self, rows: u64, chunk: &mut <Self::Encoder as Encoder>::Chunk) -> Result<(), SinkError> {
        self.writer.append(rows, chunk)
    }

    fn close(self) -> Result<(), SinkError> {
        *self.written = Some(self.writer.end()?);
        Ok(())
    }
}
