//! A schema's text as a load: a job with a database as target.

use seedbed_datagen_core::{Attempts, CancelToken, Part, Request, RunOptions, Spec};
use seedbed_job::{Job, JobError, Options, Outcome, Patience, Silent, SpecSource, TableResult, Target};
use seedbed_load::LoadError;
use seedbed_providers::StandardCatalog;
use seedbed_rows::Plan;
use seedbed_schema_model::{Dialect, Schema, SourceMap, TableId};
use std::sync::Arc;
use std::time::Duration;

/// A schema's text and what it says.
#[derive(Debug)]
pub(crate) struct Script {
    job: Job,
    pub(crate) schema: Arc<Schema>,
}

impl Script {
    /// Reads DDL.
    pub(crate) fn new(dialect: Dialect, ddl: &str) -> Self {
        let job = Job::new(SourceMap::of(ddl)).dialect(dialect);
        let schema = Arc::clone(&job.schema().schema);
        Self { job, schema }
    }

    /// Loads so many rows a table.
    ///
    /// # Panics
    /// On what is no fault of the load.
    pub(crate) fn load(&self, url: &str, rows: u64) -> Result<Outcome, LoadError> {
        self.load_part(url, rows, Part::WHOLE)
    }

    /// Loads a part of so many rows a table.
    ///
    /// # Panics
    /// On what is no fault of the load.
    pub(crate) fn load_part(&self, url: &str, rows: u64, part: Part) -> Result<Outcome, LoadError> {
        let options = RunOptions { threads: 2, batch_rows: 100, part };
        let job = self.job.clone().spec(SpecSource::Value(spec(rows))).run_options(options);
        job.run(Target::Database(url.parse()?), &mut Silent).map_err(|error| match error {
            JobError::Load(error) | JobError::WrongDialect { source: error, .. } => *error,
            error => panic!("{error}"),
        })
    }

    /// Loads so many rows a table until it is told to stop, waiting for others as long as it may.
    pub(crate) fn load_for(
        &self,
        url: &str,
        rows: u64,
        cancel: &CancelToken,
        patience: Duration,
    ) -> Result<Outcome, JobError> {
        let run = RunOptions { threads: 2, batch_rows: 100, part: Part::WHOLE };
        let options = Options { run, patience: Patience(patience), ..Options::default() };
        let job = self.job.clone().spec(SpecSource::Value(spec(rows))).options(options);
        let target = url.parse().expect("a target");
        job.cancel(cancel.clone()).run(Target::Database(target), &mut Silent)
    }

    /// The plan by itself, with rows in other attempts than the first.
    pub(crate) fn plan(&self, rows: u64, attempts: Attempts) -> Plan {
        let request = Request { spec: spec(rows), attempts, ..Request::default() };
        seedbed_planner::plan(Arc::clone(&self.schema), &request, &StandardCatalog::new()).expect("a plan")
    }

    /// `table=rows` or `table=rows code` for each table of an outcome, in DDL order.
    pub(crate) fn summary(&self, outcome: &Outcome) -> Vec<String> {
        let line = |(id, got): (TableId, &TableResult)| {
            let code = got.shortfall.as_ref().map(|s| format!(" {}", s.code)).unwrap_or_default();
            format!("{}={}{code}", self.schema[id].name.name, got.rows)
        };
        outcome.tables.iter().map(|(id, got)| line((*id, got))).collect()
    }
}

fn spec(rows: u64) -> Spec {
    Spec { rows: Some(rows), seed: Some(1), ..Spec::default() }
}

/// What a load has to say besides, as people read it.
pub(crate) fn notes(outcome: &Outcome) -> Vec<String> {
    outcome.notes.iter().map(ToString::to_string).collect()
}
