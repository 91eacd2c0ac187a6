//! What is asked, and what is answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// A query: one SELECT, and how much of its rows is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryRequest {
    /// The statement.
    pub sql: String,
    /// How many rows are wanted at most.
    pub limit: u64,
    /// How many bytes of values are wanted at most.
    pub max_bytes: u64,
    /// How long it may take.
    pub time: Duration,
}

impl QueryRequest {
    /// A statement, of whose rows the first thousand are wanted, in five seconds.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), limit: 1000, max_bytes: 8 << 20, time: Duration::from_secs(5) }
    }
}

/// The rows of a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryAnswer {
    /// Its columns.
    pub columns: Vec<QueryColumn>,
    /// A list of values for each row: integers and reals are numbers, infinities the strings `Infinity` and `-Infinity`,
    /// texts are strings, binary strings are strings of Base64 (RFC 4648, §4).
    pub rows: Vec<Vec<Value>>,
    /// There are more rows than were wanted.
    pub truncated: bool,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryColumn {
    /// Its name.
    pub name: String,
    /// Which values it holds in these rows: `integer`, `real`, `text`, `blob`; `any` when of several kinds, `null` when none.
    #[serde(rename = "type")]
    pub ty: String,
}
