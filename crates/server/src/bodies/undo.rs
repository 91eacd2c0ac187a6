//! Changes that are taken back.

use crate::request::Whole;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is expected of a dataset whose last change is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"expectedVersion": 2})))]
pub(crate) struct UndoBody {
    /// The version that the dataset is expected to be in: another is a conflict.
    expected_version: Option<Whole>,
}

impl UndoBody {
    pub(crate) fn expected_version(&self) -> Option<u64> {
        self.expected_version.map(|version| version.0)
    }
}
