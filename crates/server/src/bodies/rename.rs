//! Another name for a dataset.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// Another name, another description, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"name": "films", "description": "for the demo"})))]
pub(crate) struct RenameBody {
    /// The name.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    pub(crate) name: Option<String>,
    /// What is said of it.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    pub(crate) description: Option<String>,
}

/// What is given is a text: with `null`, nobody could tell whether it is to go or to stay.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}
