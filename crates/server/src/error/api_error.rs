//! An answer that says what is wrong.

use super::error_body::{ErrorBody, ErrorFacts};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// An answer that says what is wrong, and what the log says besides. It is one pointer, as it is returned everywhere.
#[derive(Debug)]
pub(crate) struct ApiError(Box<Answer>);

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    facts: ErrorFacts,
    headers: HeaderMap,
    cause: Option<String>,
}

/// What only the log says of an answer, handed there with it.
#[derive(Clone, Debug)]
pub(crate) struct LoggedCause(pub(crate) Arc<str>);

impl ApiError {
    /// An answer of a status, with a stable code and a sentence for people.
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let facts = ErrorFacts { message: message.into(), code: code.to_owned(), details: None, hint: None };
        Self(Box::new(Answer { status, facts, headers: HeaderMap::new(), cause: None }))
    }

    /// The request is wrong in itself.
    pub(crate) fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Something failed that is no fault of the request: strangers are told no more, the log is told why.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let message = "something went wrong here; the log has more under the id of the request";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message).caused_by(cause)
    }

    /// What a bare status says, for answers that have no other words.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let reason = status.canonical_reason().unwrap_or("error");
        Self::new(status, &reason.to_ascii_lowercase().replace(' ', "-"), reason.to_ascii_lowercase())
    }

    pub(crate) fn hint(mut self, hint: Option<String>) -> Self {
        self.0.facts.hint = hint;
        self
    }

    /// A list of single problems; anything else is none.
    pub(crate) fn details(mut self, details: Option<Value>) -> Self {
        self.0.facts.details = details.filter(Value::is_array);
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// When to ask again: in whole seconds, and at least one, as nobody waits for none.
    pub(crate) fn retry_after(self, time: Option<Duration>) -> Self {
        match time {
            Some(time) => self.header(RETRY_AFTER, HeaderValue::from(whole_seconds(time))),
            None => self,
        }
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<String>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The same without HTTP, for acknowledgements; the log is told the cause.
    pub(crate) fn into_body(self) -> ErrorBody {
        if let Some(cause) = &self.0.cause {
            tracing::error!(code = self.0.facts.code, cause, "a request over Socket.IO failed");
        }
        ErrorBody { error: self.0.facts }
    }
}

/// Seconds, counted up, at least one.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Answer { status, facts, headers, cause } = *self.0;
        let body = serde_json::to_vec(&ErrorBody { error: facts }).unwrap_or_default();
        let mut response = (status, body).into_response();
        *response.headers_mut() = headers;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(cause) = cause {
            response.extensions_mut().insert(LoggedCause(cause.into()));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_wait_for_no_time() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_999, 60)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds);
        }
    }

    #[test]
    fn the_cause_is_for_the_log_alone() {
        let response = ApiError::internal("disk sda1 is gone").into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.extensions().get::<LoggedCause>().map(|c| &*c.0), Some("disk sda1 is gone"));
        let body = ApiError::internal("disk sda1 is gone").into_body();
        let text = serde_json::to_string(&body).expect("it is JSON");
        assert!(!text.contains("sda1") && text.contains(r#""code":"internal""#), "{text}");
    }
}
