//! Jobs that make a dataset's rows.

use crate::event::DatasetSaved;
use crate::live_job::{CHECKED, LiveJob, STORED, waiting_table};
use crate::opened::Opened;
use crate::saving::{facts_of, recipe_of, tables_of};
use crate::watched_sink::{Preview, WatchedSink};
use crate::{RequestLimits, ServiceError, ServiceOptions};
use seedbed_datagen_core::{CancelToken, RunOptions, Sink, Spec};
use seedbed_job::{Job, Limits, Options, Overrides, PlannedJob, Silent, SpecSource, Target};
use seedbed_schema_model::SourceMap;
use seedbed_schema_model::{Dialect, TableId};
use seedbed_store::{
    JobEnd, JobRecord, JobStatus, PageRequest, Save, SaveAs, Saved, Store, StoreError, TableStatus,
    Timestamp, Version, VersionFacts,
};
use seedbed_text_encode::{JsonNumbers, JsonRows};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

/// What rows to make, and what becomes of them.
#[derive(Clone, Debug)]
pub(crate) struct Generation {
    pub(crate) sources: SourceMap,
    pub(crate) dialect: Dialect,
    pub(crate) spec: Spec,
    pub(crate) overrides: Overrides,
    pub(crate) chunk_rows: usize,
    pub(crate) save: SaveAs,
    /// What was asked for otherwise than it was done.
    pub(crate) notes: Vec<String>,
}

impl Generation {
    /// The job on the one road, to be planned.
    pub(crate) fn job(&self, options: &ServiceOptions, cancel: &CancelToken) -> Job {
        Job::new(self.sources.clone())
            .dialect(self.dialect)
            .spec(SpecSource::Value(self.spec.clone()))
            .overrides(self.overrides.clone())
            .options(job_options(options))
            .cancel(cancel.clone())
    }

    /// Makes the rows, checks them and saves them. The job is done when this is.
    ///
    /// # Errors
    /// Whatever stands in the way; the job is not over then.
    pub(crate) fn run(
        &self,
        store: &dyn Store,
        options: &ServiceOptions,
        live: &LiveJob,
    ) -> Result<(), ServiceError> {
        let began = Instant::now();
        let planned = self.job(options, &live.cancel).plan(&mut Silent)?;
        let recipe = recipe_of(&planned, self.overrides.only.clone());
        let digest = recipe.digest();
        let tables = tables_of(&planned);
        live.set_tables(tables.iter().map(|t| waiting_table(t.name.clone(), t.rows)).collect());
        let names: Vec<&str> = tables.iter().map(|t| t.name.as_str()).collect();
        live.tell(store, "generation:start", &json!({"jobId": live.id, "tables": names}))?;
        // Kept rows may be deleted by somebody until they are saved once more: then they are made.
        let mut is_told = false;
        if let Some(version) = store.version(&digest)? {
            match self.reuse(store, live, &version, began, &mut is_told) {
                Err(ServiceError::Store(StoreError::UnknownVersion(_))) => {}
                ended => return ended,
            }
        }
        let mut carried_out = job_options(options);
        carried_out.run.batch_rows = batch_rows(&planned, &options.limits)?;
        carried_out.limits.time = Some(options.job_time.saturating_sub(began.elapsed()));
        let planned = planned.options(carried_out);
        let mut draft = store.begin_version(planned.plan().schema(), &digest, &live.cancel)?;
        let ids: Vec<TableId> = planned.plan().tables().iter().map(|t| t.table).collect();
        let sink: Box<dyn Sink + '_> = match is_told {
            true => draft.sink(),
            false => Box::new(WatchedSink::new(draft.sink(), live, store, self.chunk_rows, ids)),
        };
        let ran = planned.run(Target::Sink(sink), &mut Silent);
        let outcome = ran.map_err(|error| match draft.reason(&error) {
            Some(reason) => ServiceError::from(reason),
            None => error.into(),
        })?;
        live.come_to(CHECKED);
        let facts = facts_of(recipe, &planned, &outcome, began.elapsed(), &self.notes)?;
        if !is_told {
            tell_validation(store, live, &facts)?;
        }
        let end = SavedEnd::new(live, &facts, began);
        let saved = draft.keep(&facts, &self.save(live), &|saved| end.of(saved))?;
        end.close(store, live, &saved);
        Ok(())
    }

    fn save(&self, live: &LiveJob) -> Save {
        Save { to: self.save.clone(), end_of: Some(live.id.clone()) }
    }

    /// The rows are there already: the same recipe made them. What is told is the same; `is_told` when all of it is, but for
    /// the end.
    fn reuse(
        &self,
        store: &dyn Store,
        live: &LiveJob,
        version: &Arc<Version>,
        began: Instant,
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
        tell_validation(store, live, &version.facts)?;
        *is_told = true;
        let end = SavedEnd::new(live, &version.facts, began);
        let saved = store.save(&version.digest, &self.save(live), &|saved| end.of(saved))?;
        end.close(store, live, &saved);
        Ok(())
    }
}

fn job_options(options: &ServiceOptions) -> Options {
    Options {
        run: RunOptions { threads: options.threads.max(1), ..RunOptions::default() },
        check_memory: options.check_memory,
        limits: Limits { time: Some(options.job_time), rows: Some(options.limits.job_rows) },
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
fn batch_rows(planned: &PlannedJob, limits: &RequestLimits) -> Result<u64, ServiceError> {
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
fn tell_validation(store: &dyn Store, live: &LiveJob, facts: &VersionFacts) -> Result<(), StoreError> {
    let report = json!({"summary": summary_of(facts)});
    live.tell(store, "generation:validation", &json!({"jobId": live.id, "report": report}))
}

/// The totals of a report.
pub(crate) fn summary_of(facts: &VersionFacts) -> Value {
    #[derive(serde::Deserialize)]
    struct Totals {
        summary: Value,
    }
    serde_json::from_str::<Option<Totals>>(facts.report.get())
        .ok()
        .flatten()
        .map_or(Value::Null, |t| t.summary)
}

/// The end of a job whose dataset is saved: made inside the stroke that saves it, and told behind it.
struct SavedEnd<'a> {
    live: &'a LiveJob,
    facts: &'a VersionFacts,
    began: Instant,
    end: RefCell<Option<JobEnd>>,
}

impl<'a> SavedEnd<'a> {
    fn new(live: &'a LiveJob, facts: &'a VersionFacts, began: Instant) -> Self {
        Self { live, facts, began, end: RefCell::new(None) }
    }

    fn of(&self, saved: &Saved) -> JobEnd {
        let dataset = &saved.dataset;
        let told = DatasetSaved { job_id: &self.live.id, dataset_id: dataset.id, version: dataset.version };
        let meta: Value = serde_json::from_str(self.facts.meta.get()).unwrap_or_default();
        let complete = json!({
            "jobId": self.live.id,
            "datasetId": dataset.id,
            "version": dataset.version,
            "durationMs": u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "meta": {
                "seed": meta["seed"],
                "order": meta["order"],
                "validation": summary_of(self.facts),
            },
            "rowCounts": dataset.rows_by_table(),
        });
        let end = JobEnd {
            status: JobStatus::Done,
            tables: self.live.record().tables,
            progress: 100,
            dataset_id: Some(dataset.id),
            error: None,
            events: vec![
                self.live.next_event(0, "dataset:saved", &told),
                self.live.next_event(1, "generation:complete", &complete),
            ],
        };
        *self.end.borrow_mut() = Some(end.clone());
        end
    }

    /// Tells it, when the store has it.
    fn close(self, store: &dyn Store, live: &LiveJob, saved: &Saved) {
        let kept = store.job(&live.id).ok().flatten();
        let record = kept.unwrap_or_else(|| JobRecord {
            status: JobStatus::Done,
            progress: 100,
            dataset_id: Some(saved.dataset.id),
            finished_at: Some(Timestamp::now()),
            ..live.record()
        });
        let events = self.end.into_inner().map(|end| end.events).unwrap_or_default();
        live.close(record, &events);
    }
}
