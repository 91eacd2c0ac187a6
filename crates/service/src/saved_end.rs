//! The end of a job whose dataset is saved: made inside the stroke that saves it, and told behind it.

use crate::event::{DatasetSaved, EventFamily};
use crate::live_job::LiveJob;
use seedbed_store::{JobEnd, JobRecord, JobStatus, Saved, Store, Timestamp};
use serde_json::Value;
use std::cell::RefCell;

/// What the last event of a job tells, and its result.
#[derive(Clone, Debug)]
pub(crate) struct Completion {
    /// The payload of the last event.
    pub(crate) told: Value,
    /// What stays with the job.
    pub(crate) result: Option<Value>,
}

/// The end of a job whose dataset is saved.
pub(crate) struct SavedEnd<'a> {
    live: &'a LiveJob,
    completion: Box<dyn Fn(&Saved) -> Completion + 'a>,
    end: RefCell<Option<JobEnd>>,
}

impl<'a> SavedEnd<'a> {
    pub(crate) fn new(live: &'a LiveJob, completion: impl Fn(&Saved) -> Completion + 'a) -> Self {
        Self { live, completion: Box::new(completion), end: RefCell::new(None) }
    }

    /// For [`keep`](seedbed_store::VersionDraft::keep) and [`save`](Store::save).
    pub(crate) fn of(&self, saved: &Saved) -> JobEnd {
        let dataset = &saved.dataset;
        let told = DatasetSaved { job_id: &self.live.id, dataset_id: dataset.id, version: dataset.version };
        let complete = (self.completion)(saved);
        let name = EventFamily::of(self.live.kind).complete();
        let end = JobEnd {
            status: JobStatus::Done,
            tables: self.live.record().tables,
            progress: 100,
            dataset_id: Some(dataset.id),
            error: None,
            result: complete.result,
            events: vec![
                self.live.next_event(0, "dataset:saved", &told),
                self.live.next_event(1, name, &complete.told),
            ],
        };
        *self.end.borrow_mut() = Some(end.clone());
        end
    }

    /// Tells it, when the store has it.
    pub(crate) fn close(self, store: &dyn Store, saved: &Saved) {
        let end = self.end.into_inner();
        let kept = store.job(&self.live.id).ok().flatten();
        let record = kept.unwrap_or_else(|| JobRecord {
            status: JobStatus::Done,
            progress: 100,
            dataset_id: Some(saved.dataset.id),
            result: end.as_ref().and_then(|end| end.result.clone()),
            finished_at: Some(Timestamp::now()),
            ..self.live.record()
        });
        self.live.close(record, &end.map(|end| end.events).unwrap_or_default());
    }
}
