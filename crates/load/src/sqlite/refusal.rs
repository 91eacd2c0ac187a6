//! What a SQLite error says about the rows.

use crate::refusal::{Refusal, RefusalCause, Refuser, ServerRefusal};
use rusqlite::{Error, ErrorCode, ffi};
use seedbed_datagen_core::ShortfallCode;
use seedbed_schema_model::QualifiedName;

/// Why the rows were refused; `None` when the error is not about rows: a full disk, a locked file.
///
/// Codes are those of SQLite's "Result and Error Codes"; the message alone says which table a constraint is of.
pub(super) fn understand(error: &Error, table: &QualifiedName) -> Option<Refusal> {
    let (code, message) = match error {
        Error::SqliteFailure(failure, message) => {
            (*failure, message.clone().unwrap_or_else(|| error.to_string()))
        }
        Error::SqlInputError { error: failure, msg, .. } => (*failure, msg.clone()),
        _ => return None,
    };
    let kind = match code.extended_code {
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
    let check = (code.extended_code == ffi::SQLITE_CONSTRAINT_CHECK).then(|| message.clone());
    let cause = match kind {
        ShortfallCode::Trigger => RefusalCause::Function,
        ShortfallCode::Capacity => RefusalCause::Key,
        _ => RefusalCause::Rule,
    };
    let is_of_another = is_of_another_table(&message, &table.name);
    let by = Refuser::Sqlite;
    let refused = ServerRefusal { by, code: kind, cause, check, message, detail: None, error: None };
    Some(if is_of_another { Refusal::of_trigger_rows(refused) } else { Refusal::from(refused) })
}

/// Whether a constraint of another table was broken, as in `UNIQUE constraint failed: log.id, log.line`: only a trigger
/// writes there. CHECKs go by their own names.
fn is_of_another_table(message: &str, table: &str) -> bool {
    let broken = ["UNIQUE", "NOT NULL"].iter().find_map(|kind| {
        message.strip_prefix(kind).and_then(|rest| rest.strip_prefix(" constraint failed: "))
    });
    let own = |column: &str| {
        let (name, rest) = column.split_at_checked(table.len()).unwrap_or((column, ""));
        name.eq_ignore_ascii_case(table) && rest.starts_with('.')
    };
    broken.is_some_and(|columns| !columns.starts_with("index '") && !own(columns))
}

/// Whether an INSERT could not even be compiled because of a reference: no such parent, or no key there.
pub(super) fn is_malformed_reference(error: &Error) -> bool {
    let message = error.to_string();
    message.contains("foreign key mismatch") || message.contains("no such table: main.")
}
