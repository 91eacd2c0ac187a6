//! One load at a time into one file: SQLite's own lock for whoever writes, and before there is a file, one beside its place.

use super::SqliteSession;
use crate::waiting::Waiting;
use crate::{DatabaseTarget, LoadError, LoadNote, Obstacle, Operation};
use rusqlite::{Connection, Error, ErrorCode};
use seedbed_staging::{Locked, lock_file};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long SQLite sleeps at most for a lock, and the time between two looks at the token.
pub(super) const LOOK: Duration = Duration::from_millis(20);

impl SqliteSession {
    /// Begins the transaction of the whole load, so that nobody else writes from now on.
    pub(super) fn lock_out(&mut self, tell: &mut dyn FnMut(LoadNote)) -> Result<(), LoadError> {
        // Without effect inside a transaction, hence before it.
        self.execute(Operation::Begin, "PRAGMA foreign_keys = ON")?;
        match self.connection.execute_batch("BEGIN IMMEDIATE") {
            Err(error) if is_busy(&error) => {
                let path = self.connection.path().unwrap_or_default().into();
                let target = DatabaseTarget::Sqlite { path }.shown();
                tell(LoadNote::Waiting { target: target.to_string(), holder: None });
                self.begin_when_free().map_err(|error| match error {
                    LoadError::Locked { .. } => {
                        LoadError::Busy { target, holder: None, waited: self.patience }
                    }
                    error => error,
                })?;
            }
            begun => begun.map_err(LoadError::server(Operation::LockOut))?,
        }
        self.content = Some(self.content()?);
        Ok(())
    }

    /// Has SQLite check references with each row or not at all, before any row of a pass. Only a transaction that has not
    /// begun can be told so: it ends for a moment where it has.
    pub(super) fn check_references(&mut self, checks: bool) -> Result<(), LoadError> {
        let failed = LoadError::server(Operation::Begin);
        let is_on: bool =
            self.connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0)).map_err(failed)?;
        if is_on == checks {
            return Ok(());
        }
        self.execute(Operation::Begin, "ROLLBACK")?;
        let switch = format!("PRAGMA foreign_keys = {}", if checks { "ON" } else { "OFF" });
        self.execute(Operation::Begin, &switch)?;
        self.begin_when_free()?;
        match Some(self.content()?) == self.content {
            true => Ok(()),
            // The plan is for what was there.
            false => Err(LoadError::server(Operation::LockOut)("somebody else has written to it meanwhile")),
        }
    }

    fn begin_when_free(&self) -> Result<(), LoadError> {
        self.waiting_for(Operation::LockOut, |connection| connection.execute_batch("BEGIN IMMEDIATE"))
    }

    /// Does something once nobody has the file locked.
    pub(super) fn waiting_for(
        &self,
        operation: Operation,
        run: impl Fn(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), LoadError> {
        let waiting = Waiting { patience: self.patience, cancel: &self.cancel };
        match until_free(waiting, || run(&self.connection))? {
            Err(error) if is_busy(&error) => Err(LoadError::Locked { operation, source: error.into() }),
            done => done.map_err(LoadError::server(operation)),
        }
    }

    /// A number that is another one after somebody else has written to the file.
    fn content(&self) -> Result<i64, LoadError> {
        let number = self.connection.query_row("PRAGMA data_version", [], |row| row.get(0));
        number.map_err(LoadError::server(Operation::LockOut))
    }
}

/// Asks SQLite for something again and again while somebody has the file locked.
pub(super) fn until_free<T>(
    waiting: Waiting<'_>,
    run: impl Fn() -> rusqlite::Result<T>,
) -> Result<rusqlite::Result<T>, LoadError> {
    let begun = Instant::now();
    loop {
        match run() {
            Err(error) if is_busy(&error) && begun.elapsed() < waiting.patience => waiting.cancel.check()?,
            done => return Ok(done),
        }
    }
}

/// Whether somebody else has the file locked.
pub(super) fn is_busy(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// A lock on a file beside the place of a database that is yet to be made; the file goes with it.
#[derive(Debug)]
pub(super) struct FileLock {
    path: PathBuf,
    file: File,
}

impl FileLock {
    /// Takes the lock, and waits for another load that has it.
    pub(super) fn beside(
        target: &Path,
        waiting: Waiting<'_>,
        tell: &mut dyn FnMut(LoadNote),
    ) -> Result<Self, LoadError> {
        let shown = DatabaseTarget::Sqlite { path: target.to_owned() }.shown();
        let failed = |error: std::io::Error| LoadError::Connect {
            target: shown.clone(),
            obstacle: Obstacle::File,
            source: error.into(),
        };
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.seedbed-lock"));
        let begun = Instant::now();
        let mut is_told = false;
        loop {
            match lock_file(&path).map_err(failed)? {
                Locked::Ours(file) => return Ok(Self { path, file }),
                Locked::Theirs => {}
            }
            waiting.cancel.check()?;
            if begun.elapsed() >= waiting.patience {
                return Err(LoadError::Busy { target: shown, holder: None, waited: waiting.patience });
            }
            if !is_told {
                tell(LoadNote::Waiting { target: shown.to_string(), holder: None });
                is_told = true;
            }
            thread::sleep(LOOK);
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // A file that stays is of no harm: the next load takes it.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}
