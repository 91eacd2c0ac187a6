//! Why a row file was not written or read.

use super::storage::Storage;
use seedbed_datagen_core::{Canceled, SinkError};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Why a row file was not written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RowFileError {
    /// The file system failed.
    #[error("failed while {doing} `{}`", path.display())]
    File {
        /// What was being done: `reading`, `making`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed.
    #[error("SQLite failed while {doing}")]
    Sqlite {
        /// What was being done, naming the table if it is about one.
        doing: String,
        /// SQLite's message.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// There is no row file at this place.
    #[error("`{}` is no row file", path.display())]
    NotARowFile {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by another version.
    #[error("`{}` has format {found}, this version reads {known}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The one that is known here.
        known: u32,
    },
    /// The bytes of a file are not those that were written.
    #[error("`{}` has the checksum {found}, and was written with {expected}", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// What it was when it was written.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The file has a table that the schema does not have.
    #[error("the schema has no table `{table}`, of which there are rows")]
    TableGone {
        /// The table.
        table: String,
    },
    /// The file has a column that the schema does not have.
    #[error("the schema's table `{table}` has no column `{column}`, of which there are values")]
    ColumnGone {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column's values were written as another type than the schema gives it.
    #[error("column `{column}` of `{table}` was written as {stored}, the schema makes it {wanted}")]
    ColumnTypeChanged {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// How it was written.
        stored: Storage,
        /// How the schema would have it written.
        wanted: Storage,
    },
    /// The file has no rows of such a table: it was not written.
    #[error("there are no rows of a table `{table}`; there are of {}", names(known))]
    UnknownTable {
        /// What was asked for.
        table: String,
        /// The tables of the file.
        known: Vec<String>,
    },
    /// A page was asked for by a column that is not there.
    #[error("table `{table}` has no column `{column}`; it has {}", names(known))]
    UnknownColumn {
        /// The table.
        table: String,
        /// What was asked for.
        column: String,
        /// The table's columns.
        known: Vec<String>,
    },
    /// The value of a filter is none of its column's type.
    #[error("`{value}` is no value of column `{column}`")]
    FilterValue {
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// What it could not be read as.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// More columns than a table of SQLite holds.
    #[error("table `{table}` has {columns} columns, SQLite holds {limit}")]
    TooManyColumns {
        /// The table.
        table: String,
        /// How many it has.
        columns: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A column of an Arrow type that no column of a batch has, or batches of one table that do not fit together.
    #[error("the rows of `{table}` can't be stored: {reason}")]
    Batch {
        /// The table.
        table: String,
        /// What is wrong with them.
        reason: BatchFault,
    },
    /// A cell holds what the writer never put there.
    #[error("row {row} of `{table}` holds no value of column `{column}`: the file is damaged")]
    Damaged {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row's number, from 0.
        row: u64,
    },
    /// The caller asked to stop.
    #[error("canceled")]
    Canceled,
}

/// What is wrong with a batch that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchFault {
    /// An Arrow type that no column of a batch has.
    #[error("column `{column}` has the Arrow type `{found}`")]
    ArrowType {
        /// The column.
        column: String,
        /// Its type.
        found: String,
    },
    /// Rows were left out, or came twice.
    #[error("row {found} comes where row {expected} is due")]
    Order {
        /// The number of the row that is due.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// Not the columns of the batches before.
    #[error("a batch has other columns than those before it")]
    Columns,
    /// The table was opened twice.
    #[error("its rows are there already")]
    Twice,
}

impl RowFileError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "row-file-io",
            Self::Sqlite { .. } => "row-file-sqlite",
            Self::NotARowFile { .. } => "row-file-unreadable",
            Self::Format { .. } => "row-file-format",
            Self::Checksum { .. } => "row-file-checksum",
            Self::TableGone { .. } => "row-file-table-gone",
            Self::ColumnGone { .. } => "row-file-column-gone",
            Self::ColumnTypeChanged { .. } => "row-file-column-type",
            Self::UnknownTable { .. } => "row-file-unknown-table",
            Self::UnknownColumn { .. } => "row-file-unknown-column",
            Self::FilterValue { .. } => "row-file-filter-value",
            Self::TooManyColumns { .. } => "row-file-too-many-columns",
            Self::Batch { .. } => "row-file-batch",
            Self::Damaged { .. } => "row-file-damaged",
            Self::Canceled => "row-file-canceled",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::File { .. } => Some("see to it that the folder exists, is writable and has room"),
            Self::Format { .. } => Some("make the dataset again, or read it with the version that wrote it"),
            Self::Checksum { .. } | Self::Damaged { .. } | Self::NotARowFile { .. } => {
                Some("make the dataset again: the same schema, spec and seed give the same rows")
            }
            Self::TableGone { .. } | Self::ColumnGone { .. } | Self::ColumnTypeChanged { .. } => {
                Some("read the file with the schema that its rows were made of")
            }
            Self::FilterValue { .. } => {
                Some("write the value as a literal of the column's type, without quotes")
            }
            Self::TooManyColumns { .. } => Some("export the table as CSV or Parquet"),
            _ => None,
        }
    }

    /// For `map_err`: SQLite failed while something was done. What was interrupted was canceled, as nothing else interrupts.
    pub(crate) fn sqlite(doing: impl Into<String>) -> impl FnOnce(rusqlite::Error) -> Self {
        let doing = doing.into();
        move |source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::Canceled,
            _ => Self::Sqlite { doing, source: source.into() },
        }
    }

    /// For `map_err`: the file system failed.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { doing, path: path.to_owned(), source }
    }

    /// As a sink's error.
    pub(crate) fn of_sink(self, table: Option<&str>) -> SinkError {
        let doing = table.map_or_else(
            || "completing the file of rows".to_owned(),
            |table| format!("storing the rows of `{table}`"),
        );
        SinkError::new(doing, self)
    }
}

impl From<Canceled> for RowFileError {
    fn from(_: Canceled) -> Self {
        Self::Canceled
    }
}

fn names(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
}
