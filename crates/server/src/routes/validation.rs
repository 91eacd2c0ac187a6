//! What checking a dataset has found.

use super::answer::json_text;
use crate::bodies::shapes;
use crate::error::ApiError;
use crate::request::{DatasetPath, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::response::Response;

/// What checking a dataset's rows against every constraint has found
#[utoipa::path(get, path = "/api/datasets/{id}/validation", operation_id = "getValidation", tag = "datasets",
    params(("id" = i64, Path, description = "The dataset", minimum = 0)),
    responses((status = 200, description = "The report", body = shapes::ValidationAnswer)))]
pub(super) async fn get(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let report = state.call(move |service| service.validation(id)).await?;
    Ok(json_text(String::from(Box::<str>::from(report))))
}
