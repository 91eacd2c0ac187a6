//! Why a server does not start, or ends.

use std::net::SocketAddr;

/// Why a server does not start, or ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The host has no address.
    #[error("the host `{host}` has no address")]
    Resolve {
        /// The host.
        host: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The port is taken.
    #[error("{address} is taken by another process")]
    PortTaken {
        /// The address.
        address: SocketAddr,
    },
    /// The system does not let the server listen.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Signals can't be received.
    #[error("cannot receive signals")]
    Signals(#[source] std::io::Error),
    /// Somebody asked a second time that the server end, and it did not wait for what ran.
    #[error("the server was told to end at once")]
    EndedAtOnce,
    /// Another part of the process writes the log already.
    #[error("the log has begun already")]
    LogBegun,
}

impl ServeError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Resolve { .. } => "serve-host",
            Self::PortTaken { .. } => "serve-port-taken",
            Self::Listen { .. } => "serve-listen",
            Self::Signals(_) => "serve-signals",
            Self::EndedAtOnce => "serve-ended-at-once",
            Self::LogBegun => "serve-log-begun",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::PortTaken { .. } => {
                Some("name another with PORT, or take the next free one with `--port-fallback`".to_owned())
            }
            _ => None,
        }
    }
}
