//! The way out to one client.

use axum::body::Bytes;
use serde::Serialize;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::AckSender;
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// How long to wait before a packet is tried again for which there was no place.
const AGAIN: Duration = Duration::from_millis(20);

/// Packets to one client, in the order in which they came here: an acknowledgement waits for the event before it, and not
/// for all that a job has to tell.
#[derive(Clone, Debug)]
pub(super) struct Outlet {
    turn: Arc<Mutex<()>>,
    /// Ends with the socket, or with the server.
    pub(super) stop: CancellationToken,
}

/// What has become of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Done,
    Closed,
}

impl Outlet {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self { turn: Arc::default(), stop }
    }

    /// Sends one packet. Where the client reads slowly there is no place for it at once: it waits, or is missed.
    pub(super) async fn send(
        &self,
        may_be_missed: bool,
        mut attempt: impl FnMut() -> Result<(), SendError>,
    ) -> Sent {
        let _turn = self.turn.lock().await;
        loop {
            match attempt() {
                Ok(()) => return Sent::Done,
                Err(SendError::Socket(SocketError::Closed)) => return Sent::Closed,
                Err(SendError::Socket(SocketError::InternalChannelFull)) if may_be_missed => {
                    return Sent::Done;
                }
                Err(SendError::Socket(SocketError::InternalChannelFull)) => tokio::select! {
                    () = self.stop.cancelled() => return Sent::Closed,
                    () = tokio::time::sleep(AGAIN) => {}
                },
                Err(SendError::Serialize(error)) => {
                    tracing::error!(%error, "a packet could not be written");
                    return Sent::Done;
                }
            }
        }
    }

    /// Answers, if an answer is wanted.
    pub(super) async fn acknowledge(&self, ack: &Acknowledgement, answer: &impl Serialize) {
        self.send(false, || ack.send(answer)).await;
    }
}

/// What answers an event. [`AckSender`] has one attempt, and is gone when there was no place for it.
#[derive(Debug)]
pub(super) struct Acknowledgement {
    socket: Arc<Socket<LocalAdapter>>,
    id: Option<i64>,
}

impl Acknowledgement {
    fn send(&self, answer: &impl Serialize) -> Result<(), SendError> {
        let mut nothing = Value::Bytes(Bytes::new());
        let Ok(sender) = AckSender::from_message_parts(&self.socket, &mut nothing, &self.id);
        sender.send(answer)
    }
}

impl FromMessageParts<LocalAdapter> for Acknowledgement {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        _: &mut Value,
        id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        Ok(Self { socket: Arc::clone(socket), id: *id })
    }
}
