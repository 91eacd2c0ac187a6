//! Jobs that change a dataset's rows.

use crate::asked_rows::{check_asked_rows, check_growth};
use crate::config::clamped_sampling;
use crate::edit_limits::{check_edits, check_recipe};
use crate::event::EventFamily;
use crate::generation::{ATTEMPTS, job_options, tell_validation};
use crate::generation_wishes::is_of_wishes;
use crate::inner::Inner;
use crate::instructed_rows::edit_options;
use crate::instructions::{About, Advising, Instructed, Words, about_table, check_length, read};
use crate::live_job::{CHECKED, LiveJob, STORED, waiting_table};
use crate::modified::{Base, Modified, completion};
use crate::modify_watch::ModifyWatch;
use crate::opened::Opened;
use crate::question::row_counts;
use crate::queue::Task;
use crate::record::StoreRecord;
use crate::samples::samples;
use crate::saved_end::{Completion, SavedEnd};
use crate::saving::{change_by, edits_as_json};
use crate::{ModifyAnswer, ModifyRequest, ServiceError};
use seedbed_datagen_core::{CancelToken, RowSource as _, RunOptions, sink_fn};
use seedbed_edited_rows::{EditError, EditedRows};
use seedbed_job::{Job, Overrides, PlannedJob, Silent, SpecSource};
use seedbed_schema_model::TableId;
use seedbed_store::{
    Change, ChangeKind, Dataset, DatasetId, JobEnd, JobStatus, Recipe, Save, SaveAs, Store, StoreError,
};
use serde_json::json;
use std::time::Instant;

/// A change of a dataset.
#[derive(Clone, Debug)]
pub(crate) struct Modification {
    dataset: DatasetId,
    words: Option<String>,
    /// What they are, or what was given in their place.
    commands: Option<Instructed>,
    advising: Option<Advising>,
    table: Option<String>,
    dry_run: bool,
    /// The version that it is for; whichever there is when nobody says.
    version: Option<u64>,
    notes: Vec<String>,
}

impl Task for Modification {
    fn run(self: Box<Self>, inner: &Inner, live: &LiveJob) -> Result<(), ServiceError> {
        let began = Instant::now();
        let (dataset, opened) = inner.opened(self.dataset)?;
        check_version(&dataset, self.version)?;
        let started = json!({
            "jobId": live.id, "datasetId": self.dataset, "version": dataset.version, "dryRun": self.dry_run,
        });
        live.tell(&*inner.store, "modify:start", &started)?;
        let stop = live.stop_at(began + inner.options.job_time);
        let instructed = self.instructed(inner, &opened, &stop);
        live.check_stop(&stop, inner.options.job_time)?;
        let instructed = instructed?;
        // The change is made of what there is by now: an advisor takes its time.
        drop((dataset, opened));
        let mut attempts = 1..=ATTEMPTS;
        loop {
            let last = attempts.next().is_none_or(|attempt| attempt == ATTEMPTS);
            match self.change(inner, live, began, &instructed, &stop) {
                // The change is made of the rows that there are by now: that of the other is kept.
                Err(ServiceError::Store(StoreError::VersionConflict { .. }))
                    if self.version.is_none() && !last => {}
                Err(error) => {
                    live.check_stop(&stop, inner.options.job_time)?;
                    if is_of_wishes(&error) {
                        StoreRecord(&*inner.store).forget_all(&instructed.ai.exchanges);
                    }
                    return Err(error.after(&instructed.ai.exchanges, &instructed.errors));
                }
                Ok(()) => return Ok(()),
            }
        }
    }
}

impl Modification {
    /// A request as a job, with all that can be refused without a plan refused; and what will be done otherwise than asked.
    ///
    /// # Errors
    /// See [`Service::modify`](crate::Service::modify).
    pub(crate) fn of(
        inner: &Inner,
        id: DatasetId,
        request: &ModifyRequest,
    ) -> Result<(Self, Vec<String>), ServiceError> {
        let limits = &inner.options.limits;
        let (dataset, opened) = inner.opened(id)?;
        check_version(&dataset, request.expected_version)?;
        request.table.as_deref().map(|name| opened.named(name)).transpose()?;
        let mut notes = Vec::new();
        let sampling = clamped_sampling(request.sampling, &mut notes)?;
        let advising = inner.advisor.clone().map(|advisor| Advising { advisor, sampling });
        let table = request.table.as_deref();
        let words = request.prompt.as_deref().filter(|words| !words.trim().is_empty());
        let commands = match (words, &request.edits) {
            (Some(words), None) => {
                check_length("the prompt", words, limits)?;
                match read(words, &opened.schema, advising.is_some())? {
                    Words::Commands(edits) => Some(Instructed::commands(about_table(edits, table))),
                    Words::Sentence => None,
                }
            }
            (None, Some(edits)) if !edits.is_empty() => {
                let edits = about_table(edits.clone(), table);
                Some(Instructed::by_hand(edits, "the edits were given"))
            }
            (Some(_), Some(_)) => {
                return Err(ServiceError::Invalid("a prompt or edits, and not both".to_owned()));
            }
            _ => return Err(ServiceError::Invalid("a prompt or edits are needed".to_owned())),
        };
        if let Some(commands) = &commands {
            if commands.edits.is_empty() {
                return Err(ServiceError::Invalid("there is no edit in the prompt".to_owned()));
            }
            check_edits(&commands.edits, limits)?;
            check_recipe(&edited_recipe(&opened, commands)?.edits, limits)?;
        }
        let modification = Self {
            dataset: id,
            words: words.map(str::to_owned),
            commands,
            advising,
            table: request.table.clone(),
            dry_run: request.dry_run,
            version: request.expected_version,
            notes: notes.clone(),
        };
        Ok((modification, notes))
    }

    /// What is wished, as edits.
    fn instructed(
        &self,
        inner: &Inner,
        opened: &Opened,
        stop: &CancelToken,
    ) -> Result<Instructed, ServiceError> {
        let mut instructed = match (&self.commands, &self.words, &self.advising) {
            (Some(commands), ..) => commands.clone(),
            (None, Some(words), Some(advising)) => {
                let rows = row_counts(opened);
                let table = self.table.as_deref().map(|name| opened.named(name)).transpose()?;
                let seen = if inner.options.show_values { samples(opened) } else { Vec::new() };
                let about =
                    About { schema: &opened.schema, rows: &rows, table, samples: &seen, cancel: stop };
                let mut advised = advising.changes(&*inner.store, words, &about)?;
                advised.edits = about_table(advised.edits, self.table.as_deref());
                advised
            }
            _ => Instructed::by_hand(Vec::new(), "nothing was said"),
        };
        check_edits(&instructed.edits, &inner.options.limits)?;
        instructed.notes.splice(0..0, self.notes.iter().cloned());
        Ok(instructed)
    }

    fn change(
        &self,
        inner: &Inner,
        live: &LiveJob,
        began: Instant,
        instructed: &Instructed,
        stop: &CancelToken,
    ) -> Result<(), ServiceError> {
        let (store, options) = (&*inner.store, &inner.options);
        let (dataset, opened) = inner.opened(self.dataset)?;
        check_version(&dataset, self.version)?;
        let base = Base { dataset: dataset.id, version: dataset.version, opened: &opened };
        let before = row_counts(&opened);
        check_asked_rows(&instructed.edits, &opened.schema, &before, &options.limits)?;
        let recipe = edited_recipe(&opened, instructed)?;
        check_recipe(&recipe.edits, &options.limits)?;
        let planned = plan_of(inner, &opened, stop)?;
        let rows = opened.rows.source(None, stop.clone());
        let failed = |error: EditError| rows.failure().map_or_else(|| error.into(), ServiceError::from);
        let wanted = edit_options(options, batch_rows(&opened), &rows.stop());
        let edited = EditedRows::new(&planned, &*rows, &instructed.edits, &wanted).map_err(failed)?;
        if let Some(reason) = rows.failure() {
            return Err(reason.into());
        }
        let (counts, touched) = (edited.row_counts(), edited.touched());
        check_growth(&opened.schema, &before, &counts, &options.limits)?;
        let written = counts.iter().filter(|(id, _)| touched.contains(id));
        let entry = |(id, rows): &(TableId, u64)| waiting_table(opened.schema[*id].name.to_string(), *rows);
        live.set_tables(written.map(entry).collect());
        let mut watch = ModifyWatch::new(live, &opened.schema, rows.stop());
        if self.dry_run {
            let sink = Box::new(sink_fn(|_| Ok(())));
            let applied = edited.write(sink, Some(&touched), &mut watch).map_err(failed)?;
            let modified = Modified::new(&base, instructed, applied, &counts, &touched)?;
            tell(store, live, &modified)?;
            return finish(inner, live, ModifyAnswer { dry_run: true, ..modified.answer });
        }
        let mut draft = store.begin_version(&opened.schema, &recipe.digest(), &rows.stop())?;
        let others = counts.iter().map(|(id, _)| *id).filter(|id| !touched.contains(id));
        let updated = draft.carry(&dataset.digest, &others.collect::<Vec<_>>(), &edited.updatable())?;
        let written = touched.difference(&updated).copied().collect();
        let applied = edited.write_over(draft.update_sink(), &updated, &written, &mut watch);
        // Rows that can't be read stop their sink as well: they are the reason, and come first.
        let applied = applied.map_err(|error| match (rows.failure(), draft.reason(&error)) {
            (Some(reason), _) => ServiceError::from(reason),
            (None, Some(reason)) if error.is_outside() => reason.into(),
            (None, _) => error.into(),
        })?;
        live.come_to(STORED);
        let mut modified = Modified::new(&base, instructed, applied, &counts, &touched)?;
        tell(store, live, &modified)?;
        if modified.answer.modified_tables.is_empty() {
            modified.answer.notes.push(format!("nothing has changed: version {} stays", dataset.version));
            return finish(inner, live, modified.answer);
        }
        live.come_to(CHECKED);
        let facts = modified.facts(&base, recipe, began.elapsed())?;
        let end = SavedEnd::new(live, |saved| {
            let version = saved.dataset.version;
            completion(live, &ModifyAnswer { version, ..modified.answer.clone() })
        });
        let saved =
            draft.keep(&facts, &self.save(live, &dataset, &modified.answer), &|saved| end.of(saved))?;
        end.close(store, &saved);
        Ok(())
    }

    fn save(&self, live: &LiveJob, dataset: &Dataset, answer: &ModifyAnswer) -> Save {
        let change = Change {
            words: self.words.clone(),
            edits: answer.edits.clone(),
            diff: serde_json::to_value(&answer.diff).ok(),
            notes: answer.notes.clone(),
            ..change_by(ChangeKind::Modify, &answer.ai, &answer.ai_errors)
        };
        let to = SaveAs::After { dataset: dataset.id, version: dataset.version };
        Save { to, change, end_of: Some(live.id.clone()) }
    }
}

/// Whether a dataset is in the version that somebody expects.
///
/// # Errors
/// [`StoreError::VersionConflict`].
fn check_version(dataset: &Dataset, expected: Option<u64>) -> Result<(), ServiceError> {
    match expected.filter(|expected| *expected != dataset.version) {
        Some(expected) => {
            let (dataset, found) = (dataset.id, dataset.version);
            Err(StoreError::VersionConflict { dataset, expected, found }.into())
        }
        None => Ok(()),
    }
}

/// The plan of a version's spec and sources, which knows what new values may be.
fn plan_of(inner: &Inner, opened: &Opened, stop: &CancelToken) -> Result<PlannedJob, ServiceError> {
    let recipe = &opened.version.facts.recipe;
    let job = Job::new(recipe.source_map())
        .dialect(recipe.dialect)
        .spec(SpecSource::Value(recipe.spec.clone()))
        .overrides(Overrides { only: recipe.only.clone(), ..Overrides::default() })
        .options(job_options(&inner.options))
        .cancel(stop.clone());
    Ok(job.plan(&mut Silent)?)
}

/// Bytes of a batch, more or less.
const BATCH_BYTES: u64 = 8 << 20;

/// How many rows of a version may be in memory together, as its file tells.
fn batch_rows(opened: &Opened) -> u64 {
    let rows: u64 = opened.version.facts.tables.iter().map(|table| table.rows).sum();
    let bytes = (opened.version.bytes / rows.max(1)).max(1);
    (BATCH_BYTES / bytes).clamp(1, RunOptions::default().batch_rows)
}

/// The recipe of a version with more edits.
fn edited_recipe(opened: &Opened, instructed: &Instructed) -> Result<Recipe, ServiceError> {
    let mut recipe = opened.version.facts.recipe.clone();
    recipe.edits.extend(edits_as_json(&instructed.edits)?);
    Ok(recipe)
}

fn tell(store: &dyn Store, live: &LiveJob, modified: &Modified) -> Result<(), StoreError> {
    let answer = &modified.answer;
    let told = json!({"jobId": live.id, "edits": answer.edits, "diff": answer.diff});
    live.tell(store, "modify:diff", &told)?;
    tell_validation(store, live, "modify:validation", &answer.validation)
}

/// Ends a job that has nothing to store.
fn finish(inner: &Inner, live: &LiveJob, answer: ModifyAnswer) -> Result<(), ServiceError> {
    let Completion { told, result } = completion(live, &answer);
    let end = JobEnd {
        status: JobStatus::Done,
        tables: live.record().tables,
        progress: 100,
        dataset_id: Some(answer.dataset_id),
        error: None,
        result,
        events: vec![live.next_event(0, EventFamily::Modification.complete(), &told)],
    };
    let record = inner.store.end_job(&live.id, &end)?;
    if record.status != JobStatus::Done {
        return Err(StoreError::JobOver { job: live.id.clone(), status: record.status }.into());
    }
    live.close(record, &end.events);
    Ok(())
}
