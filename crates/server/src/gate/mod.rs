//! What every request goes through before its handler, and every answer after it.
//!
//! It is one layer and not ten: each of the usual layers takes an allocation or two of a request that would be answered
//! from memory in the same time.

mod access_log;
mod admission;
mod capacity;
mod client;
mod cors;
mod encoding;
mod host;
mod layer;

mod passage;
mod rate_limit;
mod request_id;
mod route_rules;
mod security_headers;
mod ticket;
mod token;

pub(crate) use admission::Admission;
pub(crate) use client::{ClientAddress, PeerAddress};
pub(crate) use layer::GateLayer;
