//! Questions to a dataset.

use super::answer::json;
use crate::bodies::{QueryAnswerBody, QueryBody, shapes};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

/// Ask a dataset's rows, in SQL
///
/// Reads and nothing else, within bounds of time, rows and memory.
#[utoipa::path(post, path = "/api/datasets/{id}/query", operation_id = "queryDataset", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("numbers" = Option<shapes::Numbers>, Query, description = "`string`: whole numbers beyond 2^53 come as texts"),
    ),
    request_body = QueryBody,
    responses(
        (status = 200, description = "The answer", body = shapes::QueryAnswer),
        (status = 422, description = "It has no answer within its bounds"),
    ))]
pub(super) async fn query(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    mut parameters: Parameters,
    Json(body): Json<QueryBody>,
) -> Result<Response, ApiError> {
    let numbers = parameters.word("numbers");
    parameters.finish()?;
    let request = body.request()?;
    let answer = state.call(move |service| {
        let mut answer = service.query(id, &request)?;
        if numbers == Some(shapes::Numbers::String) {
            answer.rows.iter_mut().flatten().for_each(write_exactly);
        }
        Ok(QueryAnswerBody { answer, sql: request.sql })
    });
    json(&answer.await?)
}

/// The greatest whole number up to which a 64-bit float holds each.
const GREATEST_SAFE: u64 = (1 << 53) - 1;

/// Writes a whole number as a text that a 64-bit float can't hold.
fn write_exactly(value: &mut Value) {
    let magnitude = value.as_u64().or_else(|| value.as_i64().map(i64::unsigned_abs));
    if magnitude.is_some_and(|magnitude| magnitude > GREATEST_SAFE) {
        *value = Value::String(value.to_string());
    }
}
