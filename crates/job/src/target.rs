//! Where the rows of a job go.

use seedbed_datagen_core::Sink;
use seedbed_export::{ParquetCompression, Resume};
use std::fmt;
use std::path::PathBuf;

/// Where the rows go. A run that fails or is canceled leaves nothing there that looks complete.
#[non_exhaustive]
pub enum Target<'a> {
    /// A folder of files, one a table, and a manifest.
    Folder {
        /// The folder, which need not exist.
        path: PathBuf,
        /// What its files are.
        form: Form,
        /// What to do about an earlier run that did not come to its end.
        resume: Resume,
    },
    /// A ZIP of CSV files with the schema, a manifest and a script that loads them.
    Zip(PathBuf),
    /// A database; it must be of the schema's dialect. Rows that it holds stay, and keys go on after them.
    Database(seedbed_load::DatabaseTarget),
    /// Nowhere: rows are made and put into CSV, which is dropped, to measure.
    Null,
    /// The caller's memory: [`Outcome::rows`](crate::Outcome::rows).
    Memory,
    /// A sink of the caller's own.
    Sink(Box<dyn Sink + 'a>),
}

impl Target<'_> {
    /// A folder of CSV files, begun anew.
    pub fn csv_folder(path: impl Into<PathBuf>) -> Self {
        Self::Folder { path: path.into(), form: Form::Csv, resume: Resume::Anew }
    }
}

impl fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, form, resume } => f
                .debug_struct("Folder")
                .field("path", path)
                .field("form", form)
                .field("resume", resume)
                .finish(),
            Self::Zip(path) => f.debug_tuple("Zip").field(path).finish(),
            Self::Database(database) => f.debug_tuple("Database").field(database).finish(),
            Self::Null => f.write_str("Null"),
            Self::Memory => f.write_str("Memory"),
            Self::Sink(_) => f.write_str("Sink"),
        }
    }
}

/// What the files of a folder are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// RFC 4180, with a header.
    #[default]
    Csv,
    /// JSON Lines: an object a row, as [`JsonLines`](seedbed_export::JsonLines) writes it by default.
    JsonLines,
    /// Apache Parquet; without the feature `parquet` an error,
    /// [`FormatLeftOut`](seedbed_export::ExportError::FormatLeftOut).
    Parquet(ParquetCompression),
}

impl Form {
    /// A name for each form that makes other bytes.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Csv => "csv".to_owned(),
            Self::JsonLines => "jsonl".to_owned(),
            Self::Parquet(compression) => format!("parquet {}", compression.name()),
        }
    }
}
