//! A folder with a file for each table, whatever their format.

use crate::checksum::Checksum;
use crate::new_folder::NewFolder;
use crate::unfinished_folder::Journal;
use crate::{
    ExportError, FileFormat, FileNames, Manifest, ManifestTable, Provenance, Resume, TablePlace, TableWriter,
};
use seedbed_datagen_core::{Batch, EncodedTableSink, Encoder, OpenTable, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Writes a file of one format for each table and a `manifest.json` into one folder.
///
/// Everything is written beside the folder under another name and renamed into place by [`finish`](Sink::finish); dropped
/// before, it leaves nothing. An earlier run's folder is replaced as a whole.
#[derive(Debug)]
pub struct Folder<F> {
    target: PathBuf,
    format: F,
    run: Provenance,
    names: Option<FileNames>,
    /// Tables that are written.
    tables: Vec<ManifestTable>,
    digest: String,
    /// What an earlier run had written.
    earlier: Option<Journal>,
    checkpoint_bytes: u64,
    /// Bytes written since the last checkpoint.
    since: u64,
    /// Goes last: files in it must be closed before it can be removed everywhere. `None` when it is finished.
    folder: Option<NewFolder>,
}

/// Bytes after which a run that can be resumed takes note of how far it has come: about a second's work.
const CHECKPOINT: u64 = 64 << 20;

impl<F: FileFormat> Folder<F> {
    /// A folder at `target`, which is new, empty, or an earlier run's.
    ///
    /// # Errors
    /// [`ExportError::FolderInUse`] when it holds anything else, [`ExportError::WrongKind`] when it is a file,
    /// [`ExportError::Io`] when nothing can be written beside it.
    pub fn create(target: impl AsRef<Path>, run: Provenance, format: F) -> Result<Self, ExportError> {
        let folder = NewFolder::create(target.as_ref())?;
        Ok(Self::new(target.as_ref(), run, format, folder))
    }

    /// The same for a long run: dropped before its end, it leaves what it had written by its last checkpoint in the
    /// [`unfinished_folder`](crate::unfinished_folder), and the next run of the same `digest` can go on from there. Its
    /// bytes are those of a run that was never interrupted.
    ///
    /// `digest` says which rows these are: [`plan_digest`](crate::plan_digest). Checkpoints come every 64 MiB, between
    /// what the format's encoders make at a time; what is shorter leaves nothing.
    ///
    /// # Errors
    /// Those of [`Folder::create`]; [`ExportError::Busy`] when another run writes to the same target. To go on:
    /// [`ExportError::ChangedPlan`] when the rows were to be others, [`ExportError::DamagedPart`] when the notes of the
    /// earlier run can't be read. That its files are as it wrote them is checked table by table.
    pub fn create_resumable(
        target: impl AsRef<Path>,
        run: Provenance,
        format: F,
        digest: &str,
        resume: Resume,
    ) -> Result<Self, ExportError> {
        let (folder, earlier) = NewFolder::create_resumable(target.as_ref(), digest, resume)?;
        Ok(Self { digest: digest.to_owned(), earlier, ..Self::new(target.as_ref(), run, format, folder) })
    }

    /// With a checkpoint each time that so many bytes have been written.
    #[must_use]
    pub fn checkpoint_every(self, bytes: u64) -> Self {
        Self { checkpoint_bytes: bytes.max(1), ..self }
    }

    fn new(target: &Path, run: Provenance, format: F, folder: NewFolder) -> Self {
        Self {
            target: target.to_owned(),
            format,
            run,
            names: None,
            tables: Vec::new(),
            digest: String::new(),
            earlier: None,
            checkpoint_bytes: CHECKPOINT,
            since: 0,
            folder: Some(folder),
        }
    }

    /// Counts bytes that were written, and takes note of how far the run has come when they are many. `current` says how
    /// far that is in the table at hand.
    fn wrote(
        &mut self,
        bytes: u64,
        current: impl FnOnce() -> io::Result<Option<ManifestTable>>,
    ) -> Result<(), SinkError> {
        self.since += bytes;
        let Some(folder) = self.folder.as_mut().filter(|folder| folder.is_resumable()) else { return Ok(()) };
        if self.since < self.checkpoint_bytes {
            return Ok(());
        }
        self.since = 0;
        let noted = current().and_then(|current| {
            let journal = Journal { digest: self.digest.clone(), tables: self.tables.clone(), current };
            folder.checkpoint(&journal)
        });
        noted.map_err(|e| SinkError::new("taking note of what is written", e))
    }
}

impl<F: FileFormat> Sink for Folder<F> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let Some(folder) = &self.folder else { return Err(finished(&self.target)) };
        let extension = self.format.extension();
        let names = self.names.get_or_insert_with(|| FileNames::with_extension(schema, extension));
        let at = TablePlace { schema, table, name: names.get(table), folder: folder.path(), run: &self.run };
        let path = at.folder.join(at.name);
        let failed = |e: io::Error| SinkError::new(format!("writing `{}`", at.name), e);
        let earlier = self.earlier.as_ref();
        if let Some(done) = earlier.and_then(|j| j.tables.iter().find(|t| t.file == at.name)) {
            check_whole(&path, done)?;
            let rows = done.rows;
            self.tables.push(done.clone());
            return Ok(OpenTable::batches(|_: &Batch| Ok(())).with_rows_there(rows));
        }
        let begun = earlier.and_then(|j| j.current.as_ref()).filter(|t| t.file == at.name);
        let (writer, there) = match begun {
            Some(begun) => {
                let file = File::options().read(true).write(true).open(&path).map_err(failed)?;
                let writer = self.format.go_on(&at, begun, file).map_err(failed)?;
                (writer.ok_or_else(|| damaged(&path))?, begun.rows)
            }
            None => (self.format.begin(&at, File::create(&path).map_err(failed)?)?, 0),
        };
        Ok(OpenTable::encoded(OpenFile { folder: self, writer }).with_rows_there(there))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let folder = self.folder.take().ok_or_else(|| finished(&self.target))?;
        let manifest = Manifest::new(&self.run, std::mem::take(&mut self.tables));
        let doing = format!("putting `{}` in place", self.target.display());
        folder.put_in_place(&manifest).map_err(|e| SinkError::new(doing, e))
    }
}

/// A table's file in a folder that is being written.
struct OpenFile<'s, F: FileFormat> {
    folder: &'s mut Folder<F>,
    writer: F::Writer<File>,
}

impl<F: FileFormat> EncodedTableSink for OpenFile<'_, F> {
    type Encoder = <F::Writer<File> as TableWriter>::Encoder;

    fn encoder(&self) -> Self::Encoder {
        self.writer.encoder()
    }

    fn append(&mut self, rows: u64, chunk: &mut <Self::Encoder as Encoder>::Chunk) -> Result<(), SinkError> {
        let before = self.writer.bytes();
        self.writer.append(rows, chunk)?;
        let bytes = self.writer.bytes() - before;
        self.folder.wrote(bytes, || self.writer.checkpoint().map(Some))
    }

    fn close(self) -> Result<(), SinkError> {
        let before = self.writer.bytes();
        let entry = self.writer.end()?;
        let bytes = entry.bytes - before;
        self.folder.tables.push(entry);
        self.folder.wrote(bytes, || Ok(None))
    }
}

/// Whether an earlier run's file is as that run wrote it.
fn check_whole(path: &Path, entry: &ManifestTable) -> Result<(), SinkError> {
    let sum = File::open(path).and_then(|mut file| {
        let mut checksum = Checksum::default();
        io::copy(&mut file, &mut checksum)?;
        Ok(checksum.digits())
    });
    match sum {
        Ok(sum) if sum == entry.xxh128 => Ok(()),
        Ok(_) => Err(damaged(path)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(damaged(path)),
        Err(e) => Err(SinkError::new(format!("reading `{}`", path.display()), e)),
    }
}

fn damaged(path: &Path) -> SinkError {
    SinkError::new("going on with an earlier run", ExportError::DamagedPart { file: path.to_owned() })
}

/// For a sink that is used again after its end.
fn finished(target: &Path) -> SinkError {
    SinkError::new(format!("writing `{}`", target.display()), "it is finished already")
}
