//! Plans.

use super::answer::json;
use crate::bodies::{GenerateBody, shapes};
use crate::error::ApiError;
use crate::request::{Json, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::response::Response;

/// What generation would do, and why
///
/// Takes what `POST /api/generate` takes, and makes no rows.
#[utoipa::path(post, path = "/api/plan", operation_id = "plan", tag = "schemas",
    request_body = GenerateBody,
    responses(
        (status = 200, description = "What would be done", body = shapes::PlanAnswer),
        (status = 422, description = "It can't be done, for these reasons"),
    ))]
pub(super) async fn plan(
    State(state): State<Shared>,
    parameters: Parameters,
    Json(body): Json<GenerateBody>,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let request = body.request()?;
    json(&state.call(move |service| service.plan(&request)).await?)
}
