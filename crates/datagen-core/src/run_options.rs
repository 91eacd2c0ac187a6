//! How a run is made.

use crate::Part;

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
