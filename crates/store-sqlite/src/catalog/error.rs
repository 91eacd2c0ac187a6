//! What SQLite, the file system and row files say, as a store says it.

use crate::{ExportSqliteError, RowFileError};
use rusqlite::ErrorCode;
use seedbed_store::StoreError;
use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;

/// For `map_err`: SQLite failed while something was attempted.
pub(super) fn sqlite(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StoreError {
    move |error| of_sqlite(doing, error)
}

fn of_sqlite(doing: &str, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { what: "the catalog".to_owned() },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { path: "the catalog".into() },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { what: "the catalog".to_owned(), how: error.to_string() }
        }
        Some(ErrorCode::OperationInterrupted) => StoreError::Canceled,
        _ => StoreError::Outside { doing: doing.to_owned(), source: error.into() },
    }
}

/// For `map_err`: the file system failed while something was attempted with a file or a folder.
pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            StoreError::Full { what: format!("`{}`", path.display()) }
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreError::ReadOnly { path },
        _ => StoreError::Outside { doing: format!("{doing} `{}`", path.display()), source: error.into() },
    }
}

/// A row file's error.
pub(super) fn of_row_file(error: RowFileError) -> StoreError {
    match error {
        RowFileError::Canceled => StoreError::Canceled,
        RowFileError::File { doing, path, source } => io(doing, &path)(source),
        RowFileError::Sqlite { doing, source } => match source.downcast::<rusqlite::Error>() {
            Ok(error) => match of_sqlite(&doing, *error) {
                StoreError::Full { .. } => StoreError::Full { what: "rows".to_owned() },
                error => error,
            },
            Err(source) => StoreError::Outside { doing, source },
        },
        RowFileError::UnknownColumn { table, column, known } => {
            StoreError::UnknownColumn { table, column, columns: known }
        }
        RowFileError::FilterValue { column, value, source } => {
            StoreError::NoLiteral { column, text: value, ty: source.to_string() }
        }
        error @ (RowFileError::TableGone { .. }
        | RowFileError::ColumnGone { .. }
        | RowFileError::ColumnTypeChanged { .. }
        | RowFileError::UnknownTable { .. }) => StoreError::OtherSchema { how: error.to_string() },
        error @ (RowFileError::NotARowFile { .. }
        | RowFileError::Format { .. }
        | RowFileError::Checksum { .. }
        | RowFileError::Damaged { .. }) => {
            StoreError::Damaged { what: "a file of rows".to_owned(), how: error.to_string() }
        }
        error => StoreError::Outside { doing: "store rows".to_owned(), source: error.into() },
    }
}

/// The error of a database for people.
pub(crate) fn of_export(error: ExportSqliteError) -> StoreError {
    match error {
        ExportSqliteError::Canceled => StoreError::Canceled,
        ExportSqliteError::Rows(error) => of_row_file(error),
        ExportSqliteError::File { doing, path, source } => io(doing, &path)(source),
        error => match behind(&error) {
            Some(reason) => reason,
            None => StoreError::NotPossible { what: chain(&error), hint: error.hint().map(str::to_owned) },
        },
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(at) = cause {
        text.push_str(&format!(": {at}"));
        cause = at.source();
    }
    text
}

/// The same of a row file's error that stands somewhere behind another; it is looked at, and not taken.
pub(super) fn behind(error: &(dyn Error + 'static)) -> Option<StoreError> {
    let mut cause = Some(error);
    while let Some(at) = cause {
        if let Some(error) = at.downcast_ref::<RowFileError>() {
            return match error {
                RowFileError::Canceled => Some(StoreError::Canceled),
                RowFileError::File { doing, path, source } => {
                    Some(io(doing, path)(std::io::Error::new(source.kind(), source.to_string())))
                }
                RowFileError::Sqlite { source, .. } => {
                    let code = source.downcast_ref::<rusqlite::Error>()?.sqlite_error_code()?;
                    match code {
                        ErrorCode::DiskFull => Some(StoreError::Full { what: "rows".to_owned() }),
                        ErrorCode::ReadOnly => Some(StoreError::ReadOnly { path: "rows".into() }),
                        _ => None,
                    }
                }
                error @ (RowFileError::TooManyColumns { .. } | RowFileError::Batch { .. }) => {
                    let hint = error.hint().map(str::to_owned);
                    Some(StoreError::NotPossible { what: error.to_string(), hint })
                }
                _ => None,
            };
        }
        if let Some(error) = at.downcast_ref::<StoreError>() {
            return match error {
                StoreError::Full { what } => Some(StoreError::Full { what: what.clone() }),
                StoreError::ReadOnly { path } => Some(StoreError::ReadOnly { path: path.clone() }),
                _ => None,
            };
        }
        cause = at.source();
    }
    None
}
