//! Datasets whose rows are changed.

use super::idempotency::keyed;
use super::result::change_answer;
use crate::bodies::{AcceptedAnswer, ModifyBody, shapes};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;

/// Change a dataset's rows, in words or by edits
///
/// A job changes them, keeps every constraint, and saves them as the dataset's next version. Words that are commands are
/// carried out as they stand; others need a language model. With `dryRun` nothing is saved. With `wait=true` the answer is
/// what has changed, if that is known soon; else the job, as without.
#[utoipa::path(post, path = "/api/datasets/{id}/modify", operation_id = "modifyDataset", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("wait" = Option<bool>, Query, description = "Whether to wait for the change"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request one that is carried out once, however often it is sent"),
    ),
    request_body = ModifyBody,
    responses(
        (status = 200, description = "It is changed", body = shapes::ModifyAnswer,
            headers(("Location" = String, description = "The dataset"))),
        (status = 202, description = "A job changes it", body = AcceptedAnswer,
            headers(("Location" = String, description = "The job"))),
        (status = 409, description = "The dataset is in another version than expected, or the job was canceled"),
        (status = 422, description = "The words are not understood, or the edits can't be carried out"),
    ))]
pub(super) async fn modify(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    mut parameters: Parameters,
    request: Request,
) -> Result<Response, ApiError> {
    let wait = parameters.flag("wait");
    parameters.finish()?;
    let (key, request) = keyed(&state, request)?;
    let Json(body) = Json::<ModifyBody>::from_request(request, &state).await?;
    let request = body.request()?;
    let accepted = state.call(move |service| service.modify(id, &request, key.as_ref())).await?;
    change_answer(&state, accepted, id, wait).await
}
