//! Rows on trial, and whether a trial may help.

use super::MySqlSession;
use super::insert::Writer;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::NotStored;
use crate::trial::{Trial, TrialSession};
use seedbed_datagen_core::Batch;
use std::ops::Range;

impl MySqlSession {
    /// Whether rows can be tried one by one: where a refusal of one can be taken back.
    pub(super) fn may_be_tried(&self, table: LoadedTable<'_>, why: &Refusal) -> bool {
        why.is_of_rows()
            && self.catalog.engine_without_transactions(table.model()).is_none()
            && !table.load.is_ahead_of_parents()
    }

    /// Stores rows in the attempts that the server accepts.
    pub(super) fn try_rows(&mut self, table: LoadedTable<'_>, rows: Range<u64>) -> Result<u64, NotStored> {
        let writing = Operation::write(table.name());
        self.execute(&writing, "SAVEPOINT seedbed_table")?;
        let mut trial = Trial::new(table, rows.end.saturating_sub(rows.start));
        let stored = trial.run(self, rows);
        let stored = self.end_table(&writing, stored)?;
        self.tried.extend(trial.into_tried());
        Ok(stored)
    }
}

impl TrialSession for MySqlSession {
    fn offer(&mut self, table: LoadedTable<'_>, batch: Batch) -> Result<u64, NotStored> {
        let trying = Operation::Try(table.name().clone());
        let batch = table.as_sent(batch);
        self.execute(&trying, "SAVEPOINT seedbed_trial")?;
        let stored = self.insert_batch(&Writer::new(table), &batch, &trying);
        match &stored {
            Ok(()) => self.execute(&trying, "RELEASE SAVEPOINT seedbed_trial")?,
            Err(NotStored::Refused(_)) => self.execute(&trying, "ROLLBACK TO SAVEPOINT seedbed_trial")?,
            Err(_) => {}
        }
        stored.map(|()| batch.rows.num_rows() as u64)
    }
}
