//! The shape of errors, over HTTP and in acknowledgements.

use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// The facts of it.
    pub(crate) error: ErrorFacts,
}

/// What is wrong, for people and for programs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorFacts {
    /// What is wrong, for people.
    #[schema(examples("there is no dataset 7"))]
    pub(crate) message: String,
    /// What is wrong, for programs: it stays the same from version to version.
    #[schema(examples("unknown-dataset"))]
    pub(crate) code: String,
    /// The single problems, with their places where there is text to point at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>, nullable = false)]
    pub(crate) details: Option<serde_json::Value>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) hint: Option<String>,
}
