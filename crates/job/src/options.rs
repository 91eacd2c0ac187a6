//! How a job is carried out.

use crate::Limits;
use seedbed_datagen_core::RunOptions;
use std::time::Duration;

/// How to carry out a job. None of it changes a byte of the rows, but for what its [limits](Limits::plan_time) leave
/// undecided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Threads, batches, and which share of the rows to make.
    pub run: RunOptions,
    /// Whether rows are checked as they are made.
    pub checking: Checking,
    /// What the keys of the check may take of memory.
    pub check_memory: CheckMemory,
    /// What the job may cost.
    pub limits: Limits,
    /// Which files its output may take the place of.
    pub replace: Replace,
    /// How long a database is waited for that others use.
    pub patience: Patience,
}

/// Which files may give way to new ones. A folder only ever takes the place of an empty one or of an earlier run's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replace {
    /// Earlier bundles and reports, and empty files.
    #[default]
    Ours,
    /// Any file.
    AnyFile,
}

/// How long a load waits for another one into the same database to end, and for the locks of other sessions: a minute unless
/// told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

/// Whether rows are checked against every constraint of the schema as they are made, on their way to a file, a sink or
/// memory. A database checks its rows itself. A share of the rows can't be judged alone, as its parents may be in another:
/// one that goes into a folder leaves what its check has found in a [file](crate::summary_file) beside it, for
/// [`join_parts`](crate::PlannedJob::join_parts).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checking {
    /// Against every constraint.
    #[default]
    On,
    /// Not at all.
    Off,
}

/// Memory for the keys of a check, in bytes: 256 MiB unless told otherwise. Keys that need more go into temporary files,
/// and the report says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckMemory(pub u64);

impl Default for CheckMemory {
    fn default() -> Self {
        Self(256 << 20)
    }
}
