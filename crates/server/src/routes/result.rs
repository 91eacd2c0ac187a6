//! What came of a job that was waited for.

use super::answer::{json, located};
use super::generate::accepted_answer;
use crate::error::ApiError;
use crate::state::State;
use axum::response::Response;
use seedbed_service::{Accepted, ServiceError};
use seedbed_store::{DatasetId, JobFailure, JobRecord};

/// The answer to who has asked for a change: what has changed, if that was to be waited for and is known soon; else the job.
///
/// # Errors
/// Why the change failed.
pub(super) async fn change_answer(
    state: &State,
    accepted: Accepted,
    dataset: DatasetId,
    wait: bool,
) -> Result<Response, ApiError> {
    if wait && let Some(job) = state.end_of(&accepted.job_id, state.wait_time).await? {
        return result_answer(job, dataset);
    }
    accepted_answer(accepted)
}

/// The result of a job that has changed a dataset.
///
/// # Errors
/// Why it failed.
fn result_answer(job: JobRecord, dataset: DatasetId) -> Result<Response, ApiError> {
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
