//! Questions to a dataset.

use super::answer::json;
use crate::bodies::{QueryAnswerBody, QueryBody, shapes};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::response::Response;

/// Ask a dataset's rows, in SQL
///
/// Reads and nothing else, within bounds of time, rows and memory.
#[utoipa::path(post, path = "/api/datasets/{id}/query", operation_id = "queryDataset", tag = "datasets",
    params(("id" = i64, Path, description = "The dataset", minimum = 0)),
    request_body = QueryBody,
    responses(
        (status = 200, description = "The answer", body = shapes::QueryAnswer),
        (status = 422, description = "It has no answer within its bounds"),
    ))]
pub(super) async fn query(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
    Json(body): Json<QueryBody>,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let request = body.request()?;
    let answer = state.call(move |service| {
        let answer = service.query(id, &request)?;
        Ok(QueryAnswerBody { answer, sql: request.sql })
    });
    json(&answer.await?)
}
