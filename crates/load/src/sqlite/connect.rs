//! Opening a SQLite file, or making one.

use super::confined::confined;
use super::load_lock::{FileLock, LOOK, is_busy, until_free};
use super::{SqliteSession, script};
use crate::waiting::Waiting;
use crate::{DatabaseTarget, LoadError, LoadNote, Obstacle, Operation};
use rusqlite::{Connection, OpenFlags};
use seedbed_datagen_core::CancelToken;
use seedbed_staging::{Destination, Staging, destination};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages in memory, in KiB with a minus sign: rows come in the order of one key at most, and go all over the indexes of the
/// others. By default it is 2 MiB, which an index of 100,000 names fills.
const CACHE: &str = "PRAGMA cache_size = -32768";

/// A database under construction, beside the place where it belongs.
#[derive(Debug)]
pub(super) struct NewFile {
    under_construction: PathBuf,
    target: PathBuf,
    /// Keeps other loads from making the same file.
    _lock: FileLock,
    /// Takes away what SQLite has left beside it.
    _staging: Staging,
}

impl NewFile {
    pub(super) fn put_in_place(self) -> Result<(), LoadError> {
        fs::rename(self.under_construction, &self.target)
            .map_err(LoadError::server(Operation::PutInPlace(self.target)))
    }
}

/// Whether a database is there, behind all links.
enum Place {
    There(PathBuf),
    /// There is nothing, or a file that holds nothing.
    ToMake(PathBuf),
}

fn place(path: &Path) -> Result<Place, LoadError> {
    let what = match destination(path).map_err(|source| connect_error(path, source))? {
        Destination::New(target) => return Ok(Place::ToMake(target)),
        Destination::File(target) => {
            let is_empty = fs::metadata(&target).is_ok_and(|found| found.len() == 0);
            return Ok(if is_empty { Place::ToMake(target) } else { Place::There(target) });
        }
        Destination::Folder(_) => "it is a folder",
        Destination::Special(_) => "it is a device, a pipe or a socket",
        Destination::Dangling(_) => "it is a link to what is not there",
    };
    Err(connect_error(path, io::Error::other(what)))
}

/// Opens the database at `path`. A file that doesn't exist, or is empty, is made from the schema's statements; while another
/// load makes it, it is waited for, and `tell` is told.
pub(crate) fn open(
    path: &Path,
    schema_sql: &str,
    waiting: Waiting<'_>,
    tell: &mut dyn FnMut(LoadNote),
) -> Result<SqliteSession, LoadError> {
    let failed = |source: io::Error| connect_error(path, source);
    let target = match place(path)? {
        Place::There(file) => return open_existing(&file, waiting),
        Place::ToMake(target) => target,
    };
    let parent = target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    fs::create_dir_all(&parent).map_err(failed)?;
    let lock = FileLock::beside(&target, waiting, tell)?;
    if let Place::There(file) = place(path)? {
        // Another load has made it meanwhile: this one adds to it.
        drop(lock);
        return open_existing(&file, waiting);
    }
    let staging = Staging::beside(&target).map_err(failed)?;
    let under_construction = staging.path().join("new.db");
    File::create_new(&under_construction).map_err(failed)?;
    let (connection, left_out) = make(&under_construction, path, schema_sql, waiting.cancel)?;
    connection.execute_batch(CACHE).map_err(LoadError::server(Operation::SetUpDatabase))?;
    end_when_canceled(&connection, waiting.cancel).map_err(LoadError::server(Operation::SetUpDatabase))?;
    let new_file = NewFile { under_construction, target, _lock: lock, _staging: staging };
    let mut session = SqliteSession::new(connection, Some(new_file), waiting);
    left_out.into_iter().for_each(|note| session.notes.add(note));
    Ok(session)
}

fn open_existing(path: &Path, waiting: Waiting<'_>) -> Result<SqliteSession, LoadError> {
    let connection = connect(path, path, waiting)?;
    connection.execute_batch(CACHE).map_err(LoadError::server(Operation::SetUpSession))?;
    end_when_canceled(&connection, waiting.cancel).map_err(LoadError::server(Operation::SetUpSession))?;
    Ok(SqliteSession::new(connection, None, waiting))
}

/// Has every statement end soon after the token is canceled.
fn end_when_canceled(connection: &Connection, cancel: &CancelToken) -> rusqlite::Result<()> {
    let cancel = cancel.clone();
    connection.progress_handler(INSTRUCTIONS, Some(move || cancel.is_canceled()))
}

/// Instructions of SQLite's machine between two looks at the token.
const INSTRUCTIONS: i32 = 10_000;

/// Makes the tables of a schema in the empty file `path`, with all else that its statements make: what a load into a new file
/// begins with, for whoever has rows from elsewhere. Nothing of it is synced. The statements reach no other file, and end
/// within a minute or when `cancel` is canceled.
///
/// # Errors
/// [`LoadError::Connect`] when there is no such file, [`LoadError::SchemaScript`] when SQLite refuses a statement.
pub fn make_sqlite_database(path: &Path, schema_sql: &str, cancel: &CancelToken) -> Result<(), LoadError> {
    make(path, path, schema_sql, cancel).map(drop)
}

fn make(
    file: &Path,
    shown: &Path,
    schema_sql: &str,
    cancel: &CancelToken,
) -> Result<(Connection, Vec<LoadNote>), LoadError> {
    // A file that was just made, which nobody has locked.
    let connection = connect(file, shown, Waiting { patience: Duration::ZERO, cancel })?;
    // Until it is renamed nobody reads the file, and after a crash nobody misses it.
    connection
        .execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        .map_err(LoadError::server(Operation::SetUpDatabase))?;
    let run = || script::run(&connection, schema_sql);
    let left_out =
        confined(&connection, cancel, run).map_err(LoadError::server(Operation::SetUpDatabase))??;
    Ok((connection, left_out))
}

fn connect(file: &Path, shown: &Path, waiting: Waiting<'_>) -> Result<Connection, LoadError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |source: rusqlite::Error| connect_error(shown, source);
    let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    // Nothing ends the sleep of SQLite: it is short, and repeated here where it has to last.
    connection.busy_timeout(LOOK).map_err(failed)?;
    connection.collation_needed(make_collation).map_err(failed)?;
    // The first read tells whether it is a database at all.
    let read = || connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
    until_free(waiting, read)?.map_err(|error| match is_busy(&error) {
        true => {
            let target = DatabaseTarget::Sqlite { path: shown.to_owned() }.shown();
            LoadError::Busy { target, holder: None, waited: waiting.patience }
        }
        false => failed(error),
    })?;
    Ok(connection)
}

/// Collations that an application brings along (`unicase`, `icu` ...) mostly compare without case. Indexes need them
/// to be there; an index that the application finds in another order is repaired by its `REINDEX`.
fn make_collation(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    connection.create_collation(name, |a, b| a.to_lowercase().cmp(&b.to_lowercase()))
}

fn connect_error(path: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> LoadError {
    let target = DatabaseTarget::Sqlite { path: path.to_owned() }.shown();
    LoadError::Connect { target, obstacle: Obstacle::File, source: source.into() }
}
