//! Jobs that write a dataset into a file.

use crate::event::EventFamily;
use crate::export_format::DATABASE;
use crate::live_job::{LiveJob, MADE};
use crate::opened::Opened;
use crate::{EXPORT_FORMATS, ExportRequest, ServiceError, ServiceOptions};
use seedbed_datagen_core::{CancelToken, Part, Progress, RunError, RunObserver, RunOptions, Sink, run};
use seedbed_export::{
    BundleContents, Csv, ExportError, ExportFormat, JsonLines, Provenance, ScriptForm, SqlScript, TableFile,
    ZipBundle,
};
#[cfg(feature = "parquet")]
use seedbed_export::{Parquet, ParquetCompression};
use seedbed_schema_model::{TableGraph, TableId};
use seedbed_store::{Dataset, DatasetId, ExportDraft, ExportKey, JobEnd, JobStatus, Store, StoreError};
use serde_json::json;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A file to make.
#[derive(Debug)]
pub(crate) struct ExportTask {
    pub(crate) dataset: DatasetId,
    pub(crate) opened: Arc<Opened>,
    pub(crate) key: ExportKey,
}

/// What is asked for, with all names resolved: the same file whatever it was called.
///
/// # Errors
/// [`ServiceError::UnknownFormat`], [`ServiceError::UnknownTable`].
pub(crate) fn export_key(opened: &Opened, request: &ExportRequest) -> Result<ExportKey, ServiceError> {
    if !EXPORT_FORMATS.contains(&request.format.as_str()) {
        return Err(ServiceError::UnknownFormat(request.format.clone()));
    }
    let exact = |name: &String| Ok(opened.schema[opened.named(name)?].name.to_string());
    let tables = request.tables.as_ref();
    let tables = tables.map(|names| names.iter().map(exact).collect::<Result<BTreeSet<_>, ServiceError>>());
    Ok(ExportKey {
        version: opened.version.digest,
        format: request.format.clone(),
        tables: tables.transpose()?.map(|names| names.into_iter().collect()),
    })
}

/// `books-v3.zip`: what a person can tell a file by, without anything that a path or a header could take for its own. The
/// file is the version's, which other datasets may have as well; its ending is all that its name there tells.
pub(crate) fn file_name(dataset: &Dataset, kept: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let parts: String = dataset.name.chars().map(plain).collect();
    let words: Vec<&str> = parts.split('-').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(60).collect();
    let name = if name.is_empty() { "dataset" } else { &name };
    let ending = kept.rsplit('.').next().unwrap_or("bin");
    format!("{name}-v{}.{ending}", dataset.version)
}

/// How a file is made, what it is, and what its name ends in.
struct Making {
    media_type: &'static str,
    extension: &'static str,
}

impl ExportTask {
    /// Makes the file and keeps it. The job is done when this is.
    ///
    /// # Errors
    /// Whatever stands in the way; the job is not over then.
    pub(crate) fn write(
        self,
        store: &dyn Store,
        options: &ServiceOptions,
        live: &LiveJob,
    ) -> Result<(), ServiceError> {
        let family = EventFamily::Export;
        let started = json!({"jobId": live.id, "datasetId": self.dataset, "format": self.key.format});
        live.tell(store, family.start(), &started)?;
        let stop = live.stop_at(Instant::now() + options.job_time);
        let draft = store.begin_export()?;
        let made = self.make(store, options, live, &*draft, &stop);
        let making = made.map_err(|error| match live.cancel.is_canceled() {
            false if stop.is_canceled() => ServiceError::TooSlow(options.job_time),
            _ => error,
        })?;
        live.come_to(MADE + 5);
        stop.check().map_err(|_| StoreError::Canceled)?;
        let bytes = draft.keep(&self.key, making.media_type, &format!("dataset.{}", making.extension))?.bytes;
        let complete = json!({
            "jobId": live.id, "datasetId": self.dataset, "format": self.key.format, "bytes": bytes,
        });
        let end = JobEnd {
            status: JobStatus::Done,
            tables: live.record().tables,
            progress: 100,
            dataset_id: Some(self.dataset),
            error: None,
            result: None,
            events: vec![live.next_event(0, family.complete(), &complete)],
        };
        let record = store.end_job(&live.id, &end)?;
        if record.status != JobStatus::Done {
            return Err(StoreError::JobOver { job: live.id.clone(), status: record.status }.into());
        }
        // Who is told may delete the dataset at once: nothing of it is held any more.
        drop(self);
        live.close(record, &end.events);
        Ok(())
    }

    fn make(
        &self,
        store: &dyn Store,
        options: &ServiceOptions,
        live: &LiveJob,
        draft: &dyn ExportDraft,
        stop: &CancelToken,
    ) -> Result<Making, ServiceError> {
        if self.key.format == DATABASE {
            // It is made in one piece: how far it has come nobody knows.
            live.tell_passing("export:progress", &json!({"jobId": live.id, "progress": live.progress()}));
            store.export_database(&self.opened.version, &self.opened.schema, draft, stop)?;
            return Ok(Making { media_type: "application/vnd.sqlite3", extension: "db" });
        }
        let format: ExportFormat =
            self.key.format.parse().map_err(|_| ServiceError::UnknownFormat(self.key.format.clone()))?;
        let tables = self.tables();
        let (sink, making) = self.sink(format, &tables, draft.path())?;
        let rows = self.opened.rows.source(Some(&tables), stop.clone());
        let mut watch = Watch { live, stop: rows.stop(), told: None };
        let threads = RunOptions { threads: options.threads.max(1), ..RunOptions::default() };
        match run(&*rows, &threads, sink, &mut watch) {
            Ok(()) => Ok(making),
            Err(error) => Err(match (rows.failure(), error) {
                (Some(failure), _) => failure.into(),
                (None, RunError::Canceled) => StoreError::Canceled.into(),
                (None, error) => ServiceError::of_file("write a file", error),
            }),
        }
    }

    /// The tables that are written, in load order.
    fn tables(&self) -> Vec<TableId> {
        let wanted =
            |name: &str| self.key.tables.as_ref().is_none_or(|names| names.iter().any(|n| n == name));
        let kept = self.opened.version.facts.tables.iter().filter(|t| wanted(&t.name));
        kept.filter_map(|t| self.opened.table(&t.name)).collect()
    }

    fn sink(
        &self,
        format: ExportFormat,
        tables: &[TableId],
        path: &Path,
    ) -> Result<(Box<dyn Sink>, Making), ServiceError> {
        let contents = self.contents(tables);
        let one = match tables {
            [_] if self.key.tables.is_some() => true,
            _ => format.is_one_file(),
        };
        let making = Making {
            media_type: if one { format.media_type() } else { ExportFormat::ARCHIVE_MEDIA_TYPE },
            extension: if one { format.extension() } else { ExportFormat::ARCHIVE_EXTENSION },
        };
        let run = contents.run.clone();
        let sink: Result<Box<dyn Sink>, ExportError> = match (format, one) {
            (ExportFormat::Csv, true) => TableFile::create(path, run, Csv).map(boxed),
            (ExportFormat::Csv, false) => ZipBundle::create(path, contents).map(boxed),
            (ExportFormat::JsonLines, true) => TableFile::create(path, run, JsonLines::default()).map(boxed),
            (ExportFormat::JsonLines, false) => {
                ZipBundle::with_format(path, contents, JsonLines::default()).map(boxed)
            }
            #[cfg(feature = "parquet")]
            (ExportFormat::Parquet, true) => TableFile::create(path, run, parquet()).map(boxed),
            #[cfg(feature = "parquet")]
            (ExportFormat::Parquet, false) => ZipBundle::with_format(path, contents, parquet()).map(boxed),
            (ExportFormat::Sql, _) => SqlScript::create(path, contents, ScriptForm::Insert).map(boxed),
            (ExportFormat::Copy, _) => SqlScript::create(path, contents, ScriptForm::Copy).map(boxed),
            _ => return Err(ServiceError::UnknownFormat(format.name().to_owned())),
        };
        let sink = sink.map_err(|error| match error {
            error @ (ExportError::Io { .. } | ExportError::WrongKind { .. }) => {
                ServiceError::of_file("make a file", error)
            }
            error => ServiceError::NotPossible { what: error.to_string(), hint: error.hint() },
        })?;
        Ok((sink, making))
    }

    /// What a bundle has to tell besides the rows: from what was noted when they were made.
    fn contents(&self, tables: &[TableId]) -> BundleContents {
        let facts = &self.opened.version.facts;
        let schema = &self.opened.schema;
        let of = |name: &str| self.opened.table(name).filter(|id| tables.contains(id));
        let columns = facts.tables.iter().filter(|t| !t.columns.is_empty());
        let run = Provenance {
            seed: facts.recipe.spec.seed.unwrap_or(0),
            dialect: facts.recipe.dialect,
            spec: facts.recipe.spec.clone(),
            part: Part::WHOLE,
            existing: facts.existing.clone(),
            columns: columns.filter_map(|t| of(&t.name).map(|id| (id, self.opened.columns(id)))).collect(),
            rows: facts.tables.iter().filter_map(|t| Some((of(&t.name)?, t.rows))).collect(),
        };
        BundleContents {
            run,
            order: TableGraph::new(schema).load_order(),
            schema_sql: facts.recipe.sources.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("\n"),
            settings: facts.settings.clone(),
            uncertain: facts.tables.iter().filter(|t| t.uncertain).filter_map(|t| of(&t.name)).collect(),
        }
    }
}

fn boxed<S: Sink + 'static>(sink: S) -> Box<dyn Sink> {
    Box::new(sink)
}

#[cfg(feature = "parquet")]
fn parquet() -> Parquet {
    Parquet { compression: ParquetCompression::default() }
}

/// Time between two looks at how far it has come.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// Tells how far a file has come.
struct Watch<'a> {
    live: &'a LiveJob,
    stop: CancelToken,
    told: Option<Instant>,
}

impl RunObserver for Watch<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        let share = progress.run_delivered.saturating_mul(MADE.into()).checked_div(progress.run_total);
        self.live.come_to(share.unwrap_or(0).min(MADE.into()) as u8);
        if self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            self.told = Some(Instant::now());
            let told = json!({"jobId": self.live.id, "progress": self.live.progress()});
            self.live.tell_passing("export:progress", &told);
        }
        ControlFlow::Continue(())
    }

    fn cancel_token(&self) -> CancelToken {
        self.stop.clone()
    }
}
