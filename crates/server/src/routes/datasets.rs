//! Datasets: which there are, what they are called, and their end.

use super::answer::json;
use super::listing::{Part, part_of_list};
use crate::bodies::{DatasetEntry, RenameBody, shapes};
use crate::error::ApiError;
use crate::request::{DatasetPath, Json, Parameters};
use crate::state::Shared;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use seedbed_store::{DatasetFilter, DatasetOrder};
use serde::Deserialize;

/// An order of datasets.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
pub(super) enum Sort {
    #[serde(rename = "newest")]
    Newest,
    #[serde(rename = "oldest")]
    Oldest,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameDescending,
    #[serde(rename = "largest")]
    Largest,
    #[serde(rename = "smallest")]
    Smallest,
}

impl From<Sort> for DatasetOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Newest => Self::Newest,
            Sort::Oldest => Self::Oldest,
            Sort::Name => Self::Name,
            Sort::NameDescending => Self::NameDescending,
            Sort::Largest => Self::Largest,
            Sort::Smallest => Self::Smallest,
        }
    }
}

/// Datasets
#[utoipa::path(get, path = "/api/datasets", operation_id = "listDatasets", tag = "datasets",
    params(
        ("limit" = Option<u64>, Query, description = "Datasets at most", minimum = 1, maximum = 500),
        ("offset" = Option<u64>, Query, description = "Datasets to pass over", minimum = 0, maximum = 9223372036854775807_i64),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text"),
        ("sort" = Option<Sort>, Query, description = "In which order; the newest first when it is left out"),
    ),
    responses((status = 200, description = "The datasets", body = [shapes::DatasetEntry],
        headers(("X-Total-Count" = u64, description = "How many there are"), ("Link" = String, description = "The other parts of the list")))))]
pub(super) async fn list(
    State(state): State<Shared>,
    mut parameters: Parameters,
    uri: Uri,
) -> Result<Response, ApiError> {
    let part = Part::of(&mut parameters);
    let name = parameters.text("name");
    let order = parameters.word::<Sort>("sort").map_or(DatasetOrder::Newest, DatasetOrder::from);
    parameters.finish()?;
    let filter = DatasetFilter { limit: Some(part.limit), offset: part.offset, name, order };
    let datasets = state.call(move |service| service.datasets(&filter)).await?;
    let entries: Vec<DatasetEntry> = datasets.entries.into_iter().map(DatasetEntry::from).collect();
    part_of_list(&entries, datasets.total, part, &uri)
}

/// A dataset, with all that is known of it but its rows
#[utoipa::path(get, path = "/api/datasets/{id}", operation_id = "getDataset", tag = "datasets",
    params(("id" = i64, Path, description = "The dataset", minimum = 0)),
    responses((status = 200, description = "The dataset", body = shapes::DatasetAnswer)))]
pub(super) async fn get(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    json(&state.call(move |service| service.dataset(id)).await?)
}

/// Give a dataset another name, another description, or both
#[utoipa::path(patch, path = "/api/datasets/{id}", operation_id = "renameDataset", tag = "datasets",
    params(("id" = i64, Path, description = "The dataset", minimum = 0)),
    request_body = RenameBody,
    responses((status = 200, description = "The dataset", body = shapes::DatasetEntry)))]
pub(super) async fn rename(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
    Json(body): Json<RenameBody>,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    if body.name.is_none() && body.description.is_none() {
        let message = "neither `name` nor `description` is given";
        return Err(ApiError::bad_request("nothing-to-change", message));
    }
    let renamed =
        state.call(move |service| service.rename(id, body.name.as_deref(), body.description.as_deref()));
    json(&DatasetEntry::from(renamed.await?))
}

/// Delete a dataset
#[utoipa::path(delete, path = "/api/datasets/{id}", operation_id = "deleteDataset", tag = "datasets",
    params(("id" = i64, Path, description = "The dataset", minimum = 0)),
    responses((status = 204, description = "It is gone")))]
pub(super) async fn delete(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    state.call(move |service| service.delete(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
