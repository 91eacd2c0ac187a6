//! What a server error says about the rows.

use super::insert::Warning;
use crate::LoadError;
use crate::operation::Operation;
use crate::refusal::{ErrorCode, RefusalCause, Refuser, ServerRefusal};
use mysql::{Error, MySqlError};
use seedbed_datagen_core::ShortfallCode;

/// The error itself, without the client's word for its kind.
pub(super) fn cause(error: Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        Error::IoError(inner) => inner.into(),
        Error::MySqlError(inner) => inner.into(),
        Error::DriverError(inner) => inner.into(),
        other => other.into(),
    }
}

/// For `map_err` on what a server is asked to do.
pub(super) fn lost(operation: Operation) -> impl FnOnce(Error) -> LoadError {
    move |error| match &error {
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_NOWAIT.
        Error::MySqlError(said) if matches!(said.code, 1205 | 3572) => {
            LoadError::Locked { operation, source: cause(error) }
        }
        _ => LoadError::Server { operation, source: cause(error) },
    }
}

/// Why the rows were refused; `None` when the error is not about rows: a lost connection, no space, a deadlock.
///
/// `triggers` are those of the table that fire on INSERT or UPDATE. Codes are those of the MySQL manual's error
/// reference; those from 4000 on are MariaDB's.
pub(super) fn understand(error: &Error, triggers: &[String]) -> Option<ServerRefusal> {
    let Error::MySqlError(error) = error else { return None };
    let code = shortfall_code(error, triggers)?;
    Some(refusal(code, triggers, &error.message, error.code))
}

/// Whether the server has refused a statement for what it says, rather than for the time it took, for somebody else's lock, or
/// because something has failed.
pub(super) fn is_refusal(error: &MySqlError) -> bool {
    shortfall_code(error, &[]).is_some()
}

/// The refusal behind a warning of a statement that the server carried out all the same.
pub(super) fn of_warning(warning: &Warning, triggers: &[String]) -> ServerRefusal {
    let Warning { code, message } = warning;
    let error = MySqlError { state: "01000".to_owned(), message: message.clone(), code: *code };
    let shortfall = shortfall_code(&error, triggers).unwrap_or(ShortfallCode::UnreadableCheck);
    refusal(shortfall, triggers, message, *code)
}

/// The kind of reason, by the error's number; `None` when it is not about rows.
fn shortfall_code(error: &MySqlError, triggers: &[String]) -> Option<ShortfallCode> {
    // What no client's row can cause by itself.
    let inside = if triggers.is_empty() { ShortfallCode::NotInsertable } else { ShortfallCode::Trigger };
    Some(match error.code {
        // Resources, time-outs, deadlocks, the operator, a server that only reads, packets.
        1021
        | 1037
        | 1038
        | 1041
        | 1053
        | 1077..=1081
        | 1152..=1161
        | 1180
        | 1181
        | 1205
        | 1206
        | 1213
        | 1290
        | 1317
        | 1637
        | 1792
        | 1836
        | 1907
        | 1927
        | 1969
        | 3024
        | 3572 => return None,
        // SIGNAL.
        1643 | 1644 => ShortfallCode::Trigger,
        // No row of ours lacks a value that its own table asks for.
        1048 | 1364 if !triggers.is_empty() => ShortfallCode::Trigger,
        _ if error.state.starts_with("45") => ShortfallCode::Trigger,
        1022 | 1062 | 1586 | 1859 | 1114 => ShortfallCode::Capacity,
        1216 | 1452 => ShortfallCode::EmptyParent,
        1526 | 1748 => ShortfallCode::UnreachablePartition,
        // No privilege, no such table, column or function, a view, a read-only or broken table.
        1031 | 1036 | 1054 | 1142 | 1143 | 1146 | 1227 | 1288 | 1305 | 1348 | 1356 | 1370 | 1394 | 1395
        | 1415 | 1422 | 1424 | 1442 | 1449 | 1471 | 1906 | 3105 => inside,
        _ => ShortfallCode::UnreadableCheck,
    })
}

/// The server tells no names: a trigger is to blame if there is one.
fn refusal(code: ShortfallCode, triggers: &[String], message: &str, number: u16) -> ServerRefusal {
    let by = match (code, triggers) {
        (ShortfallCode::Trigger, [one]) => Refuser::Trigger { name: one.clone(), function: None },
        (ShortfallCode::Trigger, [_, ..]) => Refuser::OneOfTriggers(triggers.to_vec()),
        _ => Refuser::Server,
    };
    let cause = match code {
        ShortfallCode::Trigger => RefusalCause::Function,
        // By what a trigger made of the row, perhaps.
        ShortfallCode::UnreadableCheck if !triggers.is_empty() => RefusalCause::Function,
        ShortfallCode::Capacity => RefusalCause::Key,
        _ => RefusalCause::Rule,
    };
    let (message, error) = (message.to_owned(), Some(ErrorCode::Number(number)));
    // ER_CHECK_CONSTRAINT_VIOLATED, and MariaDB's ER_CONSTRAINT_FAILED.
    let check = matches!(number, 3819 | 4025).then(|| message.clone());
    ServerRefusal { by, code, cause, check, message, detail: None, error }
}
