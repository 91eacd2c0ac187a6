//! A file that appears only when it is whole.

use crate::ExportError;
use crate::target_folder::{parent_of, with_temporary};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where a file will be. Everything is written to a temporary beside it, which is renamed into place at the end; dropped
/// before, it leaves nothing.
#[derive(Debug)]
pub(crate) struct FileTarget {
    path: PathBuf,
    parent: PathBuf,
}

impl FileTarget {
    /// A target that is new or a file, with the temporary that becomes it. The folder around it is made if need be.
    pub(crate) fn create(target: &Path) -> Result<(Self, NamedTempFile), ExportError> {
        let path = std::path::absolute(target).map_err(ExportError::io("find", target))?;
        // A device would be replaced by the file.
        if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(ExportError::WrongKind { path, wanted: "file" });
        }
        let parent = parent_of(&path);
        fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
        let file = with_temporary(0o666, |builder| builder.tempfile_in(&parent))
            .map_err(ExportError::io("make a file in", &parent))?;
        Ok((Self { path, parent }, file))
    }

    /// Gives the temporary the target's name, in place of what is there.
    pub(crate) fn put_in_place(&self, file: NamedTempFile) -> io::Result<()> {
        file.persist(&self.path).map_err(|e| e.error)?;
        Ok(())
    }

    /// Where the file will be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that it will be in.
    pub(crate) fn parent(&self) -> &Path {
        &self.parent
    }

    /// What is being done when it is renamed.
    pub(crate) fn placing(&self) -> String {
        format!("putting `{}` in place", self.path.display())
    }
}

/// For a sink that is used again after its end.
pub(crate) fn finished() -> io::Error {
    io::Error::other("it is finished already")
}
