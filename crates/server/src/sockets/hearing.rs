//! What a socket hears of jobs.

use super::forward::{Ends, forward};
use crate::error::ApiError;
use crate::state::Shared;
use axum::http::StatusCode;
use seedbed_store::JobId;
use socketioxide::extract::SocketRef;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Jobs that one socket may hear of at the same time; of as many that are told to their end, the last event is known.
const MOST_JOBS: usize = 64;

/// The jobs that a socket hears of, and those that it has heard of.
#[derive(Clone, Debug)]
pub(super) struct Hearing {
    state: Shared,
    /// The socket is closed.
    gone: CancellationToken,
    jobs: Arc<Mutex<BTreeMap<JobId, Teller>>>,
}

/// The task that tells a socket of a job.
#[derive(Debug)]
struct Teller {
    gone: CancellationToken,
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
    pub(super) fn new(state: &Shared) -> Self {
        Self { state: Arc::clone(state), gone: CancellationToken::new(), jobs: Arc::default() }
    }

    /// The socket is closed: it hears of nothing any more.
    pub(super) fn end(&self) {
        self.gone.cancel();
    }

    /// Puts a socket into a job's room, and has the job's events sent to it: those after the one that is named, or else those
    /// that this socket was not told yet. So one that asks twice hears nothing twice, unless it names what it has seen.
    ///
    /// # Errors
    /// 404 for no job; 429 when it hears of too many.
    pub(super) async fn of(&self, socket: SocketRef, id: JobId, after: Option<u64>) -> Result<(), ApiError> {
        // Held to the end: there is one teller of a job for a socket.
        let mut jobs = self.jobs.lock().await;
        let earlier = jobs.get(&id);
        let is_told = earlier.is_some_and(Teller::is_at_work);
        if is_told && after.is_none() {
            return Ok(());
        }
        if !is_told && jobs.values().filter(|teller| teller.is_at_work()).count() >= MOST_JOBS {
            let message = format!("a socket hears of {MOST_JOBS} jobs at the same time, and no more");
            return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-subscriptions", message));
        }
        let known = earlier.map(|teller| teller.last.load(Ordering::Acquire)).filter(|last| *last > 0);
        let (asked, after) = (id.clone(), after.or(known));
        let told = self.state.call(move |service| service.subscribe(&asked, after)).await?;
        if let Some(earlier) = jobs.remove(&id) {
            earlier.gone.cancel();
            // Only when it has ended, nothing of it can come between.
            let _ = earlier.task.await;
        }
        socket.join(id.to_string());
        let last = Arc::new(AtomicU64::new(after.unwrap_or(0)));
        let ends = Ends { gone: self.gone.child_token(), server: self.state.stop.clone() };
        let (gone, noted, room) = (ends.gone.clone(), Arc::clone(&last), id.to_string());
        let task = self.state.forwarders.spawn(async move {
            forward(socket.clone(), told, &noted, &ends).await;
            // Who took its place tells the same room.
            if !ends.gone.is_cancelled() {
                socket.leave(room);
            }
        });
        jobs.insert(id, Teller { gone, task, last });
        forget_oldest(&mut jobs);
        Ok(())
    }
}

/// Forgets jobs that are told to their end, the oldest first: their ids sort by time.
fn forget_oldest(jobs: &mut BTreeMap<JobId, Teller>) {
    while jobs.len() > 2 * MOST_JOBS {
        let Some(oldest) = jobs.iter().find(|(_, teller)| !teller.is_at_work()) else { return };
        let oldest = oldest.0.clone();
        jobs.remove(&oldest);
    }
}
