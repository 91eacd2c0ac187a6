//! The answer to a question in words.

use crate::ai_use::AiUse;
use seedbed_store::QueryColumn;
use serde::Serialize;

/// The answer to a question in words, with the query that it comes from: who doubts it can read that.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AskAnswer {
    /// What the rows are, and how many: the advisor's word for the one, a count for the other.
    pub sentence: String,
    /// The query.
    pub sql: String,
    /// The columns in order.
    pub columns: Vec<QueryColumn>,
    /// The rows.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether there are more rows than these.
    pub truncated: bool,
    /// What part an advisor had.
    pub ai: AiUse,
    /// What a person should know.
    pub notes: Vec<String>,
}
