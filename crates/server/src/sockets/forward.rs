//! The way of events from a subscription to a socket.

use super::outlet::{Outlet, Sent};
use crate::told;
use seedbed_service::Subscription;
use socketioxide::extract::SocketRef;
use std::sync::atomic::{AtomicU64, Ordering};

/// Sends events to a socket until the job, the socket or the server ends, and notes the id of the last one. Each event that
/// lasts has its id as a second argument, for who subscribes again later. A client that reads slowly misses how far a table has come; all else waits for
/// it, and what comes after waits in the subscription, where it takes no memory.
pub(super) async fn forward(socket: SocketRef, mut told: Subscription, outlet: Outlet, last: &AtomicU64) {
    while let Some(delivery) = told::next(&mut told, &outlet.stop).await {
        let (name, payload) = (&*delivery.name, &*delivery.payload);
        let may_be_missed = delivery.id.is_none() && name.ends_with(":progress");
        let attempt = || match delivery.id {
            Some(id) => socket.emit(name, &(payload, id)),
            None => socket.emit(name, &(payload,)),
        };
        if outlet.send(may_be_missed, attempt).await == Sent::Closed {
            return;
        }
        if let Some(id) = delivery.id {
            last.store(id, Ordering::Release);
        }
    }
}
