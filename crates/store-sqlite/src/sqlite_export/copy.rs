//! The tables of a row file, as they are.

use super::error::ExportSqliteError;
use crate::row_file::{LAYOUT_TABLE, RowFile, interrupt_when, open_immutable, quoted};
use rusqlite::Connection;
use seedbed_datagen_core::CancelToken;
use std::path::Path;

/// Fills an empty file with the tables of a row file, their indexes, and nothing of its own bookkeeping.
pub(super) fn fill(file: &RowFile, path: &Path, cancel: &CancelToken) -> Result<(), ExportSqliteError> {
    let source = open_immutable(file.path())?;
    let failed = || ExportSqliteError::sqlite("copying the tables");
    interrupt_when(&source, cancel).map_err(failed())?;
    let target = path.to_str().map(str::to_owned).ok_or_else(|| ExportSqliteError::File {
        doing: "making",
        path: path.to_owned(),
        source: std::io::Error::other("the path is no text"),
    })?;
    source.execute("VACUUM INTO ?", [target]).map_err(failed())?;
    let made = Connection::open(path).map_err(failed())?;
    interrupt_when(&made, cancel).map_err(failed())?;
    // It is no row file any more: whoever has it may change it.
    made.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DROP TABLE {};
         PRAGMA application_id = 0; PRAGMA user_version = 0",
        quoted(LAYOUT_TABLE)
    ))
    .map_err(failed())
}
