//! The queue: jobs that wait, jobs that run, and those that ended a moment ago.

use crate::ServiceError;
use crate::export_file::ExportTask;
use crate::inner::Inner;
use crate::live_job::LiveJob;
use seedbed_store::{ExportKey, JobEnd, JobId};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a job does.
pub(crate) trait Task: Send + fmt::Debug {
    /// Does it. The job is done when this is.
    ///
    /// # Errors
    /// Whatever stands in the way; the job is not over then.
    fn run(self: Box<Self>, inner: &Inner, live: &LiveJob) -> Result<(), ServiceError>;
}

impl Task for ExportTask {
    fn run(self: Box<Self>, inner: &Inner, live: &LiveJob) -> Result<(), ServiceError> {
        self.write(&*inner.store, &inner.options, live)
    }
}

/// Jobs that ended a moment ago whose feed is kept: who asks for a job and then for its events hears all of them, however
/// fast it was.
const REMEMBERED: usize = 16;

/// The jobs that are alive.
#[derive(Debug)]
pub(crate) struct Queue {
    most: usize,
    jobs: Mutex<Jobs>,
    changed: Condvar,
    exports: Mutex<HashMap<ExportKey, Arc<LiveJob>>>,
    /// Ends that the store could not be told.
    late: Mutex<Vec<(JobId, JobEnd)>>,
}

#[derive(Debug, Default)]
struct Jobs {
    waiting: VecDeque<(Arc<LiveJob>, Box<dyn Task>)>,
    /// Places that were promised to jobs which are being noted.
    promised: usize,
    running: Vec<Arc<LiveJob>>,
    /// All of those, and the ones that ended last.
    known: BTreeMap<JobId, Arc<LiveJob>>,
    ended: VecDeque<JobId>,
    stopping: bool,
}

/// A place in the queue that nobody else can have.
#[derive(Debug)]
pub(crate) struct Place<'q> {
    queue: &'q Queue,
}

impl Place<'_> {
    /// Puts the job there; gives it back when no more are taken by now.
    pub(crate) fn take(self, job: Arc<LiveJob>, task: Box<dyn Task>) -> Result<(), Arc<LiveJob>> {
        let mut jobs = self.queue.lock();
        if jobs.stopping {
            return Err(job);
        }
        jobs.waiting.push_back((job, task));
        drop(jobs);
        self.queue.changed.notify_all();
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.lock().promised -= 1;
    }
}

impl Queue {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            jobs: Mutex::default(),
            changed: Condvar::new(),
            exports: Mutex::default(),
            late: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more job.
    ///
    /// # Errors
    /// [`ServiceError::QueueFull`], [`ServiceError::Stopping`].
    pub(crate) fn place(&self) -> Result<Place<'_>, ServiceError> {
        let mut jobs = self.lock();
        if jobs.stopping {
            return Err(ServiceError::Stopping);
        }
        if jobs.waiting.len() + jobs.promised >= self.most.max(1) {
            return Err(ServiceError::QueueFull(self.most));
        }
        jobs.promised += 1;
        Ok(Place { queue: self })
    }

    /// The next job, when there is one; `None` when there will be none any more.
    pub(crate) fn next(&self) -> Option<(Arc<LiveJob>, Box<dyn Task>)> {
        let mut jobs = self.lock();
        loop {
            if jobs.stopping {
                return None;
            }
            if let Some((job, task)) = jobs.waiting.pop_front() {
                jobs.running.push(Arc::clone(&job));
                return Some((job, task));
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A running job is over.
    pub(crate) fn over(&self, id: &JobId) {
        let mut jobs = self.lock();
        jobs.running.retain(|job| job.id != *id);
        jobs.remember(id);
    }

    /// A job that is alive, or that ended a moment ago.
    pub(crate) fn live(&self, id: &JobId) -> Option<Arc<LiveJob>> {
        self.lock().known.get(id).map(Arc::clone)
    }

    /// Takes a job out that still waits.
    pub(crate) fn remove_waiting(&self, id: &JobId) -> Option<Box<dyn Task>> {
        let mut jobs = self.lock();
        let at = jobs.waiting.iter().position(|(job, _)| job.id == *id)?;
        jobs.remember(id);
        jobs.waiting.remove(at).map(|(_, task)| task)
    }

    /// Waits so long, or until no more jobs are taken: says which.
    pub(crate) fn wait_for_stop(&self, time: Duration) -> bool {
        let jobs = self.lock();
        let waited = self.changed.wait_timeout_while(jobs, time, |jobs| !jobs.stopping);
        waited.unwrap_or_else(PoisonError::into_inner).0.stopping
    }

    /// Jobs that run.
    pub(crate) fn running(&self) -> Vec<Arc<LiveJob>> {
        self.lock().running.clone()
    }

    /// Jobs that wait.
    pub(crate) fn waiting_count(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Takes no more jobs, and gives back those that wait.
    pub(crate) fn stop(&self) -> Vec<Arc<LiveJob>> {
        let mut jobs = self.lock();
        jobs.stopping = true;
        let waiting = std::mem::take(&mut jobs.waiting);
        drop(jobs);
        self.changed.notify_all();
        waiting.into_iter().map(|(job, _)| job).collect()
    }

    /// A job that is about to be noted can be asked for, and canceled, from now on.
    pub(crate) fn know(&self, job: &Arc<LiveJob>) {
        self.lock().known.insert(job.id.clone(), Arc::clone(job));
    }

    /// A job that was not noted in the end.
    pub(crate) fn forget(&self, id: &JobId) {
        self.lock().known.remove(id);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// The jobs that make files, by what they make.
    pub(crate) fn exports(&self) -> MutexGuard<'_, HashMap<ExportKey, Arc<LiveJob>>> {
        self.exports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn remember_end(&self, id: JobId, end: JobEnd) {
        self.late.lock().unwrap_or_else(PoisonError::into_inner).push((id, end));
    }

    pub(crate) fn late_ends(&self) -> Vec<(JobId, JobEnd)> {
        std::mem::take(&mut *self.late.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Jobs {
    /// Keeps a job that has ended for a moment.
    fn remember(&mut self, id: &JobId) {
        self.ended.push_back(id.clone());
        while self.ended.len() > REMEMBERED {
            let Some(old) = self.ended.pop_front() else { break };
            self.known.remove(&old);
        }
    }
}
