//! Questions to a version in the store's own language of queries.

use serde::Serialize;
use std::time::Duration;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its text, of a stranger.
    pub text: String,
    /// At most so many rows.
    pub limit: u64,
    /// How long it may take.
    pub time: Duration,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueryAnswer {
    /// The columns in order.
    pub columns: Vec<QueryColumn>,
    /// The rows.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether there are more rows than these.
    pub truncated: bool,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueryColumn {
    /// Its name.
    pub name: String,
    /// Its type; for what is computed, that of its values.
    #[serde(rename = "type")]
    pub ty: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// A stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What is allowed, or the next step.
    pub hint: Option<String>,
    /// Whether the outside world is to blame, and not the question.
    pub is_outside: bool,
}
