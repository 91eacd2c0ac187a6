//! Answers in JSON.

use crate::error::ApiError;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;

/// Headers that a usual answer has when it leaves.
const MOST_HEADERS: usize = 12;

/// A JSON answer with status 200.
///
/// # Errors
/// 500 for what can't be written, of which there is none.
pub(super) fn json(value: &impl Serialize) -> Result<Response, ApiError> {
    json_with(StatusCode::OK, value)
}

/// A JSON answer.
///
/// # Errors
/// 500 for what can't be written, of which there is none.
pub(super) fn json_with(status: StatusCode, value: &impl Serialize) -> Result<Response, ApiError> {
    let text = serde_json::to_vec(value).map_err(|error| ApiError::internal(error.to_string()))?;
    let mut response = json_text(text);
    *response.status_mut() = status;
    Ok(response)
}

/// Text that is JSON already, with status 200.
pub(super) fn json_text(text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    // With those that the gate adds: a map that grows is built anew.
    let mut headers = HeaderMap::with_capacity(MOST_HEADERS);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.headers_mut() = headers;
    response
}

/// Says where something is that the answer speaks of.
pub(super) fn located(mut response: Response, path: &str) -> Response {
    if let Ok(path) = HeaderValue::try_from(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}
