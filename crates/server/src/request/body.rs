//! Bodies: as long as they may be, as slow as they may be.

use crate::error::ApiError;
use crate::state::State;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::timeout;

/// Reads a body. One that says that it is too long is refused before it is read.
///
/// # Errors
/// 413 for one that is too long, 408 for one that comes too slowly, 400 for one that ends in its middle.
pub(crate) async fn read_body(state: &State, request: Request) -> Result<Bytes, ApiError> {
    let limit = state.body_bytes;
    let length = request.headers().get(CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    let mut body = request.into_body();
    if length.is_some_and(|length| length > limit as u64) {
        linger(body);
        return Err(too_large(limit));
    }
    let mut read: Vec<u8> = Vec::with_capacity(length.map_or(0, |length| length.min(64 << 10) as usize));
    loop {
        let frame = match timeout(state.body_time, body.frame()).await {
            Err(_) => return Err(too_slow(state.body_time)),
            Ok(None) => return Ok(read.into()),
            Ok(Some(Err(_))) => {
                return Err(ApiError::bad_request("body-incomplete", "the body ends before its end"));
            }
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else { continue };
        if read.len() + data.len() > limit {
            linger(body);
            return Err(too_large(limit));
        }
        read.extend_from_slice(&data);
    }
}

/// For how long the rest of a body is thrown away that nobody reads.
const LINGER: Duration = Duration::from_secs(5);

/// A client that is still sending when the connection is closed sees a broken connection, and not the answer. So what it
/// sends is taken for a while, and thrown away.
fn linger(mut body: Body) {
    tokio::spawn(timeout(LINGER, async move { while let Some(Ok(_)) = body.frame().await {} }));
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("the body is longer than the limit of {limit} bytes");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", message)
}

fn too_slow(time: Duration) -> ApiError {
    let message = format!("no part of the body arrived for {} s", time.as_secs_f64());
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", message)
}

/// What a body is, in small letters and without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}
