//! Limits of a job: how long it may take and how much it may make.

use crate::{JobError, Kept};
use seedbed_datagen_core::{CancelToken, PlanningBudget};
use std::time::{Duration, Instant};

/// What a job may cost. Nothing but planning is limited when nobody says.
///
/// ```
/// use seedbed_job::{Job, Limits, Silent, Target};
/// use seedbed_schema_model::SourceMap;
/// let limits = Limits { rows: Some(50), ..Limits::default() };
/// let job = Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);")).limits(limits);
/// let error = job.run(Target::Null, &mut Silent).unwrap_err();
/// assert_eq!(error.code(), "row-limit");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Wall clock time from the first look at the schema to the last row. It is looked at all the time when planning
    /// and between two batches when making rows: the end may be late by as much as one of them takes.
    pub time: Option<Duration>,
    /// Rows of all tables together. A plan of more is refused before the first row.
    pub rows: Option<u64>,
    /// What planning may take before it leaves something undecided, tells so and goes on: 10 s when nobody says. It is
    /// counted in steps, as many for a second on each machine, so that the plan is the same on all; steps that take thrice
    /// as long as they stand for end as if they were used up.
    pub plan_time: Option<Duration>,
    /// Bytes that each index which a plan makes of parents' rows may take; what would need a larger one is left undecided.
    /// 512 MiB when nobody says.
    pub plan_memory: Option<u64>,
}

impl Limits {
    /// What a plan that begins now may cost.
    pub(crate) fn planning(&self) -> PlanningBudget {
        let time = self.plan_time.unwrap_or(PlanningBudget::TIME);
        let budget = PlanningBudget::new(time, self.plan_memory.unwrap_or(PlanningBudget::MEMORY));
        match Instant::now().checked_add(time.saturating_mul(3)) {
            Some(end) => {
                PlanningBudget { late: CancelToken::new().or_when(move || Instant::now() >= end), ..budget }
            }
            None => budget,
        }
    }
}

/// When a job has to stop, and why.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    cancel: CancelToken,
    limits: Limits,
    deadline: Option<Instant>,
}

impl Stop {
    /// For a job that begins now.
    pub(crate) fn new(cancel: &CancelToken, limits: Limits) -> Self {
        let deadline = limits.time.and_then(|time| Instant::now().checked_add(time));
        Self { cancel: cancel.clone(), limits, deadline }
    }

    /// The same request to stop, with limits that count from now.
    pub(crate) fn with_limits(&self, limits: Limits) -> Self {
        Self::new(&self.cancel, limits)
    }

    /// What tells that it is time.
    pub(crate) fn token(&self) -> CancelToken {
        match self.deadline {
            Some(deadline) => {
                let cancel = self.cancel.clone();
                CancelToken::new().or_when(move || cancel.is_canceled() || Instant::now() >= deadline)
            }
            None => self.cancel.clone(),
        }
    }

    /// The error of a job that has stopped.
    pub(crate) fn stopped(&self, kept: Kept) -> JobError {
        match self.limits.time {
            Some(limit) if !self.cancel.is_canceled() => JobError::TimeLimit { limit, kept },
            _ => JobError::Interrupted { kept },
        }
    }

    /// Whether so many rows may be made.
    ///
    /// # Errors
    /// [`JobError::RowLimit`].
    pub(crate) fn check_rows(&self, rows: u64) -> Result<(), JobError> {
        match self.limits.rows {
            Some(limit) if rows > limit => Err(JobError::RowLimit { rows, limit }),
            _ => Ok(()),
        }
    }
}
