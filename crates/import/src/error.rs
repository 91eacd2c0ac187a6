//! What the outside world may refuse.

use std::io;
use std::path::PathBuf;

/// Files can't be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The folder can't be read.
    #[error("cannot read the folder `{}`", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A file can't be read.
    #[error("cannot read `{}`", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl ImportError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "import-folder",
            Self::File { .. } => "import-file",
        }
    }
}
