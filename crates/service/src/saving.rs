//! Planned rows into a store: what is noted of them, and the short way without a queue.

use crate::ServiceError;
use crate::ai_use::AiUse;
use seedbed_datagen_core::{CancelToken, Part, Spec};
use seedbed_edit::{AdviceError, Edit};
use seedbed_export::Provenance;
use seedbed_job::{Observer, Outcome, PlannedJob, Target};
use seedbed_load_plan::{LoadPlan, session_settings};
use seedbed_schema_model::TableId;
use seedbed_store::{
    Change, ChangeKind, JobEnd, JobStatus, Recipe, Save, SaveAs, Saved, Store, StoreError, VersionFacts,
    VersionTable,
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
    let recipe = recipe_of(planned, only, &[])?;
    let digest = recipe.digest();
    let change = Change::of(ChangeKind::Generate);
    let save = Save { to: to.clone(), change, end_of: None };
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
    let ai = AiUse::none("nothing was said in words");
    let noted = Noted { took: began.elapsed(), notes: &[], ai: &ai, ai_errors: &[] };
    let facts = facts_of(recipe, planned, &outcome, &noted)?;
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
        result: None,
        events: Vec::new(),
    }
}

/// All that decides the rows of a plan that are edited. The seed that was taken stands in it, whoever chose it.
pub(crate) fn recipe_of(
    planned: &PlannedJob,
    only: Option<Vec<String>>,
    edits: &[Edit],
) -> Result<Recipe, ServiceError> {
    let spec = Spec { seed: Some(planned.plan().seed()), ..planned.spec().clone() };
    let read = planned.read();
    let recipe = Recipe::new(&read.sources, read.schema.dialect, spec, only);
    Ok(Recipe { edits: edits_as_json(edits)?, ..recipe })
}

/// Edits as a recipe has them.
pub(crate) fn edits_as_json(edits: &[Edit]) -> Result<Vec<Value>, ServiceError> {
    edits.iter().map(serde_json::to_value).collect::<Result<_, _>>().map_err(no_json)
}

/// The edits of a recipe.
pub(crate) fn edits_of(recipe: &Recipe) -> Result<Vec<Edit>, ServiceError> {
    let read = |edit: &Value| serde_json::from_value(edit.clone());
    recipe.edits.iter().map(read).collect::<Result<_, _>>().map_err(|error| ServiceError::Outside {
        doing: "read the edits of a dataset".to_owned(),
        source: error.into(),
    })
}

/// The tables of a plan in load order, with the columns of their files.
pub(crate) fn tables_of(planned: &PlannedJob) -> Vec<VersionTable> {
    let plan = planned.plan();
    let run = Provenance::new(plan, planned.spec(), Part::WHOLE);
    let schema = plan.schema();
    let table = |id: TableId, uncertain: bool| VersionTable {
        name: schema[id].name.to_string(),
        columns: run
            .columns
            .get(&id)
            .map_or_else(Vec::new, |columns| columns.iter().map(|c| schema[id][*c].name.clone()).collect()),
        rows: run.rows.get(&id).copied().unwrap_or(0),
        uncertain,
    };
    plan.tables().iter().map(|t| table(t.table, !t.is_guaranteed())).collect()
}

/// A change with the part that an advisor had in it.
pub(crate) fn change_by(kind: ChangeKind, ai: &AiUse, errors: &[AdviceError]) -> Change {
    Change {
        ai: serde_json::to_value(ai).ok(),
        ai_errors: errors.iter().filter_map(|error| serde_json::to_value(error).ok()).collect(),
        exchanges: ai.requests(),
        ..Change::of(kind)
    }
}

/// What is noted of rows besides what the check has found.
pub(crate) struct Noted<'a> {
    pub(crate) took: Duration,
    pub(crate) notes: &'a [String],
    pub(crate) ai: &'a AiUse,
    pub(crate) ai_errors: &'a [AdviceError],
}

/// What is noted of rows that were made and checked.
pub(crate) fn facts_of(
    recipe: Recipe,
    planned: &PlannedJob,
    outcome: &Outcome,
    noted: &Noted<'_>,
) -> Result<VersionFacts, ServiceError> {
    let told = outcome.report(noted.took);
    let plan = planned.plan();
    let mut tables = tables_of(planned);
    for (table, planned) in tables.iter_mut().zip(plan.tables()) {
        table.rows = outcome.tables.get(&planned.table).map_or(table.rows, |result| result.rows);
    }
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
        "ai": noted.ai,
        "aiErrors": noted.ai_errors,
        "spec": recipe.spec,
        "durationMs": told.duration_ms,
        "problems": told.problems,
        "fewerRows": fewer,
        "edits": recipe.edits,
        "notes": noted.notes,
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

pub(crate) fn raw(value: &impl serde::Serialize) -> Result<Box<RawValue>, ServiceError> {
    to_raw_value(value).map_err(no_json)
}

fn no_json(error: serde_json::Error) -> ServiceError {
    ServiceError::Outside { doing: "write what is known of the rows".to_owned(), source: error.into() }
}
