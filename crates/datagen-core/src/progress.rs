//! How far a run has come, and who is told.

use crate::CancelToken;
use seedbed_schema_model::TableId;
use std::fmt;
use std::ops::ControlFlow;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table being written.
    pub table: TableId,
    /// Rows of it that the sink has taken.
    pub delivered: u64,
    /// Rows of it in this run.
    pub total: u64,
    /// Rows of all tables that the sink has taken.
    pub run_delivered: u64,
    /// Rows of all tables in this run.
    pub run_total: u64,
}

/// Watches a run, and may stop it. Both methods have defaults: `()` watches nothing, a [`CancelToken`] only stops, and a
/// closure `FnMut(Progress) -> ControlFlow<()>` is told and answers.
pub trait RunObserver {
    /// Told on the calling thread when a table begins, with the rows that the sink has already, and after each batch or
    /// chunk that the sink has taken. `Break` cancels the run.
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        let _ = progress;
        ControlFlow::Continue(())
    }

    /// The token that cancels the run from elsewhere: clones of one and the same, as it is asked for whenever a run begins,
    /// and by a load in each of its passes. Every thread looks at it before each batch.
    fn cancel_token(&self) -> CancelToken {
        CancelToken::default()
    }
}

impl RunObserver for () {}

impl RunObserver for CancelToken {
    fn cancel_token(&self) -> CancelToken {
        self.clone()
    }
}

impl<F: FnMut(Progress) -> ControlFlow<()>> RunObserver for F {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self(progress)
    }
}

/// Counts the rows of a run and tells its observer: what all who hand over rows have in common, whatever their order of
/// tables.
pub struct ProgressMeter<'o> {
    observer: &'o mut dyn RunObserver,
    cancel: CancelToken,
    /// Rows of the tables before.
    before: u64,
    now: Progress,
}

impl<'o> ProgressMeter<'o> {
    /// For a run of so many rows.
    pub fn new(observer: &'o mut dyn RunObserver, run_total: u64) -> Self {
        let now = Progress { table: TableId(0), delivered: 0, total: 0, run_delivered: 0, run_total };
        Self { cancel: observer.cancel_token(), observer, before: 0, now }
    }

    /// A table of `total` rows in this run begins, of which the receiver has `delivered` already; the one before is over,
    /// whatever became of it. `Break` when the run is canceled.
    pub fn begin(&mut self, table: TableId, total: u64, delivered: u64) -> ControlFlow<()> {
        self.before = self.before.saturating_add(self.now.total);
        self.now = Progress { table, total, delivered, ..self.now };
        self.tell()
    }

    /// The receiver has taken more rows of the table. `Break` when the run is canceled.
    pub fn add(&mut self, rows: u64) -> ControlFlow<()> {
        self.now.delivered = self.now.delivered.saturating_add(rows);
        self.tell()
    }

    /// The receiver takes no more rows of the table, whatever became of those that it has not taken: all of them are done
    /// with. `Break` when the run is canceled.
    pub fn end(&mut self) -> ControlFlow<()> {
        match self.now.total.saturating_sub(self.now.delivered) {
            0 => ControlFlow::Continue(()),
            left => self.add(left),
        }
    }

    /// The token that cancels the run.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }

    fn tell(&mut self) -> ControlFlow<()> {
        self.now.run_delivered = self.before.saturating_add(self.now.delivered);
        self.observer.progress(self.now)?;
        if self.cancel.is_canceled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl fmt::Debug for ProgressMeter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgressMeter").field("now", &self.now).finish_non_exhaustive()
    }
}
