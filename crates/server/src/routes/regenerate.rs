//! Datasets whose rows are made again.

use super::generate::accepted_answer;
use super::idempotency::keyed;
use crate::bodies::{AcceptedAnswer, RegenerateBody};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;

/// Have a dataset's rows made again
///
/// The same seed and the same numbers make the same rows. They become the dataset's next version, or a dataset of their own
/// when a name is given.
#[utoipa::path(post, path = "/api/datasets/{id}/regenerate", operation_id = "regenerate", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request one that is carried out once, however often it is sent"),
    ),
    request_body = RegenerateBody,
    responses(
        (status = 202, description = "A job makes them", body = AcceptedAnswer,
            headers(("Location" = String, description = "The job"))),
        (status = 422, description = "It can't be done"),
    ))]
pub(super) async fn regenerate(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
    request: Request,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let (key, request) = keyed(&state, request)?;
    let Json(body) = Json::<RegenerateBody>::from_request(request, &state).await?;
    let request = body.request();
    accepted_answer(state.call(move |service| service.regenerate(id, &request, key.as_ref())).await?)
}
