//! What stands in a path.

use crate::error::ApiError;
use crate::state::Shared;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use seedbed_store::{DatasetId, JobId};

/// A dataset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DatasetPath(pub(crate) DatasetId);

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct JobPath(pub(crate) JobId);

/// A table of a dataset.
#[derive(Clone, Debug)]
pub(crate) struct TablePath(pub(crate) DatasetId, pub(crate) String);

impl FromRequestParts<Shared> for DatasetPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(malformed)?;
        dataset_id(&id).map(Self)
    }
}

impl FromRequestParts<Shared> for TablePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let Path((id, table)) =
            Path::<(String, String)>::from_request_parts(parts, state).await.map_err(malformed)?;
        Ok(Self(dataset_id(&id)?, table))
    }
}

impl FromRequestParts<Shared> for JobPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(malformed)?;
        Ok(Self(JobId::from(id.as_str())))
    }
}

fn dataset_id(text: &str) -> Result<DatasetId, ApiError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let id = text.parse().ok().filter(|_| digits);
    id.map(DatasetId).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        ApiError::bad_request(
            "invalid-id",
            format!("`{shown}` is no id of a dataset, which is a whole number"),
        )
    })
}

fn malformed(rejection: PathRejection) -> ApiError {
    ApiError::bad_request("invalid-path", rejection.body_text())
}
