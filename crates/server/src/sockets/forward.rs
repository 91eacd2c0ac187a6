//! The way of events from a subscription to a socket.

use crate::told;
use seedbed_service::{Delivery, Subscription};
use serde::Serialize;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long to wait before a packet is tried again for which there was no place.
const AGAIN: Duration = Duration::from_millis(20);

/// Sends events to a socket until the job, the socket or the server ends. Each event that lasts has its id as a second
/// argument, for who subscribes again later.
pub(super) async fn forward(socket: SocketRef, mut told: Subscription, stop: CancellationToken) {
    loop {
        let Some(delivery) = told::next(&mut told, &stop).await else { return };
        let sent = match delivery.id {
            Some(id) => send(&socket, &delivery, &(&*delivery.payload, id), &stop).await,
            None => send(&socket, &delivery, &(&*delivery.payload,), &stop).await,
        };
        if sent == Sent::Closed {
            return;
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
    stop: &CancellationToken,
) -> Sent {
    let may_be_missed = delivery.id.is_none() && delivery.name.ends_with(":progress");
    loop {
        match socket.emit(&*delivery.name, arguments) {
            Ok(()) => return Sent::Done,
            Err(SendError::Socket(SocketError::Closed)) => return Sent::Closed,
            Err(SendError::Socket(SocketError::InternalChannelFull)) if may_be_missed => return Sent::Done,
            Err(SendError::Socket(SocketError::InternalChannelFull)) => tokio::select! {
                () = stop.cancelled() => return Sent::Closed,
                () = tokio::time::sleep(AGAIN) => {}
            },
            Err(SendError::Serialize(error)) => {
                tracing::error!(event = &*delivery.name, %error, "an event could not be sent");
                return Sent::Done;
            }
        }
    }
}
