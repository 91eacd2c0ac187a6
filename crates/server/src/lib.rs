//! HTTP, Server-Sent Events and Socket.IO over the service.
//!
//! It is a thin skin: whatever it does, `seedbed-service` can do without it.
//!
//! - [`ServeConfig`] is all that the server is told: [flags](ServeFlags) before the environment, that before the table
//!   `[server]` of `seedbed.toml`. [`OPTIONS`] is the one definition of all three.
//! - [`Listener`] takes the port, [`serve_on`] serves on it until the process is told to end; [`serve`] does both.
//! - [`advisor()`] is who is asked what sentences mean, where a key is configured.
//! - [`App`] is the server without its connections.
//!
//! What a request goes through is in `gate`, what answers it in `routes` and `sockets`. Errors have one shape everywhere,
//! which `error` makes, and the description of the API comes from the same attributes as the routes.

mod advisor;
mod bodies;
mod config;
mod connections;
mod error;
mod gate;
mod last_look;
mod listener;
mod log;
mod placed;
mod request;
mod request_metrics;
mod routes;
mod serve;
mod serve_error;
mod sockets;
mod state;
mod told;

pub use advisor::{AdvisorError, advisor};
pub use config::{
    AdvisorConfig, ConfigError, ConfigOption, LogFormat, OPTIONS, OptionKind, Place, Secret, ServeConfig,
    ServeFlags, reference_page,
};
pub use listener::Listener;
pub use log::begin_log;
pub use serve::{App, serve, serve_on, serve_until};
pub use serve_error::ServeError;
