//! Jobs that make a dataset's rows.

use crate::generation_wishes::{Instructions, is_of_wishes, without_proposal};
use crate::inner::Inner;
use crate::instructed_rows::write_edited;
use crate::instructions::Instructed;
use crate::live_job::{CHECKED, LiveJob, STORED, waiting_table};
use crate::modified::summary_of;
use crate::opened::Opened;
use crate::queue::Task;
use crate::saved_end::{Completion, SavedEnd};
use crate::saving::{Noted, change_by, facts_of, recipe_of, tables_of};
use crate::watched_sink::{Preview, WatchedSink};
use crate::{RegenerateRequest, RequestLimits, ServiceError, ServiceOptions};
use seedbed_datagen_core::{CancelToken, RunOptions, Sink, Spec};
use seedbed_edit::Edit;
use seedbed_job::{Job, Limits, Options, Overrides, PlannedJob, Silent, SpecSource, Target};
use seedbed_schema_model::{Dialect, Schema, SourceMap, TableId};
use seedbed_store::{
    Change, ChangeKind, DatasetId, PageRequest, Save, SaveAs, Saved, Store, StoreError, TableStatus, Version,
    VersionFacts,
};
use seedbed_text_encode::{JsonNumbers, JsonRows};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// What rows to make, and what becomes of them.
#[derive(Clone, Debug)]
pub(crate) struct Generation {
    pub(crate) sources: SourceMap,
    pub(crate) dialect: Dialect,
    pub(crate) schema: Arc<Schema>,
    pub(crate) spec: Spec,
    pub(crate) overrides: Overrides,
    pub(crate) instructions: Instructions,
    /// What was changed in the rows of the dataset whose rows are made again.
    pub(crate) row_edits: Vec<Edit>,
    pub(crate) chunk_rows: usize,
    pub(crate) save: SaveAs,
    pub(crate) kind: ChangeKind,
    /// The request by which rows are made again, if they are.
    pub(crate) again: Option<(DatasetId, RegenerateRequest)>,
    /// What was asked for otherwise than it was done.
    pub(crate) notes: Vec<String>,
}

/// How often a job begins again when the dataset that it changes has come into another version meanwhile.
pub(crate) const ATTEMPTS: usize = 5;

impl Task for Generation {
    fn run(self: Box<Self>, inner: &Inner, live: &LiveJob) -> Result<(), ServiceError> {
        let began = Instant::now();
        let mut carried_out = self.carry_out(inner, live, began);
        // Where the dataset was changed meanwhile, the rows are made again as it is now: that change is kept.
        for _ in 1..ATTEMPTS {
            match (&carried_out, &self.again) {
                (Err(ServiceError::Store(StoreError::VersionConflict { .. })), Some((id, request))) => {
                    carried_out = inner.regeneration(*id, request)?.carry_out(inner, live, began);
                }
                _ => break,
            }
        }
        carried_out
    }
}

impl Generation {
    /// The job on the one road, to be planned, by a spec that the words have changed.
    pub(crate) fn job(&self, spec: Spec, options: &ServiceOptions, cancel: &CancelToken) -> Job {
        Job::new(self.sources.clone())
            .dialect(self.dialect)
            .spec(SpecSource::Value(spec))
            .overrides(self.overrides.clone())
            .options(job_options(options))
            .cancel(cancel.clone())
    }

    fn carry_out(&self, inner: &Inner, live: &LiveJob, began: Instant) -> Result<(), ServiceError> {
        let stop = live.stop_at(began + inner.options.job_time);
        let instructed = self.instructed(inner, &stop)?;
        live.check_stop(&stop, inner.options.job_time)?;
        match self.make(inner, live, began, &instructed) {
            Err(error) if instructed.ai.used && !instructed.edits.is_empty() && is_of_wishes(&error) => {
                let left = without_proposal(&*inner.store, instructed, &error);
                self.make(inner, live, began, &left)
            }
            made => made,
        }
    }

    fn make(
        &self,
        inner: &Inner,
        live: &LiveJob,
        began: Instant,
        instructed: &Instructed,
    ) -> Result<(), ServiceError> {
        let (store, options) = (&*inner.store, &inner.options);
        let (spec, edits) = self.wished(instructed, &options.limits)?;
        let planned = self.job(spec, options, &live.cancel).plan(&mut Silent)?;
        let recipe = recipe_of(&planned, self.overrides.only.clone(), &edits)?;
        let digest = recipe.digest();
        let tables = tables_of(&planned);
        live.set_tables(tables.iter().map(|t| waiting_table(t.name.clone(), t.rows)).collect());
        let names: Vec<&str> = tables.iter().map(|t| t.name.as_str()).collect();
        if !live.has_told() {
            live.tell(store, "generation:start", &json!({"jobId": live.id, "tables": names}))?;
        }
        // Kept rows may be deleted by somebody until they are saved once more: then they are made.
        let mut is_told = false;
        if let Some(version) = store.version(&digest)? {
            match self.reuse(store, live, &version, began, instructed, &mut is_told) {
                Err(ServiceError::Store(StoreError::UnknownVersion(_))) => {}
                ended => return ended,
            }
        }
        let mut carried_out = job_options(options);
        carried_out.run.batch_rows = batch_rows(&planned, &options.limits)?;
        carried_out.limits.time = Some(options.job_time.saturating_sub(began.elapsed()));
        let batch_rows = carried_out.run.batch_rows;
        let planned = planned.options(carried_out);
        let mut draft = store.begin_version(planned.plan().schema(), &digest, &live.cancel)?;
        let ids: Vec<TableId> = planned.plan().tables().iter().map(|t| t.table).collect();
        let sink: Box<dyn Sink + '_> = match is_told {
            true => draft.sink(),
            false => Box::new(WatchedSink::new(draft.sink(), live, store, self.chunk_rows, ids)),
        };
        let mut notes = [self.notes.as_slice(), &instructed.notes].concat();
        let outcome = if edits.is_empty() {
            let ran = planned.run(Target::Sink(sink), &mut Silent);
            ran.map_err(|error| match draft.reason(&error) {
                Some(reason) => ServiceError::from(reason),
                None => error.into(),
            })?
        } else {
            let until = began + options.job_time;
            let written = write_edited(&planned, &edits, options, batch_rows, live, until, sink);
            let (outcome, told) = written.map_err(|error| match error {
                ServiceError::Edit(error) => {
                    draft.reason(&*error).map_or(ServiceError::Edit(error), ServiceError::from)
                }
                error => error,
            })?;
            notes.extend(told);
            outcome
        };
        live.come_to(CHECKED);
        let noted =
            Noted { took: began.elapsed(), notes: &notes, ai: &instructed.ai, ai_errors: &instructed.errors };
        let facts = facts_of(recipe, &planned, &outcome, &noted)?;
        if !is_told {
            tell_validation(store, live, "generation:validation", &summary_of(&facts.report))?;
        }
        let end = SavedEnd::new(live, |saved| completion(live, &facts, instructed, began, saved));
        let saved = draft.keep(&facts, &self.save(live, instructed, notes), &|saved| end.of(saved))?;
        end.close(store, &saved);
        Ok(())
    }

    fn save(&self, live: &LiveJob, instructed: &Instructed, notes: Vec<String>) -> Save {
        let change = Change {
            words: self.instructions.words.clone(),
            edits: instructed.edits.iter().filter_map(|e| serde_json::to_value(e).ok()).collect(),
            notes,
            ..change_by(self.kind, &instructed.ai, &instructed.errors)
        };
        Save { to: self.save.clone(), change, end_of: Some(live.id.clone()) }
    }

    /// The rows are there already: the same recipe made them. What is told is the same; `is_told` when all of it is, but for
    /// the end.
    fn reuse(
        &self,
        store: &dyn Store,
        live: &LiveJob,
        version: &Arc<Version>,
        began: Instant,
        instructed: &Instructed,
        is_told: &mut bool,
    ) -> Result<(), ServiceError> {
        let opened = Opened::new(store, version)?;
        for (index, table) in version.facts.tables.iter().enumerate() {
            live.cancel.check().map_err(|_| StoreError::Canceled)?;
            let told = json!({"jobId": live.id, "table": table.name, "total": table.rows});
            live.tell(store, "table:start", &told)?;
            live.update_table(index, |entry| entry.delivered = table.rows);
            if let Some(id) = opened.table(&table.name).filter(|_| table.rows > 0) {
                let request = PageRequest { limit: self.chunk_rows as u64, ..PageRequest::default() };
                let first = opened.rows.page(id, &request, &live.cancel)?.rows;
                let chunk = Preview::new(Arc::clone(&opened.schema), self.chunk_rows).of(&first);
                live.tell_passing(
                    "table:progress",
                    &crate::event::TableProgress {
                        job_id: &live.id,
                        table: &table.name,
                        delivered: table.rows,
                        total: table.rows,
                        progress: live.progress(),
                        first_row: 0,
                        chunk: &chunk,
                    },
                );
            }
            live.update_table(index, |entry| entry.status = TableStatus::Done);
            let told = json!({"jobId": live.id, "table": table.name, "rows": table.rows});
            live.tell(store, "table:complete", &told)?;
        }
        live.come_to(STORED);
        // Who is told of the end may delete the dataset at once: its rows are held no more.
        drop(opened);
        tell_validation(store, live, "generation:validation", &summary_of(&version.facts.report))?;
        *is_told = true;
        let end = SavedEnd::new(live, |saved| completion(live, &version.facts, instructed, began, saved));
        let notes = [self.notes.as_slice(), &instructed.notes].concat();
        let save = self.save(live, instructed, notes);
        let saved = store.save(&version.digest, &save, &|saved| end.of(saved))?;
        end.close(store, &saved);
        Ok(())
    }
}

pub(crate) fn job_options(options: &ServiceOptions) -> Options {
    Options {
        run: RunOptions { threads: options.threads.max(1), ..RunOptions::default() },
        check_memory: options.check_memory,
        limits: Limits {
            time: Some(options.job_time),
            rows: Some(options.limits.job_rows),
            ..Limits::default()
        },
        ..Options::default()
    }
}

/// Bytes of a batch, more or less.
const BATCH_BYTES: u64 = 8 << 20;

/// How many rows of a plan may be in memory together, as the first row of each table tells: a schema may ask for values of any
/// length.
///
/// # Errors
/// [`ServiceError::RowBytes`].
pub(crate) fn batch_rows(planned: &PlannedJob, limits: &RequestLimits) -> Result<u64, ServiceError> {
    let plan = planned.plan();
    let (mut longest, usual) = (1, RunOptions::default().batch_rows);
    for table in plan.tables().iter().filter(|t| t.rows > 0) {
        let first = plan.complete_batch(table.table, 0..1);
        let mut text = Vec::new();
        let mut encoder = JsonRows::new(plan.schema(), table.table, &first.columns, JsonNumbers::AsNumbers);
        // A column without a form in JSON has none of ours.
        let _ = encoder.push(&first, 0..1, &mut text);
        let bytes = text.len() as u64;
        let name = || plan.schema()[table.table].name.to_string();
        if bytes > limits.row_bytes {
            let limit = limits.row_bytes;
            return Err(ServiceError::RowBytes { table: name(), bytes, rows: 1, limit });
        }
        let all = bytes.saturating_mul(table.rows);
        if all > limits.table_bytes {
            let limit = limits.table_bytes;
            return Err(ServiceError::RowBytes { table: name(), bytes: all, rows: table.rows, limit });
        }
        longest = longest.max(bytes);
    }
    Ok((BATCH_BYTES / longest).clamp(1, usual))
}

/// Tells the totals of what the check found. The whole report is the dataset's.
pub(crate) fn tell_validation(
    store: &dyn Store,
    live: &LiveJob,
    name: &str,
    summary: &Value,
) -> Result<(), StoreError> {
    live.tell(store, name, &json!({"jobId": live.id, "report": {"summary": summary}}))
}

/// What the last event tells.
fn completion(
    live: &LiveJob,
    facts: &VersionFacts,
    instructed: &Instructed,
    began: Instant,
    saved: &Saved,
) -> Completion {
    let meta: Value = serde_json::from_str(facts.meta.get()).unwrap_or_default();
    let told = json!({
        "jobId": live.id,
        "datasetId": saved.dataset.id,
        "version": saved.dataset.version,
        "durationMs": u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "meta": {
            "seed": meta["seed"],
            "order": meta["order"],
            "validation": summary_of(&facts.report),
            "ai": instructed.ai.told(),
            "aiErrors": instructed.errors,
        },
        "rowCounts": saved.dataset.rows_by_table(),
    });
    Completion { told, result: None }
}
