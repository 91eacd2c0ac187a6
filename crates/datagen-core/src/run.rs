//! Running a plan: batches made on several threads, handed to a sink in order.

use crate::makers::{Piece, Work};
use crate::{Plan, Sink, SinkError};
use seedbed_schema_model::TableId;

/// How to run a plan. None of it changes a byte of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// Threads that make rows; at least 1.
    pub threads: usize,
    /// Rows in a batch; at least 1.
    pub batch_rows: u64,
    /// Which share of each table's rows to make.
    pub part: Part,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { threads: 1, batch_rows: 4096, part: Part::WHOLE }
    }
}

/// One of several equal shares of every table: rows `len * (index - 1) / count .. len * index / count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    index: u64,
    count: u64,
}

impl Part {
    /// All rows.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Share `index` (from 1) of `count`; `None` unless `1 <= index <= count`.
    pub fn new(index: u64, count: u64) -> Option<Self> {
        (1 <= index && index <= count).then_some(Self { index, count })
    }

    /// Which share, from 1.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Of how many.
    pub fn count(self) -> u64 {
        self.count
    }

    /// The rows of this share in a table of `len` rows.
    pub fn rows(self, len: u64) -> std::ops::Range<u64> {
        let cut = |i: u64| (u128::from(len) * u128::from(i) / u128::from(self.count)) as u64;
        cut(self.index - 1)..cut(self.index)
    }
}

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

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The sink failed; the table being written is named.
    #[error("table `{table}` was not written")]
    Sink {
        /// The table.
        table: String,
        /// The sink's error.
        #[source]
        source: SinkError,
    },
    /// The caller's progress function asked to stop.
    #[error("canceled")]
    Canceled,
}

/// Makes every table of the plan in load order and hands it to the sink, then finishes the sink. The batches are
/// [complete](Plan::complete_batch): generated columns are among theirs.
///
/// Batches, and what the sink's [encoders](Sink::encoder) make of them, are made on `options.threads` threads, each a few
/// ahead, and handed to the sink in row order on the calling thread: memory holds about three batches or chunks a thread.
/// `progress` is called when a table begins (with the rows that the sink [has already](Sink::rows_done)) and after each
/// batch or chunk; returning false cancels the run.
///
/// # Errors
/// [`RunError::Sink`] when the outside world fails, [`RunError::Canceled`] when told to stop.
pub fn run(
    plan: &Plan,
    options: &RunOptions,
    mut sink: Box<dyn Sink + '_>,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), RunError> {
    let rows_of = |rows: u64| {
        let rows = options.part.rows(rows);
        rows.end - rows.start
    };
    let run_total = plan.tables().iter().fold(0, |sum: u64, table| sum.saturating_add(rows_of(table.rows)));
    let mut before: u64 = 0;
    for table in plan.tables() {
        let rows = options.part.rows(table.rows);
        let name = || plan.schema()[table.table].name.to_string();
        let failed = |source| RunError::Sink { table: name(), source };
        sink.begin_table(plan.schema(), table.table).map_err(failed)?;
        let total = rows.end - rows.start;
        let mut delivered = sink.rows_done().min(total);
        let mut report = |delivered| {
            let run_delivered = before.saturating_add(delivered);
            match progress(Progress { table: table.table, delivered, total, run_delivered, run_total }) {
                true => Ok(()),
                false => Err(RunError::Canceled),
            }
        };
        report(delivered)?;
        let batch_rows = options.batch_rows.max(1);
        let work = Work { plan, table: table.table, rows: rows.start + delivered..rows.end, batch_rows };
        let encoders = (0..work.threads(options.threads.max(1))).map(|_| sink.encoder()).collect();
        work.in_order(encoders, |piece| {
            delivered += match piece.map_err(failed)? {
                Piece::Batch(batch) => {
                    sink.write(batch).map_err(failed)?;
                    batch.rows.num_rows() as u64
                }
                Piece::Chunk(chunk) => {
                    sink.append(chunk).map_err(failed)?;
                    chunk.rows
                }
            };
            report(delivered)
        })?;
        before = before.saturating_add(total);
        sink.end_table().map_err(failed)?;
    }
    sink.finish().map_err(|source| RunError::Sink { table: "(finish)".to_owned(), source })
}
