//! A server on a port of its own.

use crate::server::Server;
use seedbed_server::{Listener, serve_until};
use std::net::SocketAddr;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// It ends when `stop` is sent, and with the test.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) ended: JoinHandle<()>,
}

/// The server on a port of its own.
pub(crate) fn run(server: &Server) -> Running {
    let config = server.config.clone();
    let listener = Listener::bind(&config).expect("a port is free");
    let address = listener.address();
    let (stop, stopped) = oneshot::channel();
    let service = server.service.clone();
    let ended = tokio::spawn(async move {
        let stop = async {
            let _ = stopped.await;
        };
        serve_until(listener, config, service, stop).await.expect("it serves");
    });
    Running { address, stop, ended }
}
