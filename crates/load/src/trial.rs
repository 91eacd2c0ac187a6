//! The trial of rows that only the server can judge: those that a function or a trigger refuses.
//!
//! Nobody but the server knows what such a function wants, so rows are tried there, inside savepoints: halves of what was
//! refused, down to single rows, and of these one attempt after the other until one is accepted. Rows come in the order
//! of their numbers and attempts in theirs, so the same target and the same plan end in the same attempts.

use crate::session::{Attempt, Failure};
use seedbed_datagen_core::{Batch, Plan, RunOptions, Shortfall, ShortfallCode, TablePlan};
use std::ops::Range;

/// Attempts at one row. What one draw in a hundred meets, such as a reference that must agree with another one, is met
/// by all but a few rows in a hundred thousand.
const ATTEMPTS: u32 = 1024;
/// Attempts at a table: so many at any table, and some more for each of its rows.
const ANYWAY: u64 = 20_000;
const A_ROW: u64 = 16;

/// A session that can be asked about rows.
pub(crate) trait Judging {
    /// Offers some rows to the server; what it refuses leaves no trace.
    fn offer(
        &mut self,
        plan: &Plan,
        table: &TablePlan,
        batch: Batch,
    ) -> Result<Result<u64, Shortfall>, Failure>;
}

/// A table on trial.
pub(crate) struct Trial<'a> {
    plan: &'a Plan,
    table: &'a TablePlan,
    left: u64,
    accepted: Vec<Attempt>,
}

impl<'a> Trial<'a> {
    /// Begins a trial of so many rows.
    pub(crate) fn new(plan: &'a Plan, table: &'a TablePlan, rows: u64) -> Self {
        Self { plan, table, left: ANYWAY.saturating_add(rows.saturating_mul(A_ROW)), accepted: Vec::new() }
    }

    /// The attempts that the server accepted.
    pub(crate) fn into_accepted(self) -> Vec<Attempt> {
        self.accepted
    }

    /// Stores the rows, drawing those again that are refused. Returns how many the server stored.
    pub(crate) fn run(&mut self, session: &mut dyn Judging, rows: Range<u64>) -> Result<u64, Failure> {
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

    fn range(&mut self, session: &mut dyn Judging, rows: Range<u64>) -> Result<u64, Failure> {
        let batch = self.plan.batch(self.table.table, rows.clone());
        let refused = match session.offer(self.plan, self.table, batch)? {
            Ok(stored) => return Ok(stored),
            Err(refused) => refused,
        };
        if rows.end - rows.start == 1 {
            return self.row(session, rows.start, refused);
        }
        let middle = rows.start.midpoint(rows.end);
        Ok(self.range(session, rows.start..middle)? + self.range(session, middle..rows.end)?)
    }

    /// Tries the attempts of a row that was refused as it is.
    fn row(&mut self, session: &mut dyn Judging, row: u64, refused: Shortfall) -> Result<u64, Failure> {
        let table = self.table.table;
        let current = self.plan.attempts().of(table, row);
        let mut reasons = vec![refused];
        for attempt in (0..=ATTEMPTS).filter(|a| *a != current) {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            match session.offer(self.plan, self.table, self.plan.attempt(table, row, attempt))? {
                Ok(stored) => {
                    self.accepted.push(Attempt { table, row, attempt });
                    return Ok(stored);
                }
                Err(why) if reasons.iter().any(|known| judge(known) == judge(&why)) => {}
                Err(why) => reasons.push(why),
            }
        }
        Err(Failure::Refused(all_of(reasons)))
    }
}

/// Who refused the rows, by the beginning of the reason.
fn judge(why: &Shortfall) -> String {
    let told = why.reason.to_string();
    told.split_once(" refused ").map_or(told.as_str(), |(judge, _)| judge).to_owned()
}

/// One reason of several, each of which refused another attempt.
fn all_of(reasons: Vec<Shortfall>) -> Shortfall {
    let text = reasons.iter().map(|why| why.reason.to_string()).collect::<Vec<_>>().join("; drawn again, ");
    match reasons.into_iter().next() {
        Some(first) => Shortfall { reason: Box::new(text.into()), ..first },
        None => Shortfall::new(ShortfallCode::Trigger, text),
    }
}
