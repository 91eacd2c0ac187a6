//! A job that has its plan: everything is decided, and no row is made yet.

use crate::defect::caught;
use crate::job::PreparedJob;
use crate::limits::Stop;
use crate::{JobError, Kept, Observer, Options, Outcome, ReadSchema, Target, database, files, parts};
use seedbed_datagen_core::{Part, Spec};
use seedbed_rows::Plan;
use std::path::PathBuf;
use std::sync::Arc;

/// A plan with the schema and the spec that it was made from. It can be carried out more than once, into different
/// targets; clones share the plan.
///
/// ```
/// use seedbed_job::{Job, Silent, Target};
/// use seedbed_schema_model::SourceMap;
/// let planned = Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);")).plan(&mut Silent)?;
/// assert_eq!(planned.plan().explain().tables[0].table, "public.film");
/// let (one, two) = (planned.run(Target::Memory, &mut Silent)?, planned.run(Target::Memory, &mut Silent)?);
/// assert_eq!(one.rows, two.rows, "the same rows for ever");
/// # Ok::<(), seedbed_job::JobError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PlannedJob {
    pub(crate) prepared: Arc<PreparedJob>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) options: Options,
    pub(crate) stop: Stop,
}

impl PlannedJob {
    pub(crate) fn new(prepared: Arc<PreparedJob>, plan: Arc<Plan>) -> Self {
        let (options, stop) = (prepared.options, prepared.stop.clone());
        Self { prepared, plan, options, stop }
    }

    /// The schema and its texts.
    pub fn read(&self) -> &Arc<ReadSchema> {
        &self.prepared.read
    }

    /// The spec with all that overrides it.
    pub fn spec(&self) -> &Spec {
        self.prepared.spec()
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Other options than the job's. A time limit counts from here.
    #[must_use]
    pub fn options(self, options: Options) -> Self {
        let stop = self.stop.with_limits(options.limits);
        Self { options, stop, ..self }
    }

    /// Joins what the checks of all shares of the rows have left behind (`summaries` are those files, or the folders that
    /// they stand beside): what a check of all rows would have found. Rows are made only where it has to look at some
    /// again.
    ///
    /// # Errors
    /// [`JobError::Parts`], [`JobError::Check`], [`JobError::Defect`].
    pub fn join_parts(
        &self,
        summaries: &[PathBuf],
        observer: &mut dyn Observer,
    ) -> Result<Outcome, JobError> {
        caught(
            Some(self.read()),
            observer,
            || Kept::Nothing,
            |observer| parts::join(self, summaries, observer),
        )
    }

    /// Makes the rows and hands them to the target. A database as target is asked what it holds, and the plan is made
    /// again with that.
    ///
    /// # Errors
    /// Of the outside world: [`JobError::Export`], [`JobError::Digest`], [`JobError::Run`], [`JobError::Load`];
    /// [`JobError::Interrupted`], [`JobError::TimeLimit`], [`JobError::RowLimit`], [`JobError::Defect`]; with a database
    /// also [`JobError::Plan`].
    pub fn run(&self, target: Target<'_>, observer: &mut dyn Observer) -> Result<Outcome, JobError> {
        match target {
            Target::Database(target) => {
                let prepared = PreparedJob {
                    options: self.options,
                    stop: self.stop.clone(),
                    ..PreparedJob::clone(&self.prepared)
                };
                let work = |observer: &mut dyn Observer| database::fill(&prepared, &target, observer);
                caught(Some(self.read()), observer, || Kept::Database, work)
            }
            target => {
                let folder = files::resumable(&target);
                let work = |observer: &mut dyn Observer| files::write(self, target, observer);
                caught(Some(self.read()), observer, || files::kept(folder), work)
            }
        }
    }
}

/// Rows of all tables of a plan in one share of them.
pub(crate) fn rows_of(plan: &Plan, part: Part) -> u64 {
    let rows = plan.tables().iter().map(|table| part.rows(table.rows));
    rows.fold(0, |sum, rows| sum.saturating_add(rows.end - rows.start))
}
