//! Opening a SQLite file, or making one.

use super::confined::confined;
use super::{SqliteSession, script};
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
    /// Takes away what SQLite has left beside it.
    _staging: Staging,
}

impl NewFile {
    pub(super) fn put_in_place(self) -> Result<(), LoadError> {
        fs::rename(self.under_construction, &self.target)
            .map_err(LoadError::server(Operation::PutInPlace(self.target)))
    }
}

/// Opens the database at `path`. A file that doesn't exist, or is empty, is made from the schema's statements.
pub(crate) fn open(path: &Path, schema_sql: &str) -> Result<SqliteSession, LoadError> {
    let failed = |source: io::Error| connect_error(path, source);
    let no_place = |what: &str| failed(io::Error::other(what.to_owned()));
    let target = match destination(path).map_err(failed)? {
        Destination::New(target) => target,
        Destination::File(target) if fs::metadata(&target).is_ok_and(|found| found.len() == 0) => target,
        Destination::File(target) => {
            let connection = connect(&target, path)?;
            connection.execute_batch(CACHE).map_err(LoadError::server(Operation::SetUpSession))?;
            return Ok(SqliteSession::new(connection, None));
        }
        Destination::Folder(_) => return Err(no_place("it is a folder")),
        Destination::Special(_) => return Err(no_place("it is a device, a pipe or a socket")),
        Destination::Dangling(_) => return Err(no_place("it is a link to what is not there")),
    };
    let parent = target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    fs::create_dir_all(&parent).map_err(failed)?;
    let staging = Staging::beside(&target).map_err(failed)?;
    let under_construction = staging.path().join("new.db");
    File::create_new(&under_construction).map_err(failed)?;
    let (connection, left_out) = make(&under_construction, path, schema_sql, &CancelToken::new())?;
    connection.execute_batch(CACHE).map_err(LoadError::server(Operation::SetUpDatabase))?;
    let new_file = NewFile { under_construction, target, _staging: staging };
    let mut session = SqliteSession::new(connection, Some(new_file));
    left_out.into_iter().for_each(|note| session.notes.add(note));
    Ok(session)
}

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
    let connection = connect(file, shown)?;
    // Until it is renamed nobody reads the file, and after a crash nobody misses it.
    connection
        .execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        .map_err(LoadError::server(Operation::SetUpDatabase))?;
    let run = || script::run(&connection, schema_sql);
    let left_out =
        confined(&connection, cancel, run).map_err(LoadError::server(Operation::SetUpDatabase))??;
    Ok((connection, left_out))
}

fn connect(file: &Path, shown: &Path) -> Result<Connection, LoadError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |source: rusqlite::Error| connect_error(shown, source);
    let connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(failed)?;
    connection.collation_needed(make_collation).map_err(failed)?;
    // The first read tells whether it is a database at all.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map_err(failed)?;
    Ok(connection)
}

/// Collations that an application brings along (`unicase`, `icu` ...) mostly compare without case. Indexes need them
/// to be there; an index that the application finds in another order is repaired by its `REINDEX`.
fn make_collation(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    connection.create_collation(name, |a, b| a.to_lowercase().cmp(&b.to_lowercase()))
}

fn connect_error(path: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> LoadError {
    let target = DatabaseTarget::Sqlite { path: path.to_owned() }.to_string();
    LoadError::Connect { target, obstacle: Obstacle::File, source: source.into() }
}
