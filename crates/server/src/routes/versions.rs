//! What has become of a dataset.

use super::listing::{Part, part_of_list};
use crate::bodies::shapes;
use crate::error::ApiError;
use crate::request::{DatasetPath, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

/// The versions of a dataset, the first one first
///
/// Each with what led to it: the words, the edits that they became, and what changed.
#[utoipa::path(get, path = "/api/datasets/{id}/versions", operation_id = "listVersions", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("limit" = Option<u64>, Query, description = "Versions at most", minimum = 1, maximum = 500),
        ("offset" = Option<u64>, Query, description = "Versions to pass over", minimum = 0, maximum = 9223372036854775807_i64),
    ),
    responses((status = 200, description = "The versions", body = [shapes::VersionAnswer],
        headers(("X-Total-Count" = u64, description = "All versions"), ("Link" = String, description = "The other parts")))))]
pub(super) async fn list(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    mut parameters: Parameters,
    uri: Uri,
) -> Result<Response, ApiError> {
    let part = Part::of(&mut parameters);
    parameters.finish()?;
    let versions = state.call(move |service| service.versions(id)).await?;
    let first = usize::try_from(part.offset).unwrap_or(usize::MAX).min(versions.len());
    let entries: Vec<_> = versions[first..].iter().take(part.limit as usize).collect();
    part_of_list(&entries, versions.len() as u64, part, &uri)
}
