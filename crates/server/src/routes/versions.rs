//! What has become of a dataset.

use super::answer::json;
use crate::bodies::shapes;
use crate::error::ApiError;
use crate::request::{DatasetPath, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::response::Response;

/// The versions of a dataset, the first one first
///
/// Each with what led to it: the words, the edits that they became, and what changed.
#[utoipa::path(get, path = "/api/datasets/{id}/versions", operation_id = "listVersions", tag = "datasets",
    params(("id" = i64, Path, description = "The dataset", minimum = 0)),
    responses((status = 200, description = "The versions", body = [shapes::VersionAnswer])))]
pub(super) async fn list(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    json(&state.call(move |service| service.versions(id)).await?)
}
