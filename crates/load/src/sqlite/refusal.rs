//! What a SQLite error says about the rows.

use rusqlite::{Error, ErrorCode, ffi};
use seedbed_datagen_core::{Shortfall, ShortfallCode};

/// Why the rows were refused; `None` when the error is not about rows: a full disk, a locked file.
pub(super) fn understand(error: &Error) -> Option<Shortfall> {
    let (code, message) = match error {
        Error::SqliteFailure(failure, message) => {
            (*failure, message.clone().unwrap_or_else(|| error.to_string()))
        }
        Error::SqlInputError { error: failure, msg, .. } => (*failure, msg.clone()),
        _ => return None,
    };
    let shortfall = match code.extended_code {
        ffi::SQLITE_CONSTRAINT_TRIGGER => ShortfallCode::Trigger,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ShortfallCode::Capacity
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ShortfallCode::EmptyParent,
        _ => match code.code {
            ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig => {
                ShortfallCode::UnreadableCheck
            }
            // SQLITE_ERROR: no such function, collation or module; a reference that can't be compiled; a view.
            ErrorCode::Unknown if message.contains("no such function") => ShortfallCode::UnreadableCheck,
            ErrorCode::Unknown => ShortfallCode::NotInsertable,
            _ => return None,
        },
    };
    Some(Shortfall::new(shortfall, format!("SQLite refused rows: {message}")))
}

/// Whether an INSERT could not even be compiled because of a reference: no such parent, or no key there.
pub(super) fn is_malformed_reference(error: &Error) -> bool {
    let message = error.to_string();
    message.contains("foreign key mismatch") || message.contains("no such table: main.")
}
