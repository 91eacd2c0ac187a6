//! What the threads of a service do, and what they share.

use crate::export_file::ExportTask;
use crate::live_job::{LiveJob, snapshot};
use crate::metrics::Counters;
use crate::opened::{OpenVersions, Opened};
use crate::page::PageCache;
use crate::queue::{Queue, Task};
use crate::{Accepted, Delivery, IdempotencyKey, ServiceError, ServiceOptions, Subscription};
use seedbed_edit::Advisor;
use seedbed_job::{Defect, JobError};
use seedbed_store::{
    Claim, Claimed, Dataset, DatasetId, Digest, JobEnd, JobFailure, JobId, JobKind, JobRecord, JobStatus,
    Query, Store, StoreError, Timestamp,
};
use serde_json::json;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Time between two collections of garbage.
const UPKEEP_EVERY: Duration = Duration::from_secs(600);

/// What the threads share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: ServiceOptions,
    pub(crate) queue: Queue,
    pub(crate) versions: OpenVersions,
    pub(crate) pages: PageCache,
    pub(crate) metrics: Arc<Counters>,
    /// Who is asked what sentences mean.
    pub(crate) advisor: Option<Arc<dyn Advisor>>,
}

impl Inner {
    /// The life of the thread that clears up: now and then, until the service ends.
    pub(crate) fn keep_up(&self) {
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
    pub(crate) fn work(&self) {
        while let Some((live, task)) = self.queue.next() {
            self.run(&live, task);
            self.queue.over(&live.id);
        }
    }

    pub(crate) fn run(&self, live: &LiveJob, task: Box<dyn Task>) {
        match self.store.start_job(&live.id) {
            Ok(true) => live.begin(),
            Ok(false) => return self.end(live, &live.failed(canceled())),
            Err(error) => return self.end(live, &live.failed(ServiceError::from(error).failure())),
        }
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || task.run(self, live)));
        let defect = |panic: Box<dyn Any + Send>| JobError::Defect(Box::new(Defect::of_panic(&*panic)));
        let result = ran.unwrap_or_else(|panic| Err(defect(panic).into()));
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
    pub(crate) fn end(&self, live: &LiveJob, end: &JobEnd) {
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

    pub(crate) fn enqueue(
        &self,
        kind: JobKind,
        dataset: Option<DatasetId>,
        task: Box<dyn Task>,
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
            result: None,
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
    pub(crate) fn before(&self, claim: Option<&Claim>) -> Result<Option<Accepted>, ServiceError> {
        match claim.map(|claim| self.store.claimed(claim)).transpose()?.flatten() {
            Some(Claimed::Before(job_id)) => Ok(Some(Accepted { job_id, notes: Vec::new(), is_new: false })),
            Some(Claimed::Taken) => Err(ServiceError::KeyTaken),
            Some(Claimed::Now) | None => Ok(None),
        }
    }

    /// Tells the store of jobs that ended when it could not be told.
    pub(crate) fn keep_late_ends(&self) {
        for (id, end) in self.queue.late_ends() {
            match self.store.end_job(&id, &end) {
                Ok(_) | Err(StoreError::UnknownJob(_)) => {}
                Err(_) => self.queue.remember_end(id, end),
            }
        }
    }

    /// The job that makes a file: one for all who ask for it at the same time.
    pub(crate) fn export_job(
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
        let accepted = self.enqueue(JobKind::Export, Some(dataset.id), Box::new(task), None, Vec::new())?;
        let live = self.queue.live(&accepted.job_id);
        let live = live.ok_or_else(|| StoreError::UnknownJob(accepted.job_id.clone()))?;
        exports.insert(key, Arc::clone(&live));
        Ok(live)
    }

    /// What was told of a job that is over.
    pub(crate) fn past(&self, id: &JobId, after: Option<u64>) -> Result<Subscription, ServiceError> {
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

    pub(crate) fn dataset(&self, id: DatasetId) -> Result<Arc<Dataset>, ServiceError> {
        Ok(self.store.dataset(id)?.ok_or(StoreError::UnknownDataset(id))?)
    }

    /// A dataset with its rows, open.
    pub(crate) fn opened(&self, id: DatasetId) -> Result<(Arc<Dataset>, Arc<Opened>), ServiceError> {
        let dataset = self.dataset(id)?;
        let opened = self.versions.get(&*self.store, &dataset.digest);
        if matches!(opened, Err(ServiceError::Store(StoreError::UnknownVersion(_)))) {
            // Deleted in between: it is the dataset that is gone. Else its rows are really missing.
            self.dataset(id)?;
        }
        Ok((dataset, opened?))
    }

    /// A query within the limits.
    pub(crate) fn query_of(&self, sql: &str, rows: Option<u64>, time: Option<Duration>) -> Query {
        let limits = &self.options.limits;
        Query {
            text: sql.to_owned(),
            limit: rows.unwrap_or(limits.page_rows).min(limits.page_rows),
            time: time.unwrap_or(limits.query_time).min(limits.query_time),
        }
    }

    pub(crate) fn claim(&self, what: &str, key: &IdempotencyKey, request: &impl serde::Serialize) -> Claim {
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

pub(crate) fn canceled() -> JobFailure {
    JobFailure { message: "canceled".to_owned(), code: "canceled".to_owned(), details: None }
}

pub(crate) fn stopped_by_service() -> JobFailure {
    let message = "the service ended before the job's turn came".to_owned();
    JobFailure { message, code: "stopping".to_owned(), details: None }
}

pub(crate) fn interrupted() -> JobFailure {
    let message = "the service ended in the middle of the job; nothing of it was kept".to_owned();
    JobFailure { message, code: "interrupted".to_owned(), details: Some(json!([])) }
}
