//! The trial of rows that only the server can judge: those that a function or a trigger refuses.
//!
//! Nobody but the server knows what such a function wants, so rows are tried there, inside savepoints: halves of what was
//! refused, down to single rows, and of these one attempt after the other until one is accepted. Rows come in the order
//! of their numbers and attempts in theirs, so the same target and the same plan end in the same attempts. A row of which
//! no attempt is accepted is left out, and the others stay.

use crate::loaded_table::LoadedTable;
use crate::refusal::Refusal;
use crate::session::{AcceptedAttempt, LeftOut, NotStored, Tried};
use seedbed_datagen_core::{Batch, RunOptions};
use std::ops::Range;

/// Attempts at one row. What one draw in a hundred meets, such as a reference that must agree with another one, is met
/// by all but a few rows in a hundred thousand.
const ATTEMPTS: u32 = 1024;
/// The same where the rule is known, so that an attempt is as good as another.
const ATTEMPTS_OF_OURS: u32 = 16;
/// Attempts at a table: so many at any table, and some more for each of its rows.
const ANYWAY: u64 = 20_000;
const A_ROW: u64 = 16;
/// Attempts at a row behind one of which none was accepted: a quarter, and so on down to these, until one is again. What
/// refuses a key, which no attempt changes, refuses many.
const FEWEST_ATTEMPTS: u32 = 8;
/// Offers one after the other that may be refused before the rest is left out: what has been refused so often will be again.
const PATIENCE: u64 = 20_000;
/// The same where nothing has been accepted yet.
const PATIENCE_AT_FIRST: u64 = ATTEMPTS as u64;

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
    /// Offers refused since the last that was accepted.
    in_vain: u64,
    /// Whether any was accepted.
    any: bool,
    /// Rows one after the other that were drawn again and never accepted.
    barren: u32,
    accepted: Vec<AcceptedAttempt>,
    /// Rows that were left out.
    left_out: u64,
    /// What the first of them met.
    why: Option<Refusal>,
}

impl<'a> Trial<'a> {
    /// Begins a trial of so many rows.
    pub(crate) fn new(table: LoadedTable<'a>, rows: u64) -> Self {
        let left = ANYWAY.saturating_add(rows.saturating_mul(A_ROW));
        Self { table, left, in_vain: 0, any: false, barren: 0, accepted: Vec::new(), left_out: 0, why: None }
    }

    /// What came of it.
    pub(crate) fn into_tried(self) -> Tried {
        let left_out = self.why.map(|why| LeftOut { table: self.table.id(), rows: self.left_out, why });
        Tried { accepted: self.accepted, left_out: left_out.into_iter().collect() }
    }

    /// Stores the rows, drawing those again that are refused. Returns how many the server stored; that none of the rows
    /// can be stored is a refusal of all.
    pub(crate) fn run(&mut self, session: &mut dyn TrialSession, rows: Range<u64>) -> Result<u64, NotStored> {
        let size = RunOptions::default().batch_rows.max(1);
        let mut stored = 0;
        let mut start = rows.start;
        while start < rows.end {
            let end = rows.end.min(start + size);
            stored += self.range(session, start..end)?;
            start = end;
        }
        match self.why.take_if(|_| stored == 0) {
            Some(why) => Err(why.into()),
            None => Ok(stored),
        }
    }

    fn range(&mut self, session: &mut dyn TrialSession, rows: Range<u64>) -> Result<u64, NotStored> {
        if self.is_out_of_patience() && self.why.is_some() {
            self.left_out += rows.end - rows.start;
            return Ok(0);
        }
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
        let attempts = match refusals[0].is_judged_elsewhere() {
            _ if !plan.can_redraw(table) => 0,
            true => (ATTEMPTS >> (2 * self.barren.min(5))).max(FEWEST_ATTEMPTS),
            false => ATTEMPTS_OF_OURS,
        };
        for attempt in (0..=attempts).filter(|a| *a != current) {
            if self.left == 0 || self.is_out_of_patience() {
                break;
            }
            self.left -= 1;
            match self.offer(session, plan.attempt(table, row, attempt)) {
                Err(NotStored::Refused(why)) if refusals.iter().any(|known| known.is_by_the_same(&why)) => {}
                Err(NotStored::Refused(why)) => refusals.push(why),
                other => {
                    let stored = other?;
                    self.barren = 0;
                    self.accepted.push(AcceptedAttempt { table, row, attempt });
                    return Ok(stored);
                }
            }
        }
        self.barren += 1;
        self.left_out += 1;
        self.why.get_or_insert(Refusal::EveryAttempt(refusals));
        Ok(0)
    }

    fn is_out_of_patience(&self) -> bool {
        self.in_vain >= if self.any { PATIENCE } else { PATIENCE_AT_FIRST }
    }

    fn offer(&mut self, session: &mut dyn TrialSession, batch: Batch) -> Result<u64, NotStored> {
        self.table.cancel.check()?;
        let stored = session.offer(self.table, batch);
        self.in_vain = if stored.is_ok() { 0 } else { self.in_vain + 1 };
        self.any |= stored.is_ok();
        stored
    }
}
