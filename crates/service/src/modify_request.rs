//! What may be asked for in words, or as edits.

use seedbed_edit::{Edit, Sampling};
use serde::Serialize;
use std::time::Duration;

/// A change of a dataset's rows: in words, or as edits.
///
/// Words that are commands are read as such. Others are for an advisor, where there is one; without, they are refused with
/// their places.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ModifyRequest {
    /// What is wished in words. Not beside edits.
    pub prompt: Option<String>,
    /// What is wished, one edit after the other. Not beside words.
    pub edits: Option<Vec<Edit>>,
    /// The table that is meant where nothing is said.
    pub table: Option<String>,
    /// Whether to find out only what would change.
    pub dry_run: bool,
    /// How a language model speaks.
    pub sampling: Sampling,
    /// The version that the dataset is expected to be in: another is an error.
    pub expected_version: Option<u64>,
}

/// A question to a dataset in words, for an advisor.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AskRequest {
    /// The question.
    pub question: String,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// How long its query may take.
    pub time: Option<Duration>,
    /// How a language model speaks.
    pub sampling: Sampling,
}
