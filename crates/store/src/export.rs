//! Exports: a version as a file, kept as long as the version.

use crate::{Digest, StoreError};
use std::fmt;
use std::fs::File;
use std::path::Path;

/// What a file holds. The same key is the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExportKey {
    /// Whose rows.
    pub version: Digest,
    /// In which format.
    pub format: String,
    /// Only these tables, by name, sorted; `None` for all.
    pub tables: Option<Vec<String>>,
}

/// A file that is complete.
#[derive(Debug)]
pub struct ExportFile {
    /// The file, open to be read: it stays readable when it is removed.
    pub file: File,
    /// Its length.
    pub bytes: u64,
    /// A checksum of its bytes: equal for equal files only.
    pub checksum: String,
    /// What it is, as HTTP has it.
    pub media_type: String,
    /// What it may be called: letters, digits, `-`, `_` and `.` alone.
    pub file_name: String,
}

/// A file in the making; dropped before it is kept it leaves nothing behind.
pub trait ExportDraft: fmt::Debug + Send {
    /// Where to write it. Sinks make it there, or beside it and move it there.
    fn path(&self) -> &Path;

    /// Keeps the file.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`] when the version is gone by now; the outside world's.
    fn keep(
        self: Box<Self>,
        key: &ExportKey,
        media_type: &str,
        file_name: &str,
    ) -> Result<ExportFile, StoreError>;
}
