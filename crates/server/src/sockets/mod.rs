//! Socket.IO: the events of jobs in a room for each, and requests with acknowledgements.

mod bodies;
mod forward;
mod hearing;
mod namespace;
mod outlet;

use crate::error::ApiError;
use crate::state::Shared;
use axum::Router;
use axum::http::StatusCode;
use socketioxide::SocketIo;
use socketioxide::service::SocketIoService;

/// What answers under `/socket.io/`.
pub(crate) type Sockets = SocketIoService<Router>;

/// Packets that wait for a slow client. Few: a packet may hold a chunk of rows, and there may be many clients.
const WAITING_PACKETS: usize = 16;

/// The sockets, ready to be asked, and what closes them.
pub(crate) fn sockets(state: &Shared) -> (Sockets, SocketIo) {
    // Longer messages close the whole socket, so that a request must fit; the packet around it is short.
    let longest = state.body_bytes.saturating_add(4 << 10);
    let (sockets, io) = SocketIo::builder()
        .max_payload(longest as u64)
        .ws_max_message_size(longest)
        .ws_max_frame_size(longest)
        .max_buffer_size(WAITING_PACKETS)
        .build_with_inner_svc(Router::new().fallback(no_socket));
    namespace::attach(&io, state);
    (sockets, io)
}

async fn no_socket() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "unknown-route", "there is no such route")
}
