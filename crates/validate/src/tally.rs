//! What rows have said to a constraint.

use crate::report::Offender;

/// Offenders told per constraint.
const OFFENDERS: usize = 5;

/// What the rows have said to a constraint so far; the same in whatever order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Rows to which the constraint applied.
    pub(crate) rows_checked: u64,
    /// Rows that break it.
    pub(crate) violations: u64,
    /// The first rows that break it, by their numbers, five at most.
    pub(crate) offenders: Vec<Offender>,
    /// Why it was not checked, wholly or for some rows, and the first such row.
    pub(crate) undecided: Option<(u64, String)>,
}

impl Tally {
    /// Counts rows that keep the constraint, as far as one row can tell.
    pub(crate) fn pass(&mut self, rows: u64) {
        self.rows_checked += rows;
    }

    /// Counts a broken row that was not counted as passing.
    pub(crate) fn fail(&mut self, row: u64, offender: impl FnOnce() -> Offender) {
        self.rows_checked += 1;
        self.violate(row, offender);
    }

    /// Counts a violation of a row that was counted as passing; `offender` is only called while it is among the first.
    pub(crate) fn violate(&mut self, row: u64, offender: impl FnOnce() -> Offender) {
        self.violations += 1;
        if self.offenders.len() < OFFENDERS || self.offenders.last().is_some_and(|last| row < last.row) {
            self.offend(offender());
        }
    }

    fn offend(&mut self, offender: Offender) {
        let at = self.offenders.partition_point(|known| known.row <= offender.row);
        self.offenders.insert(at, offender);
        self.offenders.truncate(OFFENDERS);
    }

    /// A row could not be decided.
    pub(crate) fn undecided(&mut self, row: u64, reason: impl FnOnce() -> String) {
        if self.undecided.as_ref().is_none_or(|(first, _)| row < *first) {
            self.undecided = Some((row, reason()));
        }
    }

    /// Takes in what another thread has counted.
    pub(crate) fn merge(&mut self, other: Self) {
        self.rows_checked += other.rows_checked;
        self.violations += other.violations;
        other.offenders.into_iter().for_each(|offender| self.offend(offender));
        if let Some((row, reason)) = other.undecided {
            self.undecided(row, || reason);
        }
    }
}
