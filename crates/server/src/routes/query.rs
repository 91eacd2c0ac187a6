//! Questions to a dataset.

use super::answer::json;
use crate::bodies::{Asked, QueryAnswerBody, QueryBody, shapes};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use serde_json::Value;

/// Ask a dataset's rows, in SQL or in words
///
/// Reads and nothing else, within bounds of time, rows and memory. Simple questions in words are understood as they stand, any
/// where a language model is configured; the answer has the query.
#[utoipa::path(post, path = "/api/datasets/{id}/query", operation_id = "queryDataset", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("numbers" = Option<shapes::Numbers>, Query, description = "`string`: whole numbers beyond 2^53 come as texts"),
    ),
    request_body = QueryBody,
    responses(
        (status = 200, description = "The answer", body = shapes::QueryAnswer),
        (status = 422, description = "It has no answer within its bounds, or is not understood"),
        (status = 503, description = "As many questions in words as may be are being answered",
            headers(("Retry-After" = u64, description = "Seconds until it is worth asking again"))),
    ))]
pub(super) async fn query(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    mut parameters: Parameters,
    request: Request,
) -> Result<Response, ApiError> {
    let exactly = parameters.word("numbers") == Some(shapes::Numbers::String);
    parameters.finish()?;
    let (parts, body) = request.into_parts();
    let client = state.admission.client(&parts);
    let request = Request::from_parts(parts, body);
    let Json(body) = Json::<QueryBody>::from_request(request, &state).await?;
    match body.request()? {
        Asked::Sql(request) => {
            let answer = state.call(move |service| {
                let mut answer = service.query(id, &request)?;
                write_exactly_if(exactly, &mut answer.rows);
                Ok(QueryAnswerBody { answer, sql: request.sql })
            });
            json(&answer.await?)
        }
        Asked::Words(request) => {
            // The route has taken what any request costs.
            state.admission.take_words(client)?;
            let lent = state.admission.capacity.lend();
            let answer = state.call_advised(move |service, cancel| {
                let mut answer = service.ask_until(id, &request, cancel)?;
                write_exactly_if(exactly, &mut answer.rows);
                Ok(answer)
            });
            let answer = answer.await?;
            drop(lent);
            json(&answer)
        }
    }
}

fn write_exactly_if(exactly: bool, rows: &mut [Vec<Value>]) {
    if exactly {
        rows.iter_mut().flatten().for_each(write_exactly);
    }
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
