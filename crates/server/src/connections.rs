//! Connections: as many as there may be, each as slow as it may be.

use crate::config::ServeConfig;
use crate::gate::PeerAddress;
use crate::placed::Placed;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// What connections are made with.
#[derive(Debug)]
pub(crate) struct Connections {
    router: Router,
    header_time: Duration,
    places: Arc<Semaphore>,
    pub(crate) open: TaskTracker,
    /// Ends the waiting for further requests; those that are being answered are answered.
    pub(crate) stop: CancellationToken,
}

/// After an error of the system, such as too many open files, there is time for some to be closed.
const PAUSE: Duration = Duration::from_millis(50);

/// Fields of a request's head.
const MOST_HEADERS: usize = 100;
/// Bytes of a request's head.
const MOST_HEAD_BYTES: usize = 64 << 10;

impl Connections {
    pub(crate) fn new(router: Router, config: &ServeConfig) -> Self {
        Self {
            router,
            header_time: config.header_timeout,
            places: Arc::new(Semaphore::new(config.max_connections.min(Semaphore::MAX_PERMITS))),
            open: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// Takes connections. It ends only by being dropped; those that it took go on.
    pub(crate) async fn accept(&self, listener: &TcpListener) {
        loop {
            // Who finds no place waits in the system's queue.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    // Small answers are not kept back for more of them; where that can't be set, they are.
                    let _ = stream.set_nodelay(true);
                    let stream = Placed { stream, _place: place };
                    self.open.spawn(serve(
                        stream,
                        peer,
                        self.router.clone(),
                        self.header_time,
                        self.stop.clone(),
                    ));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

async fn serve(
    stream: Placed,
    peer: SocketAddr,
    router: Router,
    header_time: Duration,
    stop: CancellationToken,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(PeerAddress(peer));
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke");
    }
}
