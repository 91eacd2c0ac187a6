//! Changes that are taken back.

use super::idempotency::keyed;
use super::result::change_answer;
use crate::bodies::{AcceptedAnswer, UndoBody, shapes};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::body::HttpBody as _;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;

/// Take the last change of a dataset back
///
/// The rows before it become the dataset's next version. Sent again, it goes further back.
#[utoipa::path(post, path = "/api/datasets/{id}/undo", operation_id = "undoChange", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("wait" = Option<bool>, Query, description = "Whether to wait until it is taken back"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request one that is carried out once, however often it is sent"),
    ),
    request_body(content = Option<UndoBody>, description = "What is expected, if anything"),
    responses(
        (status = 200, description = "It is taken back", body = shapes::ModifyAnswer,
            headers(("Location" = String, description = "The dataset"))),
        (status = 202, description = "A job takes it back", body = AcceptedAnswer,
            headers(("Location" = String, description = "The job"))),
        (status = 409, description = "The dataset is in another version than expected, or the job was canceled"),
        (status = 422, description = "There is no change"),
    ))]
pub(super) async fn undo(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    mut parameters: Parameters,
    request: Request,
) -> Result<Response, ApiError> {
    let wait = parameters.flag("wait");
    parameters.finish()?;
    let (key, request) = keyed(&state, request)?;
    let expected = match request.body().is_end_stream() {
        true => None,
        false => Json::<UndoBody>::from_request(request, &state).await?.0.expected_version(),
    };
    let accepted = state.call(move |service| service.undo(id, expected, key.as_ref())).await?;
    change_answer(&state, accepted, id, wait).await
}
