//! Jobs.

use super::answer::{json, json_with, located};
use super::listing::{Part, part_of_list};
use crate::bodies::{TicketAnswer, shapes};
use crate::error::ApiError;
use crate::request::{JobPath, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use seedbed_store::{JobFilter, JobStatus, Timestamp};

/// Jobs, the newest first
#[utoipa::path(get, path = "/api/jobs", operation_id = "listJobs", tag = "jobs",
    params(
        ("limit" = Option<u64>, Query, description = "Jobs at most", minimum = 1, maximum = 500),
        ("offset" = Option<u64>, Query, description = "Jobs to pass over", minimum = 0, maximum = 9223372036854775807_i64),
        ("status" = Option<shapes::JobStatus>, Query, description = "Only those that stand so"),
    ),
    responses((status = 200, description = "The jobs", body = [shapes::JobAnswer],
        headers(("X-Total-Count" = u64, description = "How many there are"), ("Link" = String, description = "The other parts of the list")))))]
pub(super) async fn list(
    State(state): State<Shared>,
    mut parameters: Parameters,
    uri: Uri,
) -> Result<Response, ApiError> {
    let part = Part::of(&mut parameters);
    let status = parameters.text("status");
    let known = status.as_deref().map(str::parse::<JobStatus>);
    if matches!(known, Some(Err(()))) {
        parameters.refuse("status", "it is none of queued, running, done, error and canceled");
    }
    parameters.finish()?;
    let filter =
        JobFilter { limit: Some(part.limit), offset: part.offset, status: known.and_then(Result::ok) };
    let jobs = state.call(move |service| service.jobs(&filter)).await?;
    part_of_list(&jobs.entries, jobs.total, part, &uri)
}

/// A job
#[utoipa::path(get, path = "/api/jobs/{jobId}", operation_id = "getJob", tag = "jobs",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, description = "How it stands", body = shapes::JobAnswer)))]
pub(super) async fn get(
    State(state): State<Shared>,
    JobPath(id): JobPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    json(&state.call(move |service| service.job(&id)).await?)
}

/// Stop a job
///
/// It ends as `canceled` within a second, and leaves nothing behind. One that is over stays as it is. One that another process
/// runs on the same store is stopped there, and not here.
#[utoipa::path(delete, path = "/api/jobs/{jobId}", operation_id = "cancelJob", tag = "jobs",
    params(("jobId" = String, Path, description = "The job")),
    responses(
        (status = 200, description = "It was over before", body = shapes::JobAnswer),
        (status = 202, description = "It is about to end, or has ended by this", body = shapes::JobAnswer,
            headers(("Location" = String, description = "The job"))),
        (status = 409, description = "Another process runs it"),
    ))]
pub(super) async fn cancel(
    State(state): State<Shared>,
    JobPath(id): JobPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let (was_over, job) = state
        .call(move |service| {
            let was_over = service.job(&id)?.status.is_over();
            Ok((was_over, service.cancel(&id)?))
        })
        .await?;
    // What ends by itself between the two looks was not canceled either.
    let is_told = was_over || (job.status.is_over() && job.status != JobStatus::Canceled);
    let status = if is_told { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(located(json_with(status, &job)?, &format!("/api/jobs/{}", job.id)))
}

/// A ticket for the events of a job
///
/// A browser's `EventSource` can't send a token. A ticket stands in the address instead: it opens the events of this one
/// job, for a quarter of an hour.
#[utoipa::path(post, path = "/api/jobs/{jobId}/ticket", operation_id = "createEventTicket", tag = "jobs",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 201, description = "The ticket", body = TicketAnswer,
        headers(("Location" = String, description = "The events, with the ticket")))))]
pub(super) async fn ticket(
    State(state): State<Shared>,
    JobPath(id): JobPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let job = state.call(move |service| service.job(&id)).await?;
    let (ticket, until) = state.admission.tickets.hand_out(&job.id.0);
    let path = format!("/api/jobs/{}/events?ticket={ticket}", job.id);
    let until = i64::try_from(until).unwrap_or(i64::MAX).saturating_mul(1_000);
    let answer = TicketAnswer { ticket, expires_at: Timestamp(until) };
    Ok(located(json_with(StatusCode::CREATED, &answer)?, &path))
}
