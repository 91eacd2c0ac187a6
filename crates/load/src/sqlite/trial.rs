//! Rows on trial.

use super::{SqliteSession, insert, refused};
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::session::NotStored;
use crate::trial::{Trial, TrialSession};
use seedbed_datagen_core::Batch;
use std::ops::Range;

impl SqliteSession {
    /// Stores rows in the attempts that SQLite accepts.
    pub(super) fn try_rows(&mut self, table: LoadedTable<'_>, rows: Range<u64>) -> Result<u64, NotStored> {
        let mut trial = Trial::new(table, rows.end.saturating_sub(rows.start));
        let stored = self.store(table, |session| trial.run(session, rows))?;
        self.tried.extend(trial.into_tried());
        Ok(stored)
    }
}

impl TrialSession for SqliteSession {
    fn offer(&mut self, table: LoadedTable<'_>, batch: Batch) -> Result<u64, NotStored> {
        let trying = || Operation::Try(table.name().clone());
        self.execute(trying(), "SAVEPOINT seedbed_trial")?;
        match insert::rows(&self.connection, table, &mut std::iter::once(batch), &[]) {
            Ok(stored) => {
                self.execute(trying(), "RELEASE seedbed_trial")?;
                Ok(stored)
            }
            Err(error) => {
                let why = refused(table, error)?;
                self.execute(trying(), "ROLLBACK TO seedbed_trial; RELEASE seedbed_trial")?;
                Err(why.into())
            }
        }
    }
}
