//! The life of a server.

use crate::config::ServeConfig;
use crate::connections::Connections;
use crate::listener::Listener;
use crate::routes::router;
use crate::serve_error::ServeError;
use crate::sockets::sockets;
use crate::state::{Shared, State};
use axum::Router;
use seedbed_service::Service;
use socketioxide::SocketIo;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// A server without its connections: what a test asks, and what other servers embed.
#[derive(Clone, Debug)]
pub struct App {
    router: Router,
    io: SocketIo,
    state: Shared,
}

impl App {
    /// The routes over a service.
    pub fn new(config: &ServeConfig, service: Service) -> Self {
        let state = Arc::new(State::new(service, config));
        let (sockets, io) = sockets(&state);
        Self { router: router(Arc::clone(&state), sockets, config.api_token.is_some()), io, state }
    }

    /// Ends streams and sockets, when they have told what there is to tell.
    async fn end(&self) {
        self.state.stop.cancel();
        self.state.forwarders.close();
        if tokio::time::timeout(LAST_ANSWERS, self.state.forwarders.wait()).await.is_err() {
            tracing::warn!("sockets that do not read are closed");
        }
        self.io.close().await;
    }

    /// The routes. Requests that come with no address of a peer count as those of one client.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

/// Time that connections have to end when nothing keeps them any more.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Listens as a configuration says, and serves until the process is told to end, as [`serve_on`] does.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(config: ServeConfig, service: Service) -> Result<(), ServeError> {
    let listener = Listener::bind(&config)?;
    serve_on(listener, config, service).await
}

/// Serves until the process is told to end, by the keyboard or by the system. Then it takes no more connections and no more
/// jobs, gives running jobs the grace period, cancels the rest, ends streams and sockets, and returns. Told a second time,
/// it returns at once; whoever drops the runtime then should not wait for its threads.
///
/// # Errors
/// [`ServeError::EndedAtOnce`], [`ServeError::Signals`].
pub async fn serve_on(listener: Listener, config: ServeConfig, service: Service) -> Result<(), ServeError> {
    let mut signals = Signals::new().map_err(ServeError::Signals)?;
    let (stop, stopped) = oneshot::channel();
    let mut serving = std::pin::pin!(serve_until(listener, config, service, async {
        // Who drops the sender has received no signal, and never will.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    }));
    tokio::select! {
        ended = serving.as_mut() => return ended,
        () = signals.next() => {}
    }
    tracing::info!("told to end; once more ends at once");
    let _ = stop.send(());
    tokio::select! {
        ended = serving => ended,
        () = signals.next() => Err(ServeError::EndedAtOnce),
    }
}

/// Serves until a future is done, and ends as [`serve_on`] does.
///
/// # Errors
/// [`ServeError::Listen`].
pub async fn serve_until(
    listener: Listener,
    config: ServeConfig,
    service: Service,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let address = listener.address();
    let listener = tokio::net::TcpListener::from_std(listener.socket)
        .map_err(|source| ServeError::Listen { address, source })?;
    let app = App::new(&config, service.clone());
    let connections = Connections::new(app.router(), &config);
    tracing::info!(%address, "listening");
    tokio::select! {
        () = connections.accept(&listener) => {}
        () = stop => {}
    }
    drop(listener);
    // Streams go on meanwhile: they tell how the last jobs end.
    end_jobs(service, config.grace_period).await;
    app.end().await;
    connections.stop.cancel();
    connections.open.close();
    if tokio::time::timeout(LAST_ANSWERS, connections.open.wait()).await.is_err() {
        tracing::warn!(open = connections.open.len(), "connections that did not end are left");
    }
    tracing::info!("ended");
    Ok(())
}

/// Lets running jobs end. A thread of its own waits for them, which keeps no runtime from being dropped.
async fn end_jobs(service: Service, grace: Duration) {
    let (ended, wait) = oneshot::channel();
    let thread = std::thread::Builder::new().name("shutdown".to_owned()).spawn(move || {
        service.shutdown(grace);
        let _ = ended.send(());
    });
    match thread {
        Ok(_) => drop(wait.await),
        Err(error) => tracing::error!(%error, "jobs could not be ended; they end with the process"),
    }
}

/// What tells the process to end.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
