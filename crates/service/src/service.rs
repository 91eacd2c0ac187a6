//! The service: what may be asked, and the threads that do it.

use crate::config::{Wishes, check_rows};
use crate::export_file::{ExportTask, export_key, file_name};
use crate::generation::Generation;
use crate::live_job::{LiveJob, end_of, snapshot};
use crate::metrics::Counters;
use crate::opened::{OpenVersions, Opened};
use crate::page::PageCache;
use crate::queue::{Queue, Task};
use crate::{
    DatasetAnswer, Delivery, ExportRequest, GenerateRequest, IdempotencyKey, Metrics, PageAnswer, PageQuery,
    PlanAnswer, QueryRequest, RegenerateRequest, SchemaSource, ServiceError, ServiceOptions, Subscription,
    Upload, UploadAnswer,
};
use seedbed_datagen_core::CancelToken;
use seedbed_job::{Job, ReadSchema, Silent};
use seedbed_schema_model::{Schema, SourceMap};
use seedbed_store::{
    Claim, Claimed, Dataset, DatasetFilter, DatasetId, Digest, ExportFile, Health, JobEnd, JobFailure,
    JobFilter, JobId, JobKind, JobRecord, JobStatus, Listed, Query, QueryAnswer, SaveAs, SchemaId,
    SourceText, Store, StoreError, Timestamp, UploadedSchema,
};
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Makes datasets, keeps them and hands them out. Clones are one service; when the last one is gone its jobs are
/// canceled and its threads end.
///
/// Every method may be called from any thread. All but [`Subscription::next`] block, most of them for as long as it takes
/// to look into the catalog.
#[derive(Clone, Debug)]
pub struct Service {
    inner: Arc<Inner>,
    /// Ends the threads, which hold `inner` as well.
    _threads: Arc<Threads>,
}

/// What the threads share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: ServiceOptions,
    pub(crate) queue: Queue,
    pub(crate) versions: OpenVersions,
    pages: PageCache,
    pub(crate) metrics: Arc<Counters>,
}

/// The threads that run jobs, which end with this.
#[derive(Debug)]
struct Threads {
    inner: Arc<Inner>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}

/// Time between two collections of garbage.
const UPKEEP_EVERY: Duration = Duration::from_secs(600);

/// How long who cancels a job waits to be told how it ended.
const CANCEL_ANSWER: Duration = Duration::from_secs(1);

/// How long a canceled job may take to notice.
const CANCEL_TIME: Duration = Duration::from_secs(10);

impl Threads {
    /// Takes no more jobs, gives those that run so much time, and cancels what is left.
    fn stop(&self, grace: Duration) {
        let until = Instant::now() + grace;
        for job in self.inner.queue.stop() {
            self.inner.end(&job, &job.failed(stopped_by_service()));
        }
        for job in self.inner.queue.running() {
            job.wait(until.saturating_duration_since(Instant::now()));
        }
        let late = self.inner.queue.running();
        late.iter().for_each(|job| job.cancel.cancel());
        let until = Instant::now() + CANCEL_TIME;
        late.iter().for_each(|job| drop(job.wait(until.saturating_duration_since(Instant::now()))));
        // A job that does not notice is left behind: it ends with the process, and is told as interrupted by the next.
        if late.iter().all(|job| job.status().is_over()) {
            let threads = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
            threads.into_iter().for_each(|thread| drop(thread.join()));
        }
    }
}

/// A dataset as a file, or the job that makes it.
#[derive(Debug)]
pub enum Export {
    /// The file.
    AtHand(ExportFile),
    /// The job.
    InTheMaking(JobId),
}

/// What was asked for is in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The job that does it.
    pub job_id: JobId,
    /// What will be done otherwise than it was asked for, as sentences.
    pub notes: Vec<String>,
    /// Whether the job is new, and not that of the same request before.
    pub is_new: bool,
}

impl Service {
    /// A service on a store. Jobs that were queued or running in a process that is gone end as `error` with the code
    /// `interrupted`, and what they have left is removed.
    ///
    /// # Errors
    /// The store's, and that of a machine without another thread.
    pub fn open(store: Arc<dyn Store>, options: ServiceOptions) -> Result<Self, ServiceError> {
        store.end_abandoned_jobs(&|job, last_event| end_of(job, last_event, interrupted()))?;
        // What a process that is gone has left in the making would stay for ever.
        match store.collect_garbage() {
            Ok(gone) => tracing::debug!(?gone, "removed what nobody refers to"),
            Err(error) => tracing::warn!(%error, "what nobody refers to could not be removed"),
        }
        let count = options.max_jobs.max(1);
        let inner = Arc::new(Inner {
            store,
            queue: Queue::new(options.queue),
            versions: OpenVersions::default(),
            pages: PageCache::new(options.page_memory),
            metrics: Arc::default(),
            options,
        });
        let start = |name: String, work: fn(&Inner)| {
            let inner = Arc::clone(&inner);
            let started = std::thread::Builder::new().name(name).spawn(move || work(&inner));
            let doing = || "start a thread".to_owned();
            started.map_err(|e| ServiceError::Outside { doing: doing(), source: e.into() })
        };
        let mut running = vec![start("upkeep".to_owned(), Inner::keep_up)?];
        for number in 0..count {
            running.push(start(format!("job-{number}"), Inner::work)?);
        }
        let threads = Threads { inner: Arc::clone(&inner), running: running.into() };
        Ok(Self { inner, _threads: Arc::new(threads) })
    }

    /// How it works, and what it refuses.
    pub fn options(&self) -> &ServiceOptions {
        &self.inner.options
    }

    /// How the store is.
    pub fn health(&self) -> Health {
        self.inner.store.health()
    }

    /// Numbers for those who watch it.
    pub fn metrics(&self) -> Metrics {
        self.inner.metrics.read(self.inner.queue.waiting_count(), self.inner.queue.running().len())
    }

    /// Reads a schema, and keeps it for a while if there is a table in it.
    ///
    /// # Errors
    /// [`ServiceError::TooLong`], [`ServiceError::TooManyTables`]; [`seedbed_job::JobError::NoTable`] with all that could not be read.
    pub fn upload(&self, upload: &Upload) -> Result<UploadAnswer, ServiceError> {
        self.inner.check_ddl(&upload.text)?;
        let read = self.inner.read(&upload.name, &upload.text, upload.dialect)?;
        let digest = Digest::of(format!("{:?}\0{}", read.schema.dialect, upload.text).as_bytes()).to_string();
        let schema = UploadedSchema {
            id: SchemaId(digest.chars().take(32).collect()),
            source: SourceText { name: upload.name.clone(), text: upload.text.clone() },
            dialect: read.schema.dialect,
            at: Timestamp::now(),
        };
        self.inner.store.put_schema(&schema)?;
        Ok(UploadAnswer::new(schema.id, &read))
    }

    /// What [`generate`](Self::generate) would do, and why.
    ///
    /// # Errors
    /// Every reason why it can't be done.
    pub fn plan(&self, request: &GenerateRequest) -> Result<PlanAnswer, ServiceError> {
        let generation = self.inner.generation(request)?;
        let options = ServiceOptions { job_time: self.inner.options.plan_time, ..self.inner.options.clone() };
        let planned = generation.job(&options, &CancelToken::new()).plan(&mut Silent)?;
        Ok(PlanAnswer::new(&planned, generation.notes))
    }

    /// Has a dataset made.
    ///
    /// # Errors
    /// What [`ServiceError`] says of requests; [`ServiceError::QueueFull`], [`ServiceError::KeyTaken`],
    /// [`ServiceError::Stopping`]. What a plan finds is told by the job.
    pub fn generate(
        &self,
        request: &GenerateRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Accepted, ServiceError> {
        let claim = key.map(|key| self.inner.claim("generate", key, request));
        // Before anything that may have changed meanwhile: the same request has the same answer.
        if let Some(before) = self.inner.before(claim.as_ref())? {
            return Ok(before);
        }
        let generation = self.inner.generation(request)?;
        let notes = generation.notes.clone();
        self.inner.enqueue(JobKind::Generate, None, Task::Generate(Box::new(generation)), claim, notes)
    }

    /// Has a dataset's rows made again, with the same seed or another.
    ///
    /// # Errors
    /// Those of [`generate`](Self::generate); [`StoreError::UnknownDataset`].
    pub fn regenerate(
        &self,
        id: DatasetId,
        request: &RegenerateRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Accepted, ServiceError> {
        let claim = key.map(|key| self.inner.claim("regenerate", key, &(id, request)));
        if let Some(before) = self.inner.before(claim.as_ref())? {
            return Ok(before);
        }
        let (_, opened) = self.inner.opened(id)?;
        let recipe = &opened.version.facts.recipe;
        let options = &self.inner.options;
        let mut wishes = Wishes::of(&request.config, options.chunk_rows, &options.limits)?;
        wishes.overrides.seed = request.seed.or(wishes.overrides.seed);
        wishes.overrides.only = recipe.only.clone();
        let sources = recipe.source_map();
        let schema = &opened.schema;
        self.inner.check_tables(schema)?;
        check_rows(schema, &wishes.overrides.applied(recipe.spec.clone(), schema), &options.limits)?;
        let engine = env!("CARGO_PKG_VERSION");
        if recipe.engine_version != engine {
            wishes.notes.push(format!(
                "version {} of Seedbed made these rows, and {engine} makes them now: values may differ",
                recipe.engine_version
            ));
        }
        let save = match &request.save_name {
            Some(name) => SaveAs::New {
                name: name_of(name)?,
                description: description_of(request.description.as_deref())?,
                parent: Some(id),
            },
            None => SaveAs::NextOf(id),
        };
        let generation = Generation {
            sources,
            dialect: recipe.dialect,
            spec: recipe.spec.clone(),
            overrides: wishes.overrides,
            chunk_rows: wishes.chunk_rows,
            save,
            notes: wishes.notes,
        };
        let notes = generation.notes.clone();
        self.inner.enqueue(JobKind::Regenerate, Some(id), Task::Generate(Box::new(generation)), claim, notes)
    }

    /// A dataset as a file. It is made by a job when nobody has asked for it before, once for all who ask at the same
    /// time, and this waits for it.
    ///
    /// # Errors
    /// [`ServiceError::UnknownFormat`], [`ServiceError::UnknownTable`], [`StoreError::UnknownDataset`];
    /// [`ServiceError::QueueFull`]; [`ServiceError::Failed`] with the reason of the job.
    pub fn export(&self, id: DatasetId, request: &ExportRequest) -> Result<ExportFile, ServiceError> {
        // A file may be removed between its making and its opening, but hardly twice.
        for _ in 0..3 {
            let job = match self.export_at_hand(id, request)? {
                Export::AtHand(file) => return Ok(file),
                Export::InTheMaking(job) => job,
            };
            let record = self.wait(&job, Duration::MAX)?;
            if let Some(failure) = record.error {
                return Err(ServiceError::Failed(Box::new(failure)));
            }
        }
        Err(StoreError::UnknownDataset(id).into())
    }

    /// A dataset as a file if it is there, or the job that makes it: one for all who ask for it at the same time. Whoever
    /// can't wait on a thread listens to the job and asks again.
    ///
    /// # Errors
    /// Those of [`export`](Self::export) but the job's.
    pub fn export_at_hand(&self, id: DatasetId, request: &ExportRequest) -> Result<Export, ServiceError> {
        let (dataset, opened) = self.inner.opened(id)?;
        let key = export_key(&opened, request)?;
        Ok(match self.inner.store.export(&key)? {
            Some(file) => {
                Export::AtHand(ExportFile { file_name: file_name(&dataset, &file.file_name), ..file })
            }
            None => Export::InTheMaking(self.inner.export_job(&dataset, &opened, key)?.id.clone()),
        })
    }

    /// A job.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`].
    pub fn job(&self, id: &JobId) -> Result<JobRecord, ServiceError> {
        match self.inner.queue.live(id) {
            Some(live) => Ok(live.record()),
            None => Ok(self.inner.store.job(id)?.ok_or_else(|| StoreError::UnknownJob(id.clone()))?),
        }
    }

    /// Jobs, the newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn jobs(&self, filter: &JobFilter) -> Result<Listed<JobRecord>, ServiceError> {
        let mut listed = self.inner.store.jobs(filter)?;
        for record in &mut listed.entries {
            // The store knows that a job runs; how far it has come is known here.
            if let Some(live) = self.inner.queue.live(&record.id) {
                *record = live.record();
            }
        }
        // One may have gone on since the store was asked.
        listed.entries.retain(|record| filter.status.is_none_or(|status| record.status == status));
        Ok(listed)
    }

    /// Waits until a job is over, or so long. The record tells which.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`].
    pub fn wait(&self, id: &JobId, time: Duration) -> Result<JobRecord, ServiceError> {
        match self.inner.queue.live(id) {
            Some(live) => Ok(live.wait(time)),
            None => self.job(id),
        }
    }

    /// Stops a job: within a second it ends as `canceled` and leaves nothing behind. One that is over stays as it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`]; [`ServiceError::Elsewhere`] for one that another process runs.
    pub fn cancel(&self, id: &JobId) -> Result<JobRecord, ServiceError> {
        let Some(live) = self.inner.queue.live(id) else {
            let record = self.job(id)?;
            return match record.status.is_over() {
                true => Ok(record),
                false => Err(ServiceError::Elsewhere(id.clone())),
            };
        };
        live.cancel.cancel();
        if self.inner.queue.remove_waiting(id).is_some() {
            self.inner.end(&live, &live.failed(canceled()));
        }
        // A job that is being saved at this moment may be done all the same: the answer is how it ended.
        Ok(live.wait(CANCEL_ANSWER))
    }

    /// What is told of a job, from its beginning or after the event of a number.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`].
    pub fn subscribe(&self, id: &JobId, after: Option<u64>) -> Result<Subscription, ServiceError> {
        match self.inner.queue.live(id) {
            Some(live) => Ok(live.subscribe(after)),
            None => self.inner.past(id, after),
        }
    }

    /// Datasets.
    ///
    /// # Errors
    /// The store's.
    pub fn datasets(&self, filter: &DatasetFilter) -> Result<Listed<Dataset>, ServiceError> {
        Ok(self.inner.store.datasets(filter)?)
    }

    /// A dataset, with all that is known of it but its rows.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`].
    pub fn dataset(&self, id: DatasetId) -> Result<DatasetAnswer, ServiceError> {
        let (dataset, opened) = self.inner.opened(id)?;
        DatasetAnswer::new(&dataset, &opened)
    }

    /// Some rows of a table of a dataset.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`], [`ServiceError::UnknownTable`], [`StoreError::UnknownColumn`],
    /// [`StoreError::NoLiteral`].
    pub fn page(
        &self,
        id: DatasetId,
        table: &str,
        query: &PageQuery,
    ) -> Result<Arc<PageAnswer>, ServiceError> {
        if let Some(page) = self.page_at_hand(id, table, query) {
            return Ok(page);
        }
        let (dataset, opened) = self.inner.opened(id)?;
        self.inner.pages.get(&dataset.digest, table, query, || {
            PageAnswer::read(&opened, table, query, &self.inner.options.limits)
        })
    }

    /// The page, if it was asked for a moment ago: takes a few microseconds.
    pub fn page_at_hand(&self, id: DatasetId, table: &str, query: &PageQuery) -> Option<Arc<PageAnswer>> {
        let dataset = self.inner.store.dataset(id).ok().flatten()?;
        self.inner.pages.at_hand(&dataset.digest, table, query)
    }

    /// What checking a dataset's rows has found: JSON.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`].
    pub fn validation(&self, id: DatasetId) -> Result<Box<RawValue>, ServiceError> {
        Ok(self.inner.opened(id)?.1.version.facts.report.clone())
    }

    /// Gives a dataset another name, another description, or both.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`], [`ServiceError::Invalid`] for what is no name.
    pub fn rename(
        &self,
        id: DatasetId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Dataset, ServiceError> {
        let name = name.map(name_of).transpose()?;
        let description = description.map(|text| description_of(Some(text))).transpose()?;
        let renamed = self.inner.store.rename(id, name.as_deref(), description.as_deref())?;
        Ok(renamed.ok_or(StoreError::UnknownDataset(id))?)
    }

    /// Deletes a dataset. Who reads its rows at the moment reads on.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`].
    pub fn delete(&self, id: DatasetId) -> Result<(), ServiceError> {
        if !self.inner.store.delete(id)? {
            return Err(StoreError::UnknownDataset(id).into());
        }
        Ok(self.inner.versions.close_gone(&*self.inner.store)?)
    }

    /// Asks a dataset's rows in SQL.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`], [`ServiceError::TooLong`]; [`ServiceError::Query`] for what is not allowed, not
    /// understood, or takes too long.
    pub fn query(&self, id: DatasetId, request: &QueryRequest) -> Result<QueryAnswer, ServiceError> {
        let limits = &self.inner.options.limits;
        let (len, limit) = (request.sql.len(), limits.query_bytes);
        if len > limit {
            return Err(ServiceError::TooLong { what: "the query", len, limit, unit: "bytes" });
        }
        // Open as long as it is asked: whoever leaves last removes rows that are no dataset's any more.
        let (dataset, _opened) = self.inner.opened(id)?;
        let query = Query {
            text: request.sql.clone(),
            limit: request.limit.unwrap_or(limits.page_rows).clamp(1, limits.page_rows),
            time: request.time.unwrap_or(limits.query_time).min(limits.query_time),
        };
        Ok(self.inner.store.query(&dataset.digest, &query, &CancelToken::new())?)
    }

    /// Takes no more work, lets what runs go on for so long, cancels the rest, and waits for it. The store is closed when
    /// the last clone is gone.
    pub fn shutdown(&self, grace: Duration) {
        self._threads.stop(grace);
    }

    /// Whether no more work is taken.
    pub fn is_stopping(&self) -> bool {
        self.inner.queue.is_stopping()
    }
}

impl Inner {
    /// The life of the thread that clears up: now and then, until the service ends.
    fn keep_up(&self) {
        while !self.queue.wait_for_stop(UPKEEP_EVERY) {
            self.keep_late_ends();
            match self.store.collect_garbage() {
                Ok(collected) => tracing::debug!(?collected, "garbage collected"),
                Err(error) => {
                    tracing::warn!(error = ServiceError::from(error).chain(), "garbage not collected")
                }
            }
        }
    }

    /// One thread's life: job after job, until the service ends.
    fn work(&self) {
        while let Some((live, task)) = self.queue.next() {
            self.run(&live, task);
            self.queue.over(&live.id);
        }
    }

    fn run(&self, live: &LiveJob, task: Task) {
        match self.store.start_job(&live.id) {
            Ok(true) => live.begin(),
            Ok(false) => return self.end(live, &live.failed(canceled())),
            Err(error) => return self.end(live, &live.failed(ServiceError::from(error).failure())),
        }
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || match task {
            Task::Generate(generation) => generation.run(&*self.store, &self.options, live),
            Task::Export(export) => export.run(&*self.store, &self.options, live),
        }));
        let result = ran.unwrap_or_else(|_| {
            Err(ServiceError::Outside {
                doing: "go on: a defect of Seedbed".to_owned(),
                source: "panic".into(),
            })
        });
        match result {
            Ok(()) => {}
            Err(_) if live.cancel.is_canceled() => self.end(live, &live.failed(canceled())),
            Err(error) => {
                let chain = error.chain();
                tracing::warn!(job = %live.id, code = error.code(), error = chain, "job failed");
                self.end(live, &live.failed(error.failure()));
            }
        }
        let record = live.record();
        tracing::info!(job = %live.id, kind = live.kind.name(), status = record.status.name(), "job ended");
    }

    /// Ends a job, unless it has ended in another way: what the store says counts.
    fn end(&self, live: &LiveJob, end: &JobEnd) {
        match self.store.end_job(&live.id, end) {
            Ok(record) if record.status == end.status => live.close(record, &end.events),
            Ok(record) => {
                let after = end.events.first().map_or(0, |e| e.id.saturating_sub(1));
                let events = self.store.events(&live.id, after, u64::MAX).unwrap_or_default();
                live.close(record, &events);
            }
            // A disk that is full takes no end either: those who listen are told, and the store is when it is opened next.
            Err(error) => {
                let chain = ServiceError::from(error).chain();
                tracing::error!(job = %live.id, error = chain, "the end of a job could not be kept");
                let mut record = live.record();
                record.status = end.status;
                record.error = end.error.clone();
                record.finished_at = Some(Timestamp::now());
                live.close(record, &end.events);
                self.queue.remember_end(live.id.clone(), end.clone());
            }
        }
    }

    fn enqueue(
        &self,
        kind: JobKind,
        dataset: Option<DatasetId>,
        task: Task,
        claim: Option<Claim>,
        notes: Vec<String>,
    ) -> Result<Accepted, ServiceError> {
        self.keep_late_ends();
        let place = self.queue.place()?;
        let record = JobRecord {
            id: JobId(uuid::Uuid::now_v7().to_string().into()),
            kind,
            status: JobStatus::Queued,
            progress: 0,
            tables: Vec::new(),
            dataset_id: dataset,
            error: None,
            created_at: Timestamp::now(),
            started_at: None,
            finished_at: None,
        };
        let live = Arc::new(LiveJob::new(record.clone(), Arc::clone(&self.metrics)));
        // Known before it is noted: whoever reads of it there can ask for it here.
        self.queue.know(&live);
        let noted = self.store.create_job(&record, claim.as_ref());
        if !matches!(noted, Ok(Claimed::Now)) {
            self.queue.forget(&live.id);
        }
        match noted? {
            Claimed::Taken => Err(ServiceError::KeyTaken),
            Claimed::Before(job_id) => Ok(Accepted { job_id, notes, is_new: false }),
            Claimed::Now => {
                self.metrics.asked.fetch_add(1, Ordering::Relaxed);
                if let Err(live) = place.take(Arc::clone(&live), task) {
                    self.end(&live, &live.failed(stopped_by_service()));
                    return Err(ServiceError::Stopping);
                }
                Ok(Accepted { job_id: live.id.clone(), notes, is_new: true })
            }
        }
    }

    /// The job of a request that was carried out before.
    fn before(&self, claim: Option<&Claim>) -> Result<Option<Accepted>, ServiceError> {
        match claim.map(|claim| self.store.claimed(claim)).transpose()?.flatten() {
            Some(Claimed::Before(job_id)) => Ok(Some(Accepted { job_id, notes: Vec::new(), is_new: false })),
            Some(Claimed::Taken) => Err(ServiceError::KeyTaken),
            Some(Claimed::Now) | None => Ok(None),
        }
    }

    /// Tells the store of jobs that ended when it could not be told.
    fn keep_late_ends(&self) {
        for (id, end) in self.queue.late_ends() {
            match self.store.end_job(&id, &end) {
                Ok(_) | Err(StoreError::UnknownJob(_)) => {}
                Err(_) => self.queue.remember_end(id, end),
            }
        }
    }

    /// The job that makes a file: one for all who ask for it at the same time.
    fn export_job(
        &self,
        dataset: &Dataset,
        opened: &Arc<Opened>,
        key: seedbed_store::ExportKey,
    ) -> Result<Arc<LiveJob>, ServiceError> {
        let mut exports = self.queue.exports();
        if let Some(job) = exports.get(&key).filter(|job| !job.status().is_over()) {
            return Ok(Arc::clone(job));
        }
        exports.retain(|_, job| !job.status().is_over());
        let task = ExportTask { dataset: dataset.id, opened: Arc::clone(opened), key: key.clone() };
        let accepted =
            self.enqueue(JobKind::Export, Some(dataset.id), Task::Export(Box::new(task)), None, Vec::new())?;
        let live = self.queue.live(&accepted.job_id);
        let live = live.ok_or_else(|| StoreError::UnknownJob(accepted.job_id.clone()))?;
        exports.insert(key, Arc::clone(&live));
        Ok(live)
    }

    /// What was told of a job that is over.
    fn past(&self, id: &JobId, after: Option<u64>) -> Result<Subscription, ServiceError> {
        let job = self.store.job(id)?.ok_or_else(|| StoreError::UnknownJob(id.clone()))?;
        let events = self.store.events(id, after.unwrap_or(0), u64::MAX)?;
        let last = match events.last() {
            Some(event) => event.id,
            None => self.store.events(id, 0, u64::MAX)?.last().map_or(0, |e| e.id),
        };
        let unknown = after.is_some_and(|after| after > last);
        let first = unknown.then(|| snapshot(&job, last));
        let again = if unknown { self.store.events(id, last.saturating_sub(1), 1)? } else { Vec::new() };
        let told = events.into_iter().chain(again).map(|event| Delivery {
            id: Some(event.id),
            name: event.name.into(),
            payload: event.payload,
        });
        Ok(Subscription::of_past(first.into_iter().chain(told)))
    }

    fn dataset(&self, id: DatasetId) -> Result<Arc<Dataset>, ServiceError> {
        Ok(self.store.dataset(id)?.ok_or(StoreError::UnknownDataset(id))?)
    }

    /// A dataset with its rows, open.
    fn opened(&self, id: DatasetId) -> Result<(Arc<Dataset>, Arc<Opened>), ServiceError> {
        let dataset = self.dataset(id)?;
        let opened = self.versions.get(&*self.store, &dataset.digest);
        if matches!(opened, Err(ServiceError::Store(StoreError::UnknownVersion(_)))) {
            // Deleted in between: it is the dataset that is gone. Else its rows are really missing.
            self.dataset(id)?;
        }
        Ok((dataset, opened?))
    }

    /// A request as a job, with all that can be refused without a plan refused.
    fn generation(&self, request: &GenerateRequest) -> Result<Generation, ServiceError> {
        let limits = &self.options.limits;
        if let Some(words) = request.instructions.as_deref().filter(|words| !words.trim().is_empty()) {
            let (len, limit) = (words.chars().count(), limits.instruction_chars);
            if len > limit {
                return Err(ServiceError::TooLong { what: "`instructions`", len, limit, unit: "characters" });
            }
            let needed = "a language model, and none is configured";
            return Err(ServiceError::NotAvailable { what: "`instructions`", needed });
        }
        let wishes = Wishes::of(&request.config, self.options.chunk_rows, limits)?;
        let (source, dialect) = match &request.schema {
            SchemaSource::Ddl(text) => {
                (SourceText { name: "schema.sql".to_owned(), text: text.clone() }, request.dialect)
            }
            SchemaSource::Uploaded(id) => {
                let uploaded =
                    self.store.schema(id)?.ok_or_else(|| ServiceError::UnknownSchema(id.clone()))?;
                (uploaded.source, request.dialect.or(Some(uploaded.dialect)))
            }
        };
        self.check_ddl(&source.text)?;
        let read = self.read(&source.name, &source.text, dialect)?;
        let spec = request.spec.clone().unwrap_or_default();
        check_rows(&read.schema, &wishes.overrides.applied(spec.clone(), &read.schema), limits)?;
        let stem = source.name.rsplit('/').next().unwrap_or("").split('.').next().unwrap_or("");
        let name = match &request.save_name {
            Some(name) => name_of(name)?,
            None => name_of(stem).unwrap_or_else(|_| "dataset".to_owned()),
        };
        let description = description_of(request.description.as_deref())?;
        let mut sources = SourceMap::default();
        sources.push(&source.name, &source.text);
        Ok(Generation {
            sources,
            dialect: read.schema.dialect,
            spec,
            overrides: wishes.overrides,
            chunk_rows: wishes.chunk_rows,
            save: SaveAs::New { name, description, parent: None },
            notes: wishes.notes,
        })
    }

    fn check_ddl(&self, text: &str) -> Result<(), ServiceError> {
        let (len, limit) = (text.len(), self.options.limits.ddl_bytes);
        match len > limit {
            true => Err(ServiceError::TooLong { what: "the schema", len, limit, unit: "bytes" }),
            false => Ok(()),
        }
    }

    fn read(
        &self,
        name: &str,
        text: &str,
        dialect: Option<seedbed_schema_model::Dialect>,
    ) -> Result<Arc<ReadSchema>, ServiceError> {
        let mut sources = SourceMap::default();
        sources.push(name, text);
        let read = Job::new(sources).dialect(dialect).read()?;
        self.check_tables(&read.schema)?;
        Ok(read)
    }

    fn check_tables(&self, schema: &Schema) -> Result<(), ServiceError> {
        let (tables, limit) = (schema.tables.len(), self.options.limits.tables);
        match tables > limit {
            true => Err(ServiceError::TooManyTables { tables, limit }),
            false => Ok(()),
        }
    }

    fn claim(&self, what: &str, key: &IdempotencyKey, request: &impl serde::Serialize) -> Claim {
        let asked = serde_json::to_string(request).unwrap_or_default();
        let expires = Timestamp(
            Timestamp::now()
                .0
                .saturating_add(self.options.key_time.as_millis().try_into().unwrap_or(i64::MAX)),
        );
        Claim {
            scope: format!("{what} {}", key.caller),
            key: key.key.clone(),
            fingerprint: Digest::of(asked.as_bytes()).to_string(),
            expires_at: expires,
        }
    }
}

/// Characters of a dataset's name.
const NAME_CHARS: usize = 200;

/// A text that may be a dataset's name.
///
/// # Errors
/// [`ServiceError::Invalid`].
fn name_of(text: &str) -> Result<String, ServiceError> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err(ServiceError::Invalid("a name has at least one character".to_owned())),
        1..=NAME_CHARS if !text.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=NAME_CHARS => Err(ServiceError::Invalid("a name has no control characters".to_owned())),
        count => {
            Err(ServiceError::Invalid(format!("the name has {count} characters, more than {NAME_CHARS}")))
        }
    }
}

/// Characters of a dataset's description.
const DESCRIPTION_CHARS: usize = 4_000;

/// A text that may be a dataset's description.
///
/// # Errors
/// [`ServiceError::Invalid`].
fn description_of(text: Option<&str>) -> Result<String, ServiceError> {
    let text = text.unwrap_or_default();
    match text.chars().count() {
        0..=DESCRIPTION_CHARS => Ok(text.to_owned()),
        count => {
            let told = format!("the description has {count} characters, more than {DESCRIPTION_CHARS}");
            Err(ServiceError::Invalid(told))
        }
    }
}

fn canceled() -> JobFailure {
    JobFailure { message: "canceled".to_owned(), code: "canceled".to_owned(), details: None }
}

fn stopped_by_service() -> JobFailure {
    let message = "the service ended before the job's turn came".to_owned();
    JobFailure { message, code: "stopping".to_owned(), details: None }
}

fn interrupted() -> JobFailure {
    let message = "the service ended in the middle of the job; nothing of it was kept".to_owned();
    JobFailure { message, code: "interrupted".to_owned(), details: Some(json!([])) }
}
