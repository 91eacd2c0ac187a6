//! Planned rows into a store: what is noted of them, and the short way without a queue.

use crate::ServiceError;
use seedbed_datagen_core::{CancelToken, Part, Spec};
use seedbed_export::Provenance;
use seedbed_job::{Observer, Outcome, PlannedJob, Target};
use seedbed_load_plan::{LoadPlan, session_settings};
use seedbed_schema_model::TableId;
use seedbed_store::{
    JobEnd, JobStatus, Recipe, Save, SaveAs, Saved, Store, StoreError, VersionFacts, VersionTable,
};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// Makes the rows of a plan and saves them as a dataset, on the calling thread and without a queue: what a command does. Where
/// the store has the rows already, none are made.
///
/// # Errors
/// Those of the job and of the store; nothing is saved then.
pub fn save_planned(
    store: &dyn Store,
    planned: &PlannedJob,
    only: Option<Vec<String>>,
    to: &SaveAs,
    stop: &CancelToken,
    observer: &mut dyn Observer,
) -> Result<(Saved, Option<Outcome>), ServiceError> {
    let began = Instant::now();
    let recipe = recipe_of(planned, only);
    let digest = recipe.digest();
    let save = Save { to: to.clone(), end_of: None };
    if store.version(&digest)?.is_some() {
        match store.save(&digest, &save, &no_job) {
            // Somebody has deleted it at this moment.
            Err(StoreError::UnknownVersion(_)) => {}
            saved => return Ok((saved?, None)),
        }
    }
    let mut draft = store.begin_version(planned.plan().schema(), &digest, stop)?;
    let ran = planned.run(Target::Sink(draft.sink()), observer);
    let outcome = ran.map_err(|error| match draft.reason(&error) {
        Some(reason) if !stop.is_canceled() => ServiceError::from(reason),
        _ => error.into(),
    })?;
    let facts = facts_of(recipe, planned, &outcome, began.elapsed(), &[])?;
    Ok((draft.keep(&facts, &save, &no_job)?, Some(outcome)))
}

/// The end of a job that there is not.
fn no_job(_: &Saved) -> JobEnd {
    JobEnd {
        status: JobStatus::Done,
        tables: Vec::new(),
        progress: 100,
        dataset_id: None,
        error: None,
        events: Vec::new(),
    }
}

/// All that decides the rows of a plan. The seed that was taken stands in it, whoever chose it.
pub(crate) fn recipe_of(planned: &PlannedJob, only: Option<Vec<String>>) -> Recipe {
    let spec = Spec { seed: Some(planned.plan().seed()), ..planned.spec().clone() };
    let read = planned.read();
    Recipe::new(&read.sources, read.schema.dialect, spec, only)
}

/// The tables of a plan in load order, with the columns of their files.
pub(crate) fn tables_of(planned: &PlannedJob) -> Vec<VersionTable> {
    let plan = planned.plan();
    let run = Provenance::new(plan, planned.spec(), Part::WHOLE);
    let schema = plan.schema();
    let table = |id: TableId| VersionTable {
        name: schema[id].name.to_string(),
        columns: run
            .columns
            .get(&id)
            .map_or_else(Vec::new, |columns| columns.iter().map(|c| schema[id][*c].name.clone()).collect()),
        rows: run.rows.get(&id).copied().unwrap_or(0),
    };
    plan.tables().iter().map(|t| table(t.table)).collect()
}

/// What is noted of rows that were made and checked.
pub(crate) fn facts_of(
    recipe: Recipe,
    planned: &PlannedJob,
    outcome: &Outcome,
    took: Duration,
    notes: &[String],
) -> Result<VersionFacts, ServiceError> {
    let told = outcome.report(took);
    let plan = planned.plan();
    let tables = tables_of(planned);
    let fewer: Map<String, Value> = told
        .tables
        .iter()
        .filter(|(_, table)| table.reason.is_some())
        .map(|(name, table)| (name.clone(), json!(table)))
        .collect();
    let meta = json!({
        "seed": plan.seed(),
        "engineVersion": recipe.engine_version,
        "dialect": recipe.dialect,
        "order": tables.iter().map(|t| &t.name).collect::<Vec<_>>(),
        "validation": told.validation,
        "aiErrors": [],
        "spec": recipe.spec,
        "durationMs": told.duration_ms,
        "problems": told.problems,
        "fewerRows": fewer,
        "notes": notes,
    });
    Ok(VersionFacts {
        recipe,
        tables,
        existing: plan.existing_digest().map(str::to_owned),
        settings: session_settings(plan, &LoadPlan::of(plan).settings),
        meta: raw(&meta)?,
        report: raw(&outcome.validation)?,
    })
}

fn raw(value: &impl serde::Serialize) -> Result<Box<RawValue>, ServiceError> {
    let doing = || "write what is known of the rows".to_owned();
    to_raw_value(value).map_err(|e| ServiceError::Outside { doing: doing(), source: e.into() })
}
