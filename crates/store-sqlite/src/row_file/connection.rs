//! Connections to row files.

use super::error::RowFileError;
use rusqlite::{Connection, OpenFlags};
use seedbed_datagen_core::CancelToken;
use std::path::Path;

/// Instructions of SQLite's machine between two looks at a token: some tens of microseconds.
const INSTRUCTIONS: i32 = 4096;

/// Has a connection's statements end once the token is canceled.
pub(crate) fn interrupt_when(connection: &Connection, cancel: &CancelToken) -> rusqlite::Result<()> {
    let cancel = cancel.clone();
    connection.progress_handler(INSTRUCTIONS, Some(move || cancel.is_canceled()))
}

/// Has nothing interrupt a connection's statements any more.
pub(crate) fn interrupt_never(connection: &Connection) -> rusqlite::Result<()> {
    connection.progress_handler(0, None::<fn() -> bool>)
}

/// Opens a file that nobody changes, only to read it. SQLite then takes no locks and writes nothing beside it.
pub(crate) fn open_immutable(path: &Path) -> Result<Connection, RowFileError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(immutable_uri(path), flags)
        .map_err(RowFileError::sqlite(format!("opening `{}`", path.display())))
}

/// The URI of a file that nobody changes (SQLite: "Uniform Resource Identifiers").
pub(crate) fn immutable_uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    // A path with a drive's letter begins with a slash in a URI.
    if cfg!(windows) && path.is_absolute() {
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(*byte))
            }
            b':' if cfg!(windows) => uri.push(':'),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?immutable=1"
}

/// What SQL on a row file calls its tables.
pub(crate) fn table_names_of(path: &Path, connection: &Connection) -> Result<Vec<String>, RowFileError> {
    let layout = super::layout::read_layout(path, connection)?;
    Ok(layout.tables.into_iter().map(|table| table.stored_name).collect())
}
