//! A file that appears only when it is whole.

use crate::ExportError;
use crate::target_folder::parent_of;
use seedbed_staging::{Destination, StagedFile, destination};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where a file will be. Everything is written to another beside it, which gets its name at the end; dropped before, it
/// leaves nothing.
#[derive(Debug)]
pub(crate) struct FileTarget {
    path: PathBuf,
    parent: PathBuf,
}

impl FileTarget {
    /// A target that is new or a file, with the file that becomes it. The folder around it is made if need be.
    pub(crate) fn create(target: &Path) -> Result<(Self, StagedFile), ExportError> {
        let path = match destination(target).map_err(ExportError::io("find", target))? {
            Destination::New(path) | Destination::File(path) => path,
            Destination::Dangling(path) => return Err(ExportError::DanglingLink { path }),
            // A device would be replaced by the file.
            Destination::Folder(path) | Destination::Special(path) => {
                return Err(ExportError::WrongKind { path, wanted: "file" });
            }
        };
        let parent = parent_of(&path);
        fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
        let file = StagedFile::create(&path).map_err(ExportError::io("make a file in", &parent))?;
        Ok((Self { path, parent }, file))
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
