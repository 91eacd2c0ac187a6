//! What clients send.

use crate::request::Whole;
use serde::Deserialize;

/// What a client may send when it connects.
#[derive(Debug, Deserialize)]
pub(super) struct Greeting {
    /// The API token.
    pub(super) token: Option<String>,
}

/// Whose events to send.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SubscribeBody {
    pub(super) job_id: String,
    /// The last event that was seen: what came after it is told.
    pub(super) last_event_id: Option<Whole>,
}

/// Which job to stop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CancelBody {
    pub(super) job_id: String,
}
