//! The trial of rows that only the server can judge: those that a function or a trigger refuses.
//!
//! Nobody but the server knows what such a function wants, so rows are tried there, inside savepoints: halves of what was
//! refused, down to single rows, and of these one attempt after the other until one is accepted. Rows come in the order
//! of their numbers and attempts in theirs, so the same target and the same plan end in the same attempts.

use crate::loaded_table::LoadedTable;
use crate::refusal::Refusal;
use crate::session::{AcceptedAttempt, NotStored};
use seedbed_datagen_core::{Batch, RunOptions};
use std::ops::Range;

/// Attempts at one row. What one draw in a hundred meets, such as a reference that must agree with another one, is met
/// by all but a few rows in a hundred thousand.
const ATTEMPTS: u32 = 1024;
/// Attempts at a table: so many at any table, and some more for each of its rows.
const ANYWAY: u64 = 20_000;
const A_ROW: u64 = 16;

/// A session that can be asked about rows.
pub(crate) trait TrialSession {
    /// Offers some rows to the server; what it refuses leaves no trace. Returns how many it stored.
    fn offer(&mut self, table: LoadedTable<'_>, batch: Batch) -> Result<u64, NotStored>;
}

/// A table on trial.
pub(crate) struct Trial<'a> {
    table: LoadedTable<'a>,
    /// Attempts that may still be made.
    left: u64,
    accepted: Vec<AcceptedAttempt>,
}

impl<'a> Trial<'a> {
    /// Begins a trial of so many rows.
    pub(crate) fn new(table: LoadedTable<'a>, rows: u64) -> Self {
        Self { table, left: ANYWAY.saturating_add(rows.saturating_mul(A_ROW)), accepted: Vec::new() }
    }

    /// The attempts that the server accepted.
    pub(crate) fn into_accepted(self) -> Vec<AcceptedAttempt> {
        self.accepted
    }

    /// Stores the rows, drawing those again that are refused. Returns how many the server stored.
    pub(crate) fn run(&mut self, session: &mut dyn TrialSession, rows: Range<u64>) -> Result<u64, NotStored> {
        let size = RunOptions::default().batch_rows.max(1);
        let mut stored = 0;
        let mut start = rows.start;
        while start < rows.end {
            let end = rows.end.min(start + size);
            stored += self.range(session, start..end)?;
            start = end;
        }
        Ok(stored)
    }

    fn range(&mut self, session: &mut dyn TrialSession, rows: Range<u64>) -> Result<u64, NotStored> {
        let refused = match self.offer(session, self.table.batch(rows.clone())) {
            Err(NotStored::Refused(refused)) => refused,
            other => return other,
        };
        if rows.end - rows.start == 1 {
            return self.row(session, rows.start, refused);
        }
        let middle = rows.start.midpoint(rows.end);
        Ok(self.range(session, rows.start..middle)? + self.range(session, middle..rows.end)?)
    }

    /// Tries the attempts of a row that was refused as it is.
    fn row(&mut self, session: &mut dyn TrialSession, row: u64, refused: Refusal) -> Result<u64, NotStored> {
        let (table, plan) = (self.table.id(), self.table.plan);
        let current = plan.attempts().of(table, row);
        let mut refusals = vec![refused];
        for attempt in (0..=ATTEMPTS).filter(|a| *a != current) {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            match self.offer(session, plan.attempt(table, row, attempt)) {
                Err(NotStored::Refused(why)) if refusals.iter().any(|known| known.is_by_the_same(&why)) => {}
                Err(NotStored::Refused(why)) => refusals.push(why),
                other => {
                    let stored = other?;
                    self.accepted.push(AcceptedAttempt { table, row, attempt });
                    return Ok(stored);
                }
            }
        }
        Err(Refusal::EveryAttempt(refusals).into())
    }

    fn offer(&self, session: &mut dyn TrialSession, batch: Batch) -> Result<u64, NotStored> {
        self.table.cancel.check()?;
        session.offer(self.table, batch)
    }
}
