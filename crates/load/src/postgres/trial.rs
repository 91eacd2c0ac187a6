//! Rows on trial.

use super::PostgresSession;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::session::NotStored;
use crate::trial::{Trial, TrialSession};
use seedbed_datagen_core::Batch;
use std::ops::Range;

impl PostgresSession {
    /// Stores rows in the attempts that the server accepts.
    pub(super) fn try_rows(&mut self, table: LoadedTable<'_>, rows: Range<u64>) -> Result<u64, NotStored> {
        let mut trial = Trial::new(table, rows.end.saturating_sub(rows.start));
        let stored = self.store(&[table], |session| trial.run(session, rows))?;
        self.tried.extend(trial.into_tried());
        Ok(stored)
    }
}

impl TrialSession for PostgresSession {
    fn offer(&mut self, table: LoadedTable<'_>, batch: Batch) -> Result<u64, NotStored> {
        let trying = Operation::Try(table.name().clone());
        self.execute(&trying, "SAVEPOINT seedbed_trial")?;
        let sent = self.send(table, &mut std::iter::once(batch));
        let stored = sent.map_err(|error| self.failure(table, error));
        match &stored {
            Ok(_) => self.execute(&trying, "RELEASE SAVEPOINT seedbed_trial")?,
            Err(NotStored::Refused(_)) => {
                self.execute(&trying, "ROLLBACK TO SAVEPOINT seedbed_trial; RELEASE SAVEPOINT seedbed_trial")?
            }
            Err(_) => {}
        }
        stored
    }
}
