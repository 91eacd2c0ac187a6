//! Datasets that are made.

use super::answer::{json, json_with, located};
use super::idempotency::keyed;
use super::result::failed;
use crate::bodies::{AcceptedAnswer, GenerateBody, GeneratedAnswer};
use crate::error::ApiError;
use crate::request::{Json, Parameters};
use crate::state::{Shared, State as AppState};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use seedbed_service::Accepted;
use seedbed_store::JobRecord;

/// Have a dataset made
///
/// A job makes its rows, checks them against every constraint, and saves them. With `wait=true` the answer is the dataset,
/// if it is there soon; else the job, as without. What `instructions` say is carried out as it stands where it is commands;
/// else a language model is asked, where one is configured. Without one the rules make the rows, and a note says so.
#[utoipa::path(post, path = "/api/generate", operation_id = "generate", tag = "datasets",
    params(
        ("wait" = Option<bool>, Query, description = "Whether to wait for the dataset"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request one that is carried out once, however often it is sent"),
    ),
    request_body = GenerateBody,
    responses(
        (status = 200, description = "The dataset is there", body = GeneratedAnswer),
        (status = 202, description = "A job makes it", body = AcceptedAnswer,
            headers(("Location" = String, description = "The job"))),
        (status = 409, description = "The job that was waited for was canceled"),
        (status = 422, description = "It can't be done"),
    ))]
pub(super) async fn generate(
    State(state): State<Shared>,
    mut parameters: Parameters,
    request: Request,
) -> Result<Response, ApiError> {
    let wait = parameters.flag("wait");
    parameters.finish()?;
    let (key, request) = keyed(&state, request)?;
    let Json(body) = Json::<GenerateBody>::from_request(request, &state).await?;
    let request = body.request()?;
    let accepted = state.call(move |service| service.generate(&request, key.as_ref())).await?;
    if wait && let Some(job) = state.end_of(&accepted.job_id, state.wait_time).await? {
        return generated(&state, job, accepted).await;
    }
    accepted_answer(accepted)
}

/// The answer to what is in the queue now.
pub(super) fn accepted_answer(accepted: Accepted) -> Result<Response, ApiError> {
    let path = format!("/api/jobs/{}", accepted.job_id);
    let answer = AcceptedAnswer { job_id: accepted.job_id, notes: accepted.notes };
    Ok(located(json_with(StatusCode::ACCEPTED, &answer)?, &path))
}

/// The answer to who has waited for a job to its end.
async fn generated(state: &AppState, job: JobRecord, accepted: Accepted) -> Result<Response, ApiError> {
    let Some(id) = job.dataset_id.filter(|_| job.error.is_none()) else {
        return Err(failed(job.error));
    };
    let dataset = state.call(move |service| service.dataset(id)).await?;
    let answer = GeneratedAnswer {
        dataset_id: id.0,
        meta: dataset.generation_meta,
        row_counts: dataset.metadata.row_counts.into_iter().collect(),
        notes: accepted.notes,
    };
    Ok(located(json(&answer)?, &format!("/api/datasets/{id}")))
}
