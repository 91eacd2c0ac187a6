//! A line of the log for each request.

use super::request_id::X_REQUEST_ID;
use crate::error::LoggedCause;
use axum::http::Method;
use axum::response::Response;
use std::time::Duration;
use tracing::Level;

/// Writes the line: what failed here as an error, what was refused and what changed something as news, and what was read
/// only for who looks closely. The query is left out, as a ticket may stand there.
pub(super) fn write(
    method: &Method,
    path: &str,
    response: &Response,
    time: Duration,
    client: std::net::IpAddr,
) {
    let status = response.status().as_u16();
    let id = || response.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    if let Some(LoggedCause(cause)) = response.extensions().get() {
        tracing::error!(id = id(), %method, path, status, ms, %client, cause = &**cause, "request");
    } else if status >= 400 || !method.is_safe() {
        tracing::info!(id = id(), %method, path, status, ms, %client, "request");
    } else if tracing::enabled!(Level::DEBUG) {
        tracing::debug!(id = id(), %method, path, status, ms, %client, "request");
    }
}
