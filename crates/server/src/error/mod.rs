//! Answers that say what is wrong, in the one shape that they have.

mod api_error;
mod error_body;
mod from_service;

pub(crate) use api_error::{ApiError, LoggedCause, whole_seconds};
pub(crate) use error_body::{ErrorBody, ErrorFacts};
