//! Planned rows with edits on their way into the store.

use crate::asked_rows::check_asked_rows;
use crate::config::check_counts;
use crate::live_job::LiveJob;
use crate::{ServiceError, ServiceOptions};
use seedbed_datagen_core::{CancelToken, RowSource as _, RunOptions, Sink};
use seedbed_edit::Edit;
use seedbed_edited_rows::{EditOptions, EditedRows};
use seedbed_job::{Outcome, PlannedJob, TableResult};
use std::sync::Arc;
use std::time::Instant;

/// Makes the rows of a plan, edits and checks them, and writes them in one go: what came of it, and what a person should know.
///
/// # Errors
/// [`ServiceError::Edit`], [`ServiceError::RowLimit`], [`ServiceError::TooSlow`].
pub(crate) fn write_edited(
    planned: &PlannedJob,
    edits: &[Edit],
    options: &ServiceOptions,
    batch_rows: u64,
    live: &LiveJob,
    until: Instant,
    sink: Box<dyn Sink + '_>,
) -> Result<(Outcome, Vec<String>), ServiceError> {
    let (plan, stop) = (planned.plan(), live.stop_at(until));
    check_planned(planned, edits, options)?;
    let edited = EditedRows::new(planned, &**plan, edits, &edit_options(options, batch_rows, &stop))?;
    let counts = edited.row_counts();
    check_counts(plan.schema(), &counts, &options.limits)?;
    live.set_totals(counts.iter().map(|(id, rows)| (plan.schema()[*id].name.to_string(), *rows)));
    let mut watched = stop.clone();
    let applied = edited.write(sink, None, &mut watched);
    let applied = applied.map_err(|error| match live.cancel.is_canceled() {
        false if stop.is_canceled() => ServiceError::TooSlow(options.job_time),
        _ => error.into(),
    })?;
    let result = |table: &seedbed_rows::TablePlan| {
        let rows = counts.iter().find(|(id, _)| *id == table.table).map_or(table.rows, |(_, rows)| *rows);
        (table.table, TableResult { rows, shortfall: table.shortfall.clone(), ..TableResult::default() })
    };
    let outcome = Outcome {
        read: Arc::clone(planned.read()),
        plan: Arc::clone(plan),
        tables: plan.tables().iter().map(result).collect(),
        limitations: plan.explain().limitations,
        validation: Some(applied.report),
        rows: None,
        notes: Vec::new(),
        passes: 1,
    };
    Ok((outcome, applied.notes))
}

/// Whether edits may ask for so many rows on top of those of a plan.
///
/// # Errors
/// [`ServiceError::RowLimit`].
pub(crate) fn check_planned(
    planned: &PlannedJob,
    edits: &[Edit],
    options: &ServiceOptions,
) -> Result<(), ServiceError> {
    let plan = planned.plan();
    let present = plan.tables().iter().map(|table| (table.table, table.rows)).collect();
    check_asked_rows(edits, plan.schema(), &present, &options.limits)
}

/// How edits are carried out.
pub(crate) fn edit_options(options: &ServiceOptions, batch_rows: u64, stop: &CancelToken) -> EditOptions {
    EditOptions {
        run: RunOptions { batch_rows, ..crate::generation::job_options(options).run },
        check_memory: options.check_memory,
        cancel: stop.clone(),
    }
}
