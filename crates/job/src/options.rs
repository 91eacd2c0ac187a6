//! How a job is carried out.

use crate::Limits;
use seedbed_datagen_core::RunOptions;

/// How to carry out a job. None of it changes a byte of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Threads, batches, and which share of the rows to make.
    pub run: RunOptions,
    /// Whether rows are checked on their way.
    pub checking: Checking,
    /// What the job may cost.
    pub limits: Limits,
}

/// Whether rows are checked against every constraint of the schema on their way to a file, a sink or memory. A database
/// checks its rows itself, and a share of the rows can't be judged alone, as its parents may be in another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checking {
    /// Against every constraint; memory grows with the keys that have been seen.
    #[default]
    On,
    /// Not at all.
    Off,
}
