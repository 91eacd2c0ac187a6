//! Rows straight into a database.

use crate::job::PreparedJob;
use crate::planned_job::rows_of;
use crate::{JobError, Kept, Note, Observer, Outcome, Phase, TableResult};
use seedbed_datagen_core::{CancelToken, Existing, Progress, Request, RunObserver, Shortfall};
use seedbed_load::{DatabaseTarget, LoadError, LoadNote, LoadObserver, LoadReport, LoadRequest, load};
use seedbed_planner::PlanError;
use seedbed_rows::Plan;
use seedbed_schema_model::TableId;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Fills the target's tables, in one transaction.
pub(crate) fn fill(
    job: &PreparedJob,
    target: &DatabaseTarget,
    observer: &mut dyn Observer,
) -> Result<Outcome, JobError> {
    let schema_sql = job.read.text();
    let patience = job.options.patience.0;
    let request = LoadRequest { target, schema: &job.read.schema, schema_sql: &schema_sql, patience };
    observer.phase(Phase::Connecting);
    // Planning and loading take turns, and both have something to tell.
    let watched = WatchedLoad { job, observer: RefCell::new(observer), refused: RefCell::new(None) };
    let loaded = load(
        &request,
        &mut |existing, withheld| watched.plan(existing, withheld),
        &job.options.run,
        &mut &watched,
    );
    let WatchedLoad { observer, refused, .. } = watched;
    if let Some(refused) = refused.into_inner() {
        return Err(refused);
    }
    let report = loaded.map_err(|error| failure(error, job))?;
    let observer = observer.into_inner();
    let outcome = outcome(report, job);
    outcome.notes.iter().for_each(|note| observer.note(note));
    Ok(outcome)
}

/// A load with whoever watches it.
struct WatchedLoad<'a> {
    job: &'a PreparedJob,
    observer: RefCell<&'a mut dyn Observer>,
    /// Why a plan was not wanted.
    refused: RefCell<Option<JobError>>,
}

impl RunObserver for &WatchedLoad<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self.observer.borrow_mut().progress(progress);
        ControlFlow::Continue(())
    }

    fn cancel_token(&self) -> CancelToken {
        self.job.stop.token()
    }
}

impl LoadObserver for &WatchedLoad<'_> {
    fn note(&mut self, note: &LoadNote) {
        self.observer.borrow_mut().note(&Note::Loaded(note.clone()));
    }
}

impl WatchedLoad<'_> {
    fn plan(
        &self,
        existing: &Existing,
        withheld: &BTreeMap<TableId, Shortfall>,
    ) -> Result<Plan, Vec<PlanError>> {
        self.observer.borrow_mut().phase(Phase::Planning);
        let request =
            Request { existing: existing.clone(), withheld: withheld.clone(), ..self.job.request.clone() };
        let plan = self.job.plan(&request)?;
        if let Err(error) = self.job.stop.check_rows(rows_of(&plan, self.job.options.run.part)) {
            self.refused.replace(Some(error));
            return Err(vec![PlanError::Canceled]);
        }
        self.observer.borrow_mut().phase(Phase::Writing);
        Ok(plan)
    }
}

fn outcome(report: LoadReport, job: &PreparedJob) -> Outcome {
    let told = |(table, got): (TableId, seedbed_load::TableOutcome)| {
        let attempts = report.plan.attempts().rows(table).collect();
        (table, TableResult { rows: got.rows, shortfall: got.shortfall, attempts })
    };
    Outcome {
        read: Arc::clone(&job.read),
        limitations: report.plan.explain().limitations,
        tables: report.tables.into_iter().map(told).collect(),
        validation: None,
        rows: None,
        notes: report.notes.into_iter().map(Note::Loaded).collect(),
        passes: report.passes,
        plan: Arc::new(report.plan),
    }
}

/// Sorts the failure by fault: what the schema or the spec can't do is their problem.
fn failure(error: LoadError, job: &PreparedJob) -> JobError {
    match error {
        LoadError::Canceled => job.stop.stopped(Kept::Database),
        LoadError::Plan { errors } => job.no_plan(errors, Kept::Database),
        LoadError::DialectMismatch { .. } => {
            JobError::WrongDialect { source: Box::new(error), read: Arc::clone(&job.read) }
        }
        error => JobError::Load(Box::new(error)),
    }
}
