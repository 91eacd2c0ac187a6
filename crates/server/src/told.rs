//! What is told of a job while the server runs, and when it stops.

use seedbed_service::{Delivery, Subscription};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long the next event may take when the server stops: jobs have ended by then, and their last events are there.
const LAST_EVENTS: Duration = Duration::from_millis(300);

/// The next event. When the server stops, what is there already is told, so that who listens hears how the job ended.
pub(crate) async fn next(told: &mut Subscription, stop: &CancellationToken) -> Option<Delivery> {
    tokio::select! {
        biased;
        next = told.next() => return next,
        () = stop.cancelled() => {}
    }
    tokio::time::timeout(LAST_EVENTS, told.next()).await.ok().flatten()
}
