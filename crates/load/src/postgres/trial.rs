//! Rows on trial, and whether a trial may help.

use super::{PostgresSession, insert};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::{Refusal, RefusalCause};
use crate::session::NotStored;
use crate::trial::{Trial, TrialSession};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{Table, TriggerLevel};
use std::ops::Range;

/// Whether a CHECK calls a function. Functions of the server's own are pinned: nothing is recorded to depend on them.
const CALLS_A_FUNCTION: &str = "SELECT EXISTS (SELECT FROM pg_constraint c JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass \
     AND d.objid = c.oid AND d.refclassid = 'pg_proc'::regclass WHERE c.contype = 'c' AND c.conname = $1)";

impl PostgresSession {
    /// Whether a function has refused a table's rows: by itself, in the CHECK that refused them, or by changing rows
    /// before a CHECK.
    pub(super) fn was_function(&mut self, table: &Table, why: &Refusal) -> Result<bool, LoadError> {
        let Some(check) = why.check() else { return Ok(why.cause() == RefusalCause::Function) };
        if table.triggers.iter().any(|t| t.on_insert() && t.before() && t.level == TriggerLevel::Row) {
            return Ok(true);
        }
        let calls = self.client.query_one(CALLS_A_FUNCTION, &[&check]).and_then(|row| row.try_get(0));
        calls.map_err(LoadError::server(Operation::ReadCatalog))
    }

    /// Stores rows in the attempts that the server accepts.
    pub(super) fn try_rows(&mut self, table: LoadedTable<'_>, rows: Range<u64>) -> Result<u64, NotStored> {
        let mut trial = Trial::new(table, rows.end.saturating_sub(rows.start));
        let stored = self.store(&[table], |session| trial.run(session, rows))?;
        self.attempts.extend(trial.into_accepted());
        Ok(stored)
    }
}

impl TrialSession for PostgresSession {
    fn offer(&mut self, table: LoadedTable<'_>, batch: Batch) -> Result<u64, NotStored> {
        let trying = Operation::Try(table.name().clone());
        self.execute(&trying, "SAVEPOINT seedbed_trial")?;
        let sent = insert::copy(&mut self.client, table, &mut std::iter::once(batch));
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
