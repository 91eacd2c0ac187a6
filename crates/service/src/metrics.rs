//! Numbers for those who watch a service.

use seedbed_store::{JobRecord, JobStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What has happened since the service began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Jobs that wait.
    pub queued: u64,
    /// Jobs that run.
    pub running: u64,
    /// Jobs that were taken.
    pub asked: u64,
    /// Jobs that are done.
    pub done: u64,
    /// Jobs that failed.
    pub failed: u64,
    /// Jobs that somebody stopped.
    pub canceled: u64,
    /// Rows that jobs have made or written.
    pub rows: u64,
    /// Time that jobs took, all together.
    pub job_time: Duration,
}

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) asked: AtomicU64,
    done: AtomicU64,
    failed: AtomicU64,
    canceled: AtomicU64,
    rows: AtomicU64,
    micros: AtomicU64,
}

impl Counters {
    /// A job that ran is over.
    pub(crate) fn ended(&self, job: &JobRecord, took: Duration) {
        let counter = match job.status {
            JobStatus::Done => &self.done,
            JobStatus::Canceled => &self.canceled,
            _ => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let rows = job.tables.iter().map(|t| t.delivered).fold(0, u64::saturating_add);
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.micros.fetch_add(took.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// All of them, with how many jobs wait and run.
    pub(crate) fn read(&self, queued: usize, running: usize) -> Metrics {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Metrics {
            queued: queued as u64,
            running: running as u64,
            asked: of(&self.asked),
            done: of(&self.done),
            failed: of(&self.failed),
            canceled: of(&self.canceled),
            rows: of(&self.rows),
            job_time: Duration::from_micros(of(&self.micros)),
        }
    }
}
