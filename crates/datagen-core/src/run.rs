//! Running a plan: batches made on several threads, handed to a sink in order.

use crate::{Batch, Plan, Sink, SinkError};
use seedbed_schema_model::TableId;
use std::ops::Range;
use std::sync::mpsc::{Receiver, sync_channel};

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
        Self { threads: 1, batch_rows: 8192, part: Part::WHOLE }
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
/// Batches are made on `options.threads` threads, each a few ahead, and written in row order on the calling thread:
/// memory holds about three batches a thread. `progress` is called when a table begins (`delivered` 0) and after each
/// batch; returning false cancels the run.
///
/// # Errors
/// [`RunError::Sink`] when the outside world fails, [`RunError::Canceled`] when told to stop.
pub fn run(
    plan: &Plan,
    options: &RunOptions,
    mut sink: Box<dyn Sink + '_>,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), RunError> {
    for table in plan.tables() {
        let rows = options.part.rows(table.rows);
        let name = || plan.schema()[table.table].name.to_string();
        let failed = |source| RunError::Sink { table: name(), source };
        sink.begin_table(plan.schema(), table.table).map_err(failed)?;
        let total = rows.end - rows.start;
        let mut delivered = 0;
        let mut report = |delivered| match progress(Progress { table: table.table, delivered, total }) {
            true => Ok(()),
            false => Err(RunError::Canceled),
        };
        report(0)?;
        in_order(plan, table.table, rows, options, &mut |batch| {
            sink.write(&batch).map_err(failed)?;
            delivered += batch.rows.num_rows() as u64;
            report(delivered)
        })?;
        sink.end_table().map_err(failed)?;
    }
    sink.finish().map_err(|source| RunError::Sink { table: "(finish)".to_owned(), source })
}

/// Makes batches of a row range on several threads and hands them over in order. Stops making at the first error.
fn in_order(
    plan: &Plan,
    table: TableId,
    rows: Range<u64>,
    options: &RunOptions,
    take: &mut dyn FnMut(Batch) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let size = options.batch_rows.max(1);
    let batches = (rows.end - rows.start).div_ceil(size);
    let nth = |n: u64| {
        let start = rows.start + n * size;
        plan.complete_batch(table, start..rows.end.min(start + size))
    };
    let threads = (options.threads.max(1) as u64).min(batches);
    if threads < 2 {
        return (0..batches).try_for_each(|n| take(nth(n)));
    }
    std::thread::scope(|scope| {
        // Thread t makes batches t, t + threads, ...; reading the channels in turn restores the order, and their
        // bound of one batch holds the makers back when the sink is slower.
        let makers: Vec<Receiver<Batch>> = (0..threads)
            .map(|t| {
                let (send, receive) = sync_channel(1);
                let nth = &nth;
                scope.spawn(move || {
                    for n in (t..batches).step_by(threads as usize) {
                        if send.send(nth(n)).is_err() {
                            break;
                        }
                    }
                });
                receive
            })
            .collect();
        for n in 0..batches {
            match makers[(n % threads) as usize].recv() {
                Ok(batch) => take(batch)?,
                // The maker panicked; leaving the scope passes its panic on.
                Err(_) => break,
            }
        }
        Ok(())
    })
}
