//! Connections to the catalog: one that writes, and some that read.

use super::error::{io, sqlite};
use super::migration::migrate;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use seedbed_store::StoreError;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a writer waits for one of another process.
const BUSY: Duration = Duration::from_secs(10);

/// Connections that are kept for readers.
const READERS: usize = 4;

/// The catalog's connections.
#[derive(Debug)]
pub(super) struct Connections {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Connections {
    /// Opens the catalog, or makes it.
    ///
    /// # Errors
    /// Those of [`migrate`]; the outside world's.
    pub(super) fn open(path: &Path, root: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            private_file(path)?;
        }
        let mut writer = connect(path)?;
        // In WAL a commit survives the death of the process without a sync; only a loss of power takes the last ones back.
        writer
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
            .map_err(sqlite("open the catalog"))?;
        migrate(&mut writer, root)?;
        Ok(Self { path: path.to_owned(), writer: writer.into(), readers: Mutex::default() })
    }

    /// Changes the catalog by one stroke. Nobody else, in whatever process, changes it meanwhile.
    ///
    /// # Errors
    /// Whatever `change` says, and nothing is changed then.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        changed(&mut self.writer(), change)
    }

    /// The same, and not even a loss of power takes it back.
    ///
    /// # Errors
    /// Whatever `change` says, and nothing is changed then.
    pub(super) fn write_durably<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = self.writer();
        let set = |writer: &Connection, how: &str| {
            writer.pragma_update(None, "synchronous", how).map_err(sqlite("change the catalog"))
        };
        set(&writer, "FULL")?;
        let changed = changed(&mut writer, change);
        set(&writer, "NORMAL")?;
        changed
    }

    /// Looks into the catalog.
    ///
    /// # Errors
    /// Whatever `look` says.
    pub(super) fn read<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => self.reader()?,
        };
        let seen = look(&reader);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(reader);
        }
        seen
    }

    /// A connection that only reads.
    ///
    /// # Errors
    /// The outside world's.
    pub(super) fn reader(&self) -> Result<Connection, StoreError> {
        let reader = connect(&self.path)?;
        reader.execute_batch("PRAGMA query_only = ON").map_err(sqlite("open the catalog"))?;
        Ok(reader)
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        // So that the folder can be copied as it is; whoever opens it next would do it as well.
        let _ = self.writer().execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

fn changed<T>(
    writer: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let doing = || sqlite("change the catalog");
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing())?;
    let changed = change(&transaction)?;
    transaction.commit().map_err(doing())?;
    Ok(changed)
}

fn private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(io("make", path))
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let doing = || sqlite("open the catalog");
    let connection = Connection::open_with_flags(path, flags).map_err(doing())?;
    connection.busy_timeout(BUSY).map_err(doing())?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch("PRAGMA trusted_schema = OFF").map_err(doing())?;
    Ok(connection)
}
