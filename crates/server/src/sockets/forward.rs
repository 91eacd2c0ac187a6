//! The way of events from a subscription to a socket.

use crate::told;
use seedbed_service::{Delivery, Subscription};
use serde::Serialize;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long to wait before a packet is tried again for which there was no place.
const AGAIN: Duration = Duration::from_millis(20);

/// What ends the telling of a job.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    /// Nobody listens any more, or somebody else tells the socket of the job from now on: it ends at once.
    pub(super) gone: CancellationToken,
    /// The server stops: what is there already is told.
    pub(super) server: CancellationToken,
}

/// Sends events to a socket until the job, the socket or the server ends, and notes the id of the last one. Each event that
/// lasts has its id as a second argument, for who subscribes again later.
pub(super) async fn forward(socket: SocketRef, mut told: Subscription, last: &AtomicU64, ends: &Ends) {
    loop {
        let next = tokio::select! {
            biased;
            () = ends.gone.cancelled() => return,
            next = told::next(&mut told, &ends.server) => next,
        };
        let Some(delivery) = next else { return };
        let sent = match delivery.id {
            Some(id) => send(&socket, &delivery, &(&*delivery.payload, id), ends).await,
            None => send(&socket, &delivery, &(&*delivery.payload,), ends).await,
        };
        if sent == Sent::Closed {
            return;
        }
        if let Some(id) = delivery.id {
            last.store(id, Ordering::Release);
        }
    }
}

#[derive(PartialEq, Eq)]
enum Sent {
    Done,
    Closed,
}

/// Sends one event. A client that reads slowly misses how far a table has come; all else waits for it, and what comes after
/// waits in the subscription, where it takes no memory.
async fn send(
    socket: &SocketRef,
    delivery: &Delivery,
    arguments: &impl Serialize,
    ends: &Ends,
) -> Sent {
    let may_be_missed = delivery.id.is_none() && delivery.name.ends_with(":progress");
    loop {
        match socket.emit(&*delivery.name, arguments) {
            Ok(()) => return Sent::Done,
            Err(SendError::Socket(SocketError::Closed)) => return Sent::Closed,
            Err(SendError::Socket(SocketError::InternalChannelFull)) if may_be_missed => return Sent::Done,
            Err(SendError::Socket(SocketError::InternalChannelFull)) => tokio::select! {
                () = ends.gone.cancelled() => return Sent::Closed,
                () = ends.server.cancelled() => return Sent::Closed,
                () = tokio::time::sleep(AGAIN) => {}
            },
            Err(SendError::Serialize(error)) => {
                tracing::error!(event = &*delivery.name, %error, "an event could not be sent");
                return Sent::Done;
            }
        }
    }
}
