//! The line of a dataset's versions, and what led to each.

use crate::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What led to a version of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What was done.
    pub kind: ChangeKind,
    /// What somebody wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<String>,
    /// What the words became, as JSON.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub edits: Vec<Value>,
    /// What changed in the rows of the version before, as JSON; nothing where they were not compared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub diff: Option<Value>,
    /// What whoever asked should know.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// What part an advisor had, as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ai: Option<Value>,
    /// What failed at the advisor, as JSON.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ai_errors: Vec<Value>,
    /// The exchanges with an advisor that it came of, by their requests: they are kept as long as it is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exchanges: Vec<String>,
    /// The version whose rows it has again, of an [undoing](ChangeKind::Undo).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub restores: Option<u64>,
}

/// What led to a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChangeKind {
    /// Its rows were made.
    #[default]
    Generate,
    /// They were made again, with other wishes.
    Regenerate,
    /// The rows before were edited.
    Modify,
    /// A change was taken back.
    Undo,
}

/// One version of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetVersion {
    /// Its number, from 1.
    pub number: u64,
    /// What its rows are found by.
    pub digest: Digest,
    /// The number of the version that it was made from: to which an undoing leads. The first was made from none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_from: Option<u64>,
    /// What led to it.
    pub change: Change,
    /// Rows of each table, in load order.
    #[serde(serialize_with = "crate::dataset::as_map")]
    pub row_counts: Vec<(String, u64)>,
    /// When it was saved.
    pub created_at: Timestamp,
}

impl Change {
    /// A change of a kind that nothing more is said of.
    pub fn of(kind: ChangeKind) -> Self {
        Self { kind, ..Self::default() }
    }
}
