//! A database under construction, beside the place where it belongs.

use super::error::ExportSqliteError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A file that is removed unless it is put in place.
#[derive(Debug)]
pub(super) struct NewFile {
    under_construction: TempPath,
    target: PathBuf,
}

impl NewFile {
    /// An empty file in the folder of `target`, which is made if there is none.
    pub(super) fn beside(target: &Path) -> Result<Self, ExportSqliteError> {
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let make = || -> io::Result<TempPath> {
            fs::create_dir_all(parent)?;
            let mut builder = tempfile::Builder::new();
            builder.prefix(".seedbed-").suffix(".db");
            #[cfg(unix)]
            let builder = {
                use std::os::unix::fs::PermissionsExt as _;
                builder.permissions(fs::Permissions::from_mode(0o666))
            };
            Ok(builder.tempfile_in(parent)?.into_temp_path())
        };
        let under_construction = make().map_err(failed("making", target))?;
        Ok(Self { under_construction, target: target.to_owned() })
    }

    /// Where it is until then.
    pub(super) fn path(&self) -> &Path {
        &self.under_construction
    }

    /// Syncs it and moves it to its place.
    pub(super) fn put_in_place(self) -> Result<(), ExportSqliteError> {
        let sync = || File::open(&self.under_construction)?.sync_all();
        sync().map_err(failed("syncing", &self.target))?;
        let put = self.under_construction.persist(&self.target);
        put.map_err(|error| failed("putting in place", &self.target)(error.error))
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ExportSqliteError {
    move |source| ExportSqliteError::File { doing, path: path.to_owned(), source }
}
