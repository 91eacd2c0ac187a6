//! What came of a job that was waited for.

use super::answer::{json, located};
use crate::error::ApiError;
use axum::response::Response;
use seedbed_service::ServiceError;
use seedbed_store::{DatasetId, JobFailure, JobRecord};

/// The result of a job that has changed a dataset.
///
/// # Errors
/// Why it failed.
pub(super) fn result_answer(job: JobRecord, dataset: DatasetId) -> Result<Response, ApiError> {
    match (job.error, job.result) {
        (None, Some(result)) => Ok(located(json(&result)?, &format!("/api/datasets/{dataset}"))),
        (error, _) => Err(failed(error)),
    }
}

/// The answer to who has waited for a job that has nothing to show.
pub(super) fn failed(error: Option<JobFailure>) -> ApiError {
    let unknown = || JobFailure {
        message: "the job ended without a result".to_owned(),
        code: "canceled".to_owned(),
        details: None,
    };
    ServiceError::Failed(Box::new(error.unwrap_or_else(unknown))).into()
}
