//! A folder of CSV files.

use crate::folder_sink::{FileFormat, FolderSink, TableOutput, TablePlace};
use crate::new_folder::{NewFolder, Resume};
use crate::table_file::TableFile;
use crate::{ExportError, ManifestTable, Provenance};
use seedbed_datagen_core::{Batch, Chunk, Encoder, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Writes `<table>.csv` for each table and a `manifest.json` into one folder.
///
/// Everything is written beside the folder under another name and renamed into place by [`finish`](Sink::finish); dropped
/// before, it leaves nothing. An earlier run's folder is replaced as a whole.
///
/// Only the first part of a run in several has header lines, so that `cat` of all parts is the whole.
#[derive(Debug)]
pub struct CsvFolder {
    target: PathBuf,
    sink: FolderSink<Csv>,
}

impl CsvFolder {
    /// A folder at `target`, which is new, empty, or an earlier run's.
    ///
    /// # Errors
    /// [`ExportError::FolderInUse`] when it holds anything else, [`ExportError::WrongKind`] when it is a file,
    /// [`ExportError::Io`] when nothing can be written beside it.
    pub fn create(target: impl AsRef<Path>, run: Provenance) -> Result<Self, ExportError> {
        let folder = NewFolder::create(target.as_ref())?;
        Ok(Self { target: target.as_ref().to_owned(), sink: FolderSink::new(Csv, run, folder) })
    }

    /// The same for a long run: dropped before its end, it leaves what it had written by its last checkpoint in the
    /// [`unfinished_folder`](crate::unfinished_folder), and the next run of the same `digest` can go on from there. Its
    /// bytes are those of a run that was never interrupted.
    ///
    /// `digest` says which rows these are: [`plan_digest`](crate::plan_digest). Checkpoints come every 64 MiB; what is
    /// shorter leaves nothing.
    ///
    /// # Errors
    /// Those of [`CsvFolder::create`]; [`ExportError::Busy`] when another run writes to the same target. To go on:
    /// [`ExportError::ChangedPlan`] when the rows were to be others, [`ExportError::DamagedPart`] when the notes of the
    /// earlier run can't be read. That its files are as it wrote them is checked table by table.
    pub fn create_resumable(
        target: impl AsRef<Path>,
        run: Provenance,
        digest: &str,
        resume: Resume,
    ) -> Result<Self, ExportError> {
        let (folder, earlier) = NewFolder::create_resumable(target.as_ref(), digest, resume)?;
        let sink = FolderSink::new(Csv, run, folder).resumable(digest, earlier);
        Ok(Self { target: target.as_ref().to_owned(), sink })
    }

    /// With a checkpoint each time that so many bytes have been written.
    #[must_use]
    pub fn checkpoint_every(self, bytes: u64) -> Self {
        Self { sink: self.sink.checkpoint_every(bytes), ..self }
    }
}

impl Sink for CsvFolder {
    fn begin_table(&mut self, schema: &Schema, table: TableId) -> Result<(), SinkError> {
        self.sink.begin_table(schema, table)
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.sink.write(batch)
    }

    fn rows_done(&self) -> u64 {
        self.sink.rows_done()
    }

    fn encoder(&self) -> Option<Box<dyn Encoder>> {
        self.sink.encoder()
    }

    fn append(&mut self, chunk: &mut Chunk) -> Result<(), SinkError> {
        self.sink.append(chunk)
    }

    fn end_table(&mut self) -> Result<(), SinkError> {
        self.sink.end_table()
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        self.sink.finish(&self.target)
    }
}

#[derive(Debug)]
struct Csv;

impl FileFormat for Csv {
    fn extension(&self) -> &'static str {
        "csv"
    }

    fn begin(&self, at: &TablePlace<'_>, file: File) -> Result<Box<dyn TableOutput>, SinkError> {
        Ok(Box::new(CsvFile { text: TableFile::begin(at.schema, at.table, at.name, at.run), file }))
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        mut file: File,
    ) -> io::Result<Option<Box<dyn TableOutput>>> {
        let Some(text) = TableFile::go_on(at.schema, at.table, begun, at.run, &mut file)? else {
            return Ok(None);
        };
        // What was written after the checkpoint is made again.
        file.set_len(begun.bytes)?;
        file.seek(SeekFrom::Start(begun.bytes))?;
        Ok(Some(Box::new(CsvFile { text, file })))
    }
}

#[derive(Debug)]
struct CsvFile {
    text: TableFile,
    file: File,
}

impl TableOutput for CsvFile {
    fn encoder(&self) -> Option<Box<dyn Encoder>> {
        Some(self.text.encoder())
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.text.write(batch, &mut self.file).map_err(|e| SinkError::new(self.text.doing(), e))
    }

    fn append(&mut self, chunk: &mut Chunk) -> Result<(), SinkError> {
        self.text.append(chunk, &mut self.file).map_err(|e| SinkError::new(self.text.doing(), e))
    }

    fn bytes(&self) -> u64 {
        self.text.bytes()
    }

    fn checkpoint(&mut self) -> io::Result<ManifestTable> {
        self.text.so_far(&mut self.file)
    }

    fn end(self: Box<Self>) -> Result<ManifestTable, SinkError> {
        let Self { text, mut file } = *self;
        let doing = text.doing();
        let written = text.end(&mut file).map_err(|e| SinkError::new(doing, e))?;
        Ok(written.entry)
    }
}
