//! A folder with a file for each table, whatever their format.

use crate::checksum::Checksum;
use crate::new_folder::{Journal, NewFolder};
use crate::{ExportError, FileNames, Manifest, ManifestTable, Provenance};
use seedbed_datagen_core::{Batch, Chunk, Encoder, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Bytes after which a run that can be resumed takes note of how far it has come: about a second's work.
const CHECKPOINT: u64 = 64 << 20;

/// A format of which each table is one file.
pub(crate) trait FileFormat: fmt::Debug {
    /// The ending of the files' names, without a dot.
    fn extension(&self) -> &'static str;

    /// The file of one table, before its first row.
    fn begin(&self, at: &TablePlace<'_>, file: File) -> Result<Box<dyn TableOutput>, SinkError>;

    /// A file that holds the first rows of a table already; `None` when it isn't as it was written.
    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<Box<dyn TableOutput>>>;
}

/// Which table a file is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TablePlace<'a> {
    pub(crate) schema: &'a Arc<Schema>,
    pub(crate) table: TableId,
    /// The file's name.
    pub(crate) name: &'a str,
    /// The folder that it is in.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(dead_code, reason = "only row groups are noted beside a file")
    )]
    pub(crate) folder: &'a Path,
    pub(crate) run: &'a Provenance,
}

/// A table's file while it is written.
pub(crate) trait TableOutput: fmt::Debug {
    fn encoder(&self) -> Option<Box<dyn Encoder>>;
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError>;
    fn append(&mut self, chunk: &mut Chunk) -> Result<(), SinkError>;

    /// Bytes of the file by now.
    fn bytes(&self) -> u64;

    /// What a run can go on after, written out: whole rows, whole groups of them where there are groups.
    fn checkpoint(&mut self) -> io::Result<ManifestTable>;

    fn end(self: Box<Self>) -> Result<ManifestTable, SinkError>;
}

/// What all folders have in common.
#[derive(Debug)]
pub(crate) struct FolderSink<F> {
    format: F,
    run: Provenance,
    schema: Option<(Arc<Schema>, FileNames)>,
    current: Option<Current>,
    /// Tables that are written.
    tables: Vec<ManifestTable>,
    digest: String,
    /// What an earlier run had written.
    earlier: Option<Journal>,
    checkpoint_bytes: u64,
    /// Bytes written since the last checkpoint.
    since: u64,
    /// Goes last: files in it must be closed before it can be removed everywhere.
    folder: NewFolder,
}

#[derive(Debug)]
enum Current {
    /// An earlier run has written all of it.
    Done(ManifestTable),
    Writing {
        output: Box<dyn TableOutput>,
        /// Rows that an earlier run has written.
        done: u64,
    },
}

impl<F: FileFormat> FolderSink<F> {
    pub(crate) fn new(format: F, run: Provenance, folder: NewFolder) -> Self {
        Self {
            format,
            run,
            folder,
            schema: None,
            current: None,
            tables: Vec::new(),
            digest: String::new(),
            earlier: None,
            checkpoint_bytes: CHECKPOINT,
            since: 0,
        }
    }

    /// The same for a run that can be resumed: which rows it makes, and what an earlier run has left.
    pub(crate) fn resumable(mut self, digest: &str, earlier: Option<Journal>) -> Self {
        (self.digest, self.earlier) = (digest.to_owned(), earlier);
        self
    }

    /// Bytes after which the run takes note of how far it has come.
    pub(crate) fn checkpoint_every(mut self, bytes: u64) -> Self {
        self.checkpoint_bytes = bytes.max(1);
        self
    }

    pub(crate) fn begin_table(&mut self, schema: &Schema, table: TableId) -> Result<(), SinkError> {
        let extension = self.format.extension();
        let (schema, names) = self
            .schema
            .get_or_insert_with(|| (Arc::new(schema.clone()), FileNames::with_extension(schema, extension)));
        let folder = self.folder.path();
        let at = TablePlace { schema, table, name: names.get(table), folder, run: &self.run };
        let path = folder.join(at.name);
        let failed = |e: io::Error| SinkError::new(format!("writing `{}`", at.name), e);
        let earlier = self.earlier.as_ref();
        if let Some(done) = earlier.and_then(|j| j.tables.iter().find(|t| t.file == at.name)) {
            check_whole(&path, done)?;
            self.current = Some(Current::Done(done.clone()));
            return Ok(());
        }
        if let Some(begun) = earlier.and_then(|j| j.current.as_ref()).filter(|t| t.file == at.name) {
            let file = File::options().read(true).write(true).open(&path).map_err(failed)?;
            let Some(output) = self.format.go_on(&at, begun, file).map_err(failed)? else {
                return Err(damaged(&path));
            };
            self.current = Some(Current::Writing { output, done: begun.rows });
            return Ok(());
        }
        let file = File::create(&path).map_err(failed)?;
        let output = self.format.begin(&at, file)?;
        self.current = Some(Current::Writing { output, done: 0 });
        Ok(())
    }

    pub(crate) fn rows_done(&self) -> u64 {
        match &self.current {
            Some(Current::Done(entry)) => entry.rows,
            Some(Current::Writing { done, .. }) => *done,
            None => 0,
        }
    }

    pub(crate) fn encoder(&self) -> Option<Box<dyn Encoder>> {
        match &self.current {
            Some(Current::Writing { output, .. }) => output.encoder(),
            _ => None,
        }
    }

    pub(crate) fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.put(|output| output.write(batch))
    }

    pub(crate) fn append(&mut self, chunk: &mut Chunk) -> Result<(), SinkError> {
        self.put(|output| output.append(chunk))
    }

    fn put(
        &mut self,
        take: impl FnOnce(&mut dyn TableOutput) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        let Some(Current::Writing { output, .. }) = &mut self.current else { return Ok(()) };
        let before = output.bytes();
        take(&mut **output)?;
        self.since += output.bytes() - before;
        if self.since < self.checkpoint_bytes || !self.folder.is_resumable() {
            return Ok(());
        }
        let failed = |e| SinkError::new("taking note of what is written", e);
        let current = output.checkpoint().map_err(failed)?;
        self.note(Some(current)).map_err(failed)
    }

    pub(crate) fn end_table(&mut self) -> Result<(), SinkError> {
        match self.current.take() {
            None => return Ok(()),
            Some(Current::Done(entry)) => self.tables.push(entry),
            Some(Current::Writing { output, .. }) => {
                let before = output.bytes();
                let entry = output.end()?;
                self.since += entry.bytes - before;
                self.tables.push(entry);
            }
        }
        if self.since < self.checkpoint_bytes || !self.folder.is_resumable() {
            return Ok(());
        }
        self.note(None).map_err(|e| SinkError::new("taking note of what is written", e))
    }

    fn note(&mut self, current: Option<ManifestTable>) -> io::Result<()> {
        self.since = 0;
        let journal = Journal { digest: self.digest.clone(), tables: self.tables.clone(), current };
        self.folder.checkpoint(&journal)
    }

    pub(crate) fn finish(self, target: &Path) -> Result<(), SinkError> {
        let manifest = Manifest::new(&self.run, self.tables);
        let doing = format!("putting `{}` in place", target.display());
        self.folder.put_in_place(&manifest).map_err(|e| SinkError::new(doing, e))
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
