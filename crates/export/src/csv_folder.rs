//! A folder of CSV files.

use crate::table_file::TableFile;
use crate::{ExportError, FileNames, Manifest, ManifestTable, Provenance};
use seedbed_datagen_core::{Batch, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Writes `<table>.csv` for each table and a `manifest.json` into one folder.
///
/// Everything is written beside the folder under a temporary name and renamed into place by
/// [`finish`](Sink::finish); dropped before, it leaves nothing. An earlier run's folder is replaced as a whole.
///
/// Only the first part of a run in several has header lines, so that `cat` of all parts is the whole.
#[derive(Debug)]
pub struct CsvFolder {
    target: PathBuf,
    run: Provenance,
    /// Where the files are until the end.
    folder: TempDir,
    schema: Option<(Schema, FileNames)>,
    current: Option<(TableFile, File)>,
    tables: Vec<ManifestTable>,
}

impl CsvFolder {
    /// A folder at `target`, which is new, empty, or an earlier run's.
    ///
    /// # Errors
    /// [`ExportError::FolderInUse`] when it holds anything else, [`ExportError::WrongKind`] when it is a file,
    /// [`ExportError::Io`] when nothing can be written beside it.
    pub fn create(target: impl AsRef<Path>, run: Provenance) -> Result<Self, ExportError> {
        let target = resolve(target.as_ref())?;
        check_replaceable(&target)?;
        let parent = parent_of(&target);
        fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
        let folder = temporary_folder(&parent).map_err(ExportError::io("make a folder in", &parent))?;
        Ok(Self { target, run, folder, schema: None, current: None, tables: Vec::new() })
    }

    fn put_in_place(self) -> Result<(), ExportError> {
        let text = Manifest::new(&self.run, self.tables).to_json().map_err(std::io::Error::other);
        let manifest = self.folder.path().join(Manifest::FILE);
        text.and_then(|t| fs::write(&manifest, t)).map_err(ExportError::io("write", &manifest))?;

        // Looked at again: minutes may have passed since the beginning.
        check_replaceable(&self.target)?;
        let failed = || ExportError::io("replace folder", self.target.clone());
        let parent = parent_of(&self.target);
        let old = temporary_folder(&parent).map_err(failed())?;
        let old_place = old.path().join("old");
        let replaced = self.target.exists();
        if replaced {
            fs::rename(&self.target, &old_place).map_err(failed())?;
        }
        if let Err(error) = fs::rename(self.folder.path(), &self.target) {
            if replaced {
                // The best that is left is the state before; its own failure would hide the first cause.
                let _ = fs::rename(&old_place, &self.target);
            }
            return Err(failed()(error));
        }
        let _ = self.folder.keep();
        Ok(())
    }
}

impl Sink for CsvFolder {
    fn begin_table(&mut self, schema: &Schema, table: TableId) -> Result<(), SinkError> {
        let (schema, names) = self.schema.get_or_insert_with(|| (schema.clone(), FileNames::new(schema)));
        let name = names.get(table).to_owned();
        let path = self.folder.path().join(&name);
        let file = File::create_new(&path).map_err(|e| SinkError::new(format!("writing `{name}`"), e))?;
        self.current = Some((TableFile::begin(schema, table, &name, &self.run), file));
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let (Some((schema, names)), Some((table, file))) = (&self.schema, &mut self.current) else {
            return Ok(());
        };
        table
            .write(schema, batch, file)
            .map_err(|e| SinkError::new(format!("writing `{}`", names.get(batch.table)), e))
    }

    fn end_table(&mut self) -> Result<(), SinkError> {
        if let Some((table, mut file)) = self.current.take() {
            let written = table.end(&mut file).map_err(|e| SinkError::new("writing a CSV file", e))?;
            self.tables.push(written.entry);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        let doing = format!("putting `{}` in place", self.target.display());
        self.put_in_place().map_err(|e| SinkError::new(doing, e))
    }
}

/// The real place of a path that may be a link, so that the folder and not the link is replaced.
fn resolve(target: &Path) -> Result<PathBuf, ExportError> {
    if target.exists() {
        return fs::canonicalize(target).map_err(ExportError::io("find", target));
    }
    std::path::absolute(target).map_err(ExportError::io("find", target))
}

fn parent_of(target: &Path) -> PathBuf {
    target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A new folder that others may read as far as the user's mask lets them, unlike the private ones of `tempfile`.
fn temporary_folder(parent: &Path) -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seedbed-");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o777))
    };
    builder.tempdir_in(parent)
}

/// Whether nothing but an earlier run's files would be lost.
fn check_replaceable(target: &Path) -> Result<(), ExportError> {
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(ExportError::WrongKind { path: target.to_owned(), wanted: "folder" });
    }
    let manifest = fs::read(target.join(Manifest::FILE)).ok();
    let manifest: Option<Manifest> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let is_ours = |name: &str| {
        manifest.as_ref().is_some_and(|m| name == Manifest::FILE || m.tables.iter().any(|t| t.file == name))
    };
    let mut strangers = Vec::new();
    for entry in fs::read_dir(target).map_err(ExportError::io("read folder", target))? {
        let entry = entry.map_err(ExportError::io("read folder", target))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_ours(&name) || entry.path().is_dir() {
            strangers.push(name);
        }
    }
    match strangers.into_iter().min() {
        None => Ok(()),
        Some(found) => Err(ExportError::FolderInUse { folder: target.to_owned(), found }),
    }
}
