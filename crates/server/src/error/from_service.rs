//! What the service refuses, as an answer.

use super::api_error::ApiError;
use axum::http::StatusCode;
use seedbed_service::{ErrorKind, ServiceError};

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let kind = error.kind();
        let answer = Self::new(status(kind), error.code(), error.message())
            .hint(error.hint())
            .details(error.details())
            .retry_after(error.retry_after());
        match kind {
            // Strangers are told no more than that it failed.
            ErrorKind::Internal | ErrorKind::Unavailable => answer.caused_by(error.chain()),
            _ => answer,
        }
    }
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Busy => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
