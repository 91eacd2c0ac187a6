//! Plans.

use super::answer::json;
use crate::bodies::{GenerateBody, shapes};
use crate::error::ApiError;
use crate::request::{Json, Parameters};
use crate::state::Shared;
use axum::extract::{FromRequest, Request, State};
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
    request: Request,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let (parts, body) = request.into_parts();
    let client = state.admission.client(&parts);
    let request = Request::from_parts(parts, body);
    let Json(body) = Json::<GenerateBody>::from_request(request, &state).await?;
    let has_words = body.has_words();
    if has_words {
        // The route has taken what any request costs.
        state.admission.take_words(client)?;
    }
    let request = body.request()?;
    let answer = match has_words && state.service.is_advised() {
        true => state.call_advised(move |service, _| service.plan(&request)).await?,
        false => state.call(move |service| service.plan(&request)).await?,
    };
    json(&answer)
}
