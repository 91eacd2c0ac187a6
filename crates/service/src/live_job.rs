//! A job that is alive: where it stands, and its feed.

use crate::event::{Ended, EventFamily, Snapshot, payload};
use crate::feed::Feed;
use crate::metrics::Counters;
use crate::{Delivery, ServiceError, Subscription};
use seedbed_datagen_core::CancelToken;
use seedbed_store::{
    JobEnd, JobEvent, JobFailure, JobId, JobKind, JobRecord, JobStatus, JobTable, Store, StoreError,
    TableStatus, Timestamp,
};
use serde::Serialize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How far a job has come when all rows are made, when they are in their place, and when they are checked: the rest is
/// that it is saved.
pub(crate) const MADE: u8 = 90;
pub(crate) const STORED: u8 = 96;
pub(crate) const CHECKED: u8 = 98;

/// A job that is queued or running, or that has ended a moment ago.
#[derive(Debug)]
pub(crate) struct LiveJob {
    pub(crate) id: JobId,
    pub(crate) kind: JobKind,
    /// Ends it, whatever it is doing.
    pub(crate) cancel: CancelToken,
    feed: Arc<Feed>,
    state: Mutex<JobRecord>,
    over: Condvar,
    counters: Arc<Counters>,
    began: OnceLock<Instant>,
}

impl LiveJob {
    /// A job that waits, whose end is counted.
    pub(crate) fn new(record: JobRecord, counters: Arc<Counters>) -> Self {
        Self {
            id: record.id.clone(),
            kind: record.kind,
            cancel: CancelToken::new(),
            feed: Arc::new(Feed::new()),
            state: Mutex::new(record),
            over: Condvar::new(),
            counters,
            began: OnceLock::new(),
        }
    }

    /// A token that ends what it does at a moment, and when somebody stops the job.
    pub(crate) fn stop_at(&self, until: Instant) -> CancelToken {
        let cancel = self.cancel.clone();
        CancelToken::new().or_when(move || cancel.is_canceled() || Instant::now() >= until)
    }

    /// # Errors
    /// [`StoreError::Canceled`] when somebody has stopped the job, [`ServiceError::TooSlow`] when its time is over.
    pub(crate) fn check_stop(&self, stop: &CancelToken, time: Duration) -> Result<(), ServiceError> {
        match (self.cancel.is_canceled(), stop.is_canceled()) {
            (true, _) => Err(StoreError::Canceled.into()),
            (false, true) => Err(ServiceError::TooSlow(time)),
            (false, false) => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, JobRecord> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it stands.
    pub(crate) fn record(&self) -> JobRecord {
        self.state().clone()
    }

    pub(crate) fn status(&self) -> JobStatus {
        self.state().status
    }

    pub(crate) fn progress(&self) -> u8 {
        self.state().progress
    }

    pub(crate) fn begin(&self) {
        let _ = self.began.set(Instant::now());
        let mut state = self.state();
        (state.status, state.started_at) = (JobStatus::Running, Some(Timestamp::now()));
    }

    /// How far it has come; it never goes back, and 100 is the end's.
    pub(crate) fn come_to(&self, progress: u8) {
        let mut state = self.state();
        state.progress = state.progress.max(progress.min(99));
    }

    pub(crate) fn set_tables(&self, tables: Vec<JobTable>) {
        self.state().tables = tables;
    }

    /// How many rows tables will have after all, by name.
    pub(crate) fn set_totals(&self, totals: impl IntoIterator<Item = (String, u64)>) {
        let mut state = self.state();
        for (name, total) in totals {
            if let Some(entry) = state.tables.iter_mut().find(|entry| entry.table == name) {
                entry.total = total;
            }
        }
    }

    /// So many rows of the table of this name are there.
    pub(crate) fn update_named(&self, name: &str, delivered: u64) {
        let index = self.state().tables.iter().position(|entry| entry.table == name);
        self.update_table(index.unwrap_or(usize::MAX), |entry| {
            entry.delivered = delivered;
            entry.status = if delivered >= entry.total { TableStatus::Done } else { TableStatus::Running };
        });
    }

    /// Changes a table's entry, and how far the job has come by all of them.
    pub(crate) fn update_table(&self, index: usize, update: impl FnOnce(&mut JobTable)) {
        let mut state = self.state();
        if let Some(table) = state.tables.get_mut(index) {
            update(table);
        }
        let (delivered, total) = state.tables.iter().fold((0_u64, 0_u64), |(delivered, total), table| {
            (delivered.saturating_add(table.delivered), total.saturating_add(table.total))
        });
        let share = delivered.saturating_mul(MADE.into()).checked_div(total).unwrap_or(0);
        state.progress = state.progress.max(share.min(MADE.into()) as u8);
    }

    /// Tells something that nobody may miss. It is kept before it is told: who has heard it can ask for what follows it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn tell(
        &self,
        store: &dyn Store,
        name: &str,
        what: &impl Serialize,
    ) -> Result<(), StoreError> {
        let event = self.next_event(0, name, what);
        store.add_events(&self.id, std::slice::from_ref(&event))?;
        self.feed.tell(&[event]);
        Ok(())
    }

    /// Whether anything was told that nobody may miss.
    pub(crate) fn has_told(&self) -> bool {
        self.feed.last_id() > 0
    }

    /// Tells something that may be missed.
    pub(crate) fn tell_passing(&self, name: &str, what: &impl Serialize) {
        self.feed.tell_passing(Delivery { id: None, name: name.into(), payload: payload(what) });
    }

    /// An event that comes so many after the next one. Only the thread that runs the job, or ends it, tells its events.
    pub(crate) fn next_event(&self, after: u64, name: &str, what: &impl Serialize) -> JobEvent {
        JobEvent { id: self.feed.last_id() + 1 + after, name: name.to_owned(), payload: payload(what) }
    }

    /// How it ends without being done.
    pub(crate) fn failed(&self, failure: JobFailure) -> JobEnd {
        end_of(&self.record(), self.feed.last_id(), failure)
    }

    /// It has ended so, as the store says.
    pub(crate) fn close(&self, record: JobRecord, events: &[JobEvent]) {
        // Before anybody is told: who hears of the end finds it counted.
        if let Some(began) = self.began.get() {
            self.counters.ended(&record, began.elapsed());
        }
        *self.state() = record;
        self.feed.tell(events);
        self.feed.end();
        self.over.notify_all();
    }

    /// Waits until it is over, or so long.
    pub(crate) fn wait(&self, time: Duration) -> JobRecord {
        let until = Instant::now().checked_add(time);
        let mut state = self.state();
        while !state.status.is_over() {
            let left = until.map_or(time, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            state = self.over.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.clone()
    }

    /// What is told of it from now on, after the event of this number. Where there is no such event, a snapshot comes
    /// first.
    pub(crate) fn subscribe(&self, after: Option<u64>) -> Subscription {
        let last = self.feed.last_id();
        match after.filter(|after| *after > last) {
            Some(_) => {
                let seen = self.feed.last_before_end();
                let snapshot = snapshot(&self.record(), last);
                Subscription::of_feed(&self.feed, Some(snapshot), Some(seen))
            }
            None => Subscription::of_feed(&self.feed, None, after),
        }
    }
}

/// Where a job stands, as an event.
pub(crate) fn snapshot(job: &JobRecord, last_event_id: u64) -> Delivery {
    Delivery { id: None, name: "snapshot".into(), payload: payload(&Snapshot { job, last_event_id }) }
}

/// The end of a job that has failed, or that somebody stopped, after the event of this number.
pub(crate) fn end_of(job: &JobRecord, last_event: u64, failure: JobFailure) -> JobEnd {
    let family = EventFamily::of(job.kind);
    let (status, name) = match failure.code.as_str() {
        "canceled" | "stopping" => (JobStatus::Canceled, family.canceled()),
        _ => (JobStatus::Error, family.error()),
    };
    let told = payload(&Ended { job_id: &job.id, failure: &failure });
    JobEnd {
        status,
        tables: job.tables.clone(),
        progress: job.progress.min(99),
        dataset_id: None,
        error: Some(failure),
        result: None,
        events: vec![JobEvent { id: last_event + 1, name: name.to_owned(), payload: told }],
    }
}

/// A table whose turn has not come.
pub(crate) fn waiting_table(table: String, total: u64) -> JobTable {
    JobTable { table, delivered: 0, total, status: TableStatus::Queued }
}
