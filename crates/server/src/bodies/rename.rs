//! Another name for a dataset.

use serde::Deserialize;
use utoipa::ToSchema;

/// Another name, another description, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"name": "films", "description": "for the demo"})))]
pub(crate) struct RenameBody {
    /// The name.
    pub(crate) name: Option<String>,
    /// What is said of it.
    pub(crate) description: Option<String>,
}
