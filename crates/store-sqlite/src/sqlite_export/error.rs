//! Why a SQLite database was not made of a row file.

use crate::row_file::RowFileError;
use seedbed_datagen_core::Canceled;
use seedbed_load::LoadError;
use std::path::PathBuf;

/// Why a SQLite database was not made of a row file. What was at its place is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportSqliteError {
    /// The file system failed.
    #[error("failed while {doing} `{}`", path.display())]
    File {
        /// What was being done: `making`, `syncing`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The schema's own statements failed.
    #[error("the schema can't be made in a new database")]
    Schema {
        /// The cause.
        #[source]
        source: Box<LoadError>,
    },
    /// The schema's statements make no such table.
    #[error("the schema's statements make no table `{table}`")]
    NoTable {
        /// The table.
        table: String,
    },
    /// SQLite failed, or refused rows.
    #[error("SQLite failed while {doing}")]
    Sqlite {
        /// What was being done, naming the table if it is about one.
        doing: String,
        /// SQLite's message.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Rows refer to rows that are not there.
    #[error("{rows} references of `{table}` to `{parent}` lead nowhere")]
    BrokenReferences {
        /// The table.
        table: String,
        /// The one it refers to.
        parent: String,
        /// How many references.
        rows: u64,
    },
    /// The rows can't be read.
    #[error(transparent)]
    Rows(#[from] RowFileError),
    /// The caller asked to stop.
    #[error("canceled")]
    Canceled,
}

impl ExportSqliteError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "export-sqlite-io",
            Self::Schema { .. } => "export-sqlite-schema",
            Self::NoTable { .. } => "export-sqlite-no-table",
            Self::Sqlite { .. } => "export-sqlite-failed",
            Self::BrokenReferences { .. } => "export-sqlite-broken-references",
            Self::Rows(error) => error.code(),
            Self::Canceled => "export-sqlite-canceled",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::File { .. } => Some("see to it that the folder exists, is writable and has room"),
            Self::Schema { .. } | Self::NoTable { .. } => {
                Some("give the statements that the dataset was made of, or none for plain tables")
            }
            Self::BrokenReferences { .. } => {
                Some("export the dataset without the schema's statements, or make it again")
            }
            Self::Rows(error) => error.hint(),
            Self::Sqlite { .. } | Self::Canceled => None,
        }
    }

    /// For `map_err`: SQLite failed while something was done. What was interrupted was canceled, as nothing else interrupts.
    pub(super) fn sqlite(doing: impl Into<String>) -> impl FnOnce(rusqlite::Error) -> Self {
        let doing = doing.into();
        move |source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::Canceled,
            _ => Self::Sqlite { doing, source: source.into() },
        }
    }
}

impl From<Canceled> for ExportSqliteError {
    fn from(_: Canceled) -> Self {
        Self::Canceled
    }
}
