//! Row files as SQLite databases for users.
//!
//! For a schema of SQLite that is a database which the schema's own statements make, with the rows in it as a load would
//! store them. For any other it has the tables of the row file, which SQL can calculate with and no constraint holds
//! together.

mod copy;
mod error;
mod new_file;
mod own_process;
mod own_schema;
mod stored_value;

pub use error::ExportSqliteError;
pub(crate) use own_process::export_in_process;
pub use own_process::make_database;

use crate::row_file::RowFile;
use new_file::NewFile;
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Dialect;
use std::path::Path;

/// Makes a SQLite database at `path` of the rows of a file. With the statements of its schema, when that is of SQLite, the
/// database is theirs: every key holds, references are looked up, and triggers, which would make rows of their own, are
/// there once the rows are. Without, and for other dialects, it has the tables of the row file.
///
/// The database is made beside its place, synced, and moved there when it is complete; a file that is there is replaced.
///
/// # Errors
/// Where the rows break the schema, or it can't be made; [`ExportSqliteError::Canceled`] within a moment after `cancel` is
/// canceled.
pub fn export_sqlite(
    file: &RowFile,
    path: &Path,
    schema_sql: Option<&str>,
    cancel: &CancelToken,
) -> Result<(), ExportSqliteError> {
    cancel.check()?;
    let made = NewFile::beside(path)?;
    match schema_sql.filter(|_| file.schema().dialect == Dialect::Sqlite) {
        Some(schema_sql) => own_schema::fill(file, made.path(), schema_sql, cancel)?,
        None => copy::fill(file, made.path(), cancel)?,
    }
    made.put_in_place()
}

#[cfg(test)]
mod tests;
