//! The port.

use crate::config::ServeConfig;
use crate::serve_error::ServeError;
use std::io::ErrorKind;
use std::net::{SocketAddr, ToSocketAddrs};

/// A port that is listened on: nobody is answered yet, and nobody is turned away.
///
/// It is taken before a store is opened, so that a port that is taken is told at once.
#[derive(Debug)]
pub struct Listener {
    pub(crate) socket: std::net::TcpListener,
    address: SocketAddr,
}

/// Ports that are tried after the one that was asked for.
const FALLBACKS: u16 = 100;

impl Listener {
    /// Takes the port.
    ///
    /// # Errors
    /// [`ServeError::Resolve`], [`ServeError::PortTaken`], [`ServeError::Listen`].
    pub fn bind(config: &ServeConfig) -> Result<Self, ServeError> {
        let host = config.host.trim_start_matches('[').trim_end_matches(']');
        let resolve = |source| ServeError::Resolve { host: config.host.clone(), source };
        let mut addresses = (host, config.port).to_socket_addrs().map_err(resolve)?;
        let first = addresses.next().ok_or_else(|| resolve(ErrorKind::NotFound.into()))?;
        let tries = if config.port_fallback && config.port > 0 { FALLBACKS } else { 0 };
        let mut refused = ServeError::PortTaken { address: first };
        for more in 0..=tries {
            let Some(port) = config.port.checked_add(more) else { break };
            match listen(SocketAddr::new(first.ip(), port)) {
                Ok(listener) => return Ok(listener),
                Err(error @ ServeError::PortTaken { .. }) if more == 0 => refused = error,
                Err(ServeError::PortTaken { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(refused)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn listen(address: SocketAddr) -> Result<Listener, ServeError> {
    let bound = std::net::TcpListener::bind(address).and_then(|socket| {
        socket.set_nonblocking(true)?;
        Ok(Listener { address: socket.local_addr()?, socket })
    });
    bound.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => ServeError::PortTaken { address },
        _ => ServeError::Listen { address, source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_told_and_the_next_one_taken_when_that_is_wished() {
        let mut config = ServeConfig { port: 0, ..ServeConfig::default() };
        let first = Listener::bind(&config).expect("some port is free");
        config.port = first.address().port();
        let error = Listener::bind(&config).expect_err("it is taken");
        assert_eq!(error.code(), "serve-port-taken");
        assert!(error.hint().is_some_and(|hint| hint.contains("--port-fallback")));
        config.port_fallback = true;
        let second = Listener::bind(&config).expect("another is free");
        assert!(second.address().port() > first.address().port());
    }
}
