//! Why an export can't begin or end.

use std::io;
use std::path::PathBuf;

/// What went wrong with the place that is exported to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The folder holds files that no earlier run wrote.
    #[error("folder `{}` holds `{found}`, which is not from an earlier run", folder.display())]
    FolderInUse {
        /// The folder.
        folder: PathBuf,
        /// One of the files.
        found: String,
    },
    /// A folder was asked for where a file is, or the other way round.
    #[error("`{}` is not a {wanted}", path.display())]
    WrongKind {
        /// The path.
        path: PathBuf,
        /// `folder` or `file`.
        wanted: &'static str,
    },
    /// The file system refused.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was being attempted.
        doing: &'static str,
        /// With which path.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl ExportError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FolderInUse { .. } => "export-folder-in-use",
            Self::WrongKind { .. } => "export-wrong-kind",
            Self::Io { .. } => "export-io",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::FolderInUse { .. } => {
                Some("choose an empty or a new folder, or empty this one yourself".to_owned())
            }
            Self::WrongKind { .. } => Some("choose another name".to_owned()),
            Self::Io { .. } => None,
        }
    }

    /// For `map_err` on file operations.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
