//! What a socket hears of jobs.

use super::forward::forward;
use super::outlet::Outlet;
use crate::error::ApiError;
use axum::http::StatusCode;
use seedbed_service::Subscription;
use seedbed_store::JobId;
use socketioxide::extract::SocketRef;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// Jobs that one socket may hear of at the same time; of as many that were told to their end, the last event is known.
const MOST_JOBS: usize = 64;

/// The jobs that a socket hears of, and those that it has heard of.
#[derive(Debug, Default)]
pub(super) struct Hearing(BTreeMap<JobId, Teller>);

/// The task that tells a socket of a job.
#[derive(Debug)]
struct Teller {
    task: JoinHandle<()>,
    /// The last event that was told; 0 is none.
    last: Arc<AtomicU64>,
}

impl Teller {
    fn is_at_work(&self) -> bool {
        !self.task.is_finished()
    }
}

impl Hearing {
    /// Whether it hears of a job now.
    pub(super) fn hears_of(&self, id: &JobId) -> bool {
        self.0.get(id).is_some_and(Teller::is_at_work)
    }

    /// The last event of a job that it was told.
    pub(super) fn last_of(&self, id: &JobId) -> Option<u64> {
        self.0.get(id).map(|teller| teller.last.load(Ordering::Acquire)).filter(|last| *last > 0)
    }

    /// Whether it may hear of a job, of a new one for `None`.
    ///
    /// # Errors
    /// 429 for one too many.
    pub(super) fn check_room(&self, id: Option<&JobId>) -> Result<(), ApiError> {
        let at_work = self.0.values().filter(|teller| teller.is_at_work()).count();
        if at_work < MOST_JOBS || id.is_some_and(|id| self.hears_of(id)) {
            return Ok(());
        }
        let message = format!("a socket hears of {MOST_JOBS} jobs at the same time, and no more");
        Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-subscriptions", message))
    }

    /// It hears of a job no more. What still was to be told is not: it would stand among what is told next.
    pub(super) async fn end(&mut self, id: &JobId) {
        if let Some(earlier) = self.0.remove(id) {
            earlier.task.abort();
            let _ = earlier.task.await;
        }
    }

    /// Puts the socket into a job's room, and has what comes after an event sent to it.
    pub(super) fn begin(
        &mut self,
        forwarders: &TaskTracker,
        socket: SocketRef,
        id: JobId,
        (told, after): (Subscription, Option<u64>),
        outlet: Outlet,
    ) {
        let room = id.to_string();
        socket.join(room.clone());
        let last = Arc::new(AtomicU64::new(after.unwrap_or(0)));
        let noted = Arc::clone(&last);
        let task = forwarders.spawn(async move {
            forward(socket.clone(), told, outlet, &noted).await;
            socket.leave(room);
        });
        self.0.insert(id, Teller { task, last });
        self.forget_oldest();
    }

    /// Forgets jobs that were told to their end, the oldest first: their ids sort by time.
    fn forget_oldest(&mut self) {
        while self.0.len() > 2 * MOST_JOBS {
            let oldest = self.0.iter().find(|(_, teller)| !teller.is_at_work()).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { return };
            self.0.remove(&oldest);
        }
    }
}
