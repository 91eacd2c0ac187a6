//! The server over the real service and a real store.

mod access;
mod changes;
mod datasets;
mod description;
mod events;
mod fake_advisor;
mod hostile;
mod http_page;
mod limits;
mod query_worker;
mod running;
mod server;
mod sockets;
mod stopping;
