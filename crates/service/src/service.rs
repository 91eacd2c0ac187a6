//! The service: what may be asked, and the threads that do it.

use crate::dataset_name::{description_of, name_of};
use crate::export_file::{export_key, file_name};
use crate::inner::{Inner, canceled, interrupted, stopped_by_service};
use crate::live_job::end_of;
use crate::opened::OpenVersions;
use crate::page::PageCache;
use crate::queue::Queue;
use crate::{
    DatasetAnswer, ExportRequest, GenerateRequest, IdempotencyKey, Metrics, PageAnswer, PageQuery,
    PlanAnswer, RegenerateRequest, ServiceError, ServiceOptions, Subscription, Upload, UploadAnswer,
};
use seedbed_edit::Advisor;
use seedbed_store::{
    Dataset, DatasetFilter, DatasetId, Digest, ExportFile, Health, JobFilter, JobId, JobKind, JobRecord,
    Listed, SchemaId, SourceText, Store, StoreError, Timestamp, UploadedSchema,
};
use serde_json::value::RawValue;
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
    pub(crate) inner: Arc<Inner>,
    /// Ends the threads, which hold `inner` as well.
    _threads: Arc<Threads>,
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
        Self::open_with(store, options, None)
    }

    /// A service that may ask an advisor what sentences mean. Without one only sentences that are commands are understood.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_with(
        store: Arc<dyn Store>,
        options: ServiceOptions,
        advisor: Option<Arc<dyn Advisor>>,
    ) -> Result<Self, ServiceError> {
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
            advisor,
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

    /// Whether there is an advisor to ask what sentences mean.
    pub fn is_advised(&self) -> bool {
        self.inner.advisor.is_some()
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
        self.inner.generation(request)?.explain(&self.inner)
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
        self.inner.enqueue(JobKind::Generate, None, Box::new(generation), claim, notes)
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
        let generation = self.inner.regeneration(id, request)?;
        let notes = generation.notes.clone();
        self.inner.enqueue(JobKind::Regenerate, Some(id), Box::new(generation), claim, notes)
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

    /// Jobs without their results, the newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn jobs(&self, filter: &JobFilter) -> Result<Listed<JobRecord>, ServiceError> {
        let mut listed = self.inner.store.jobs(filter)?;
        for record in &mut listed.entries {
            // The store knows that a job runs; how far it has come is known here.
            if let Some(live) = self.inner.queue.live(&record.id) {
                *record = JobRecord { result: None, ..live.record() };
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
        let version = self.inner.store.dataset_version(id, dataset.version)?;
        DatasetAnswer::new(&dataset, &opened, version.map(|version| version.change))
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
