//! Answers: those that are made here, and the shapes of those that the service writes.

use seedbed_store::{Dataset, JobId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthAnswer {
    /// `ok`, or `unavailable`.
    pub(crate) status: &'static str,
    /// The server's version.
    pub(crate) version: &'static str,
    /// Whether the store can be read and written: `ok`, or `error`.
    pub(crate) db: &'static str,
    /// The store's migrations.
    pub(crate) migrations: MigrationsAnswer,
}

/// The store's migrations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MigrationsAnswer {
    /// Those that were applied.
    pub(crate) applied: u64,
    /// Those that this version has.
    pub(crate) latest: u64,
    /// Whether the ones are the others: `ok`, or `error`.
    pub(crate) checksums: &'static str,
}

/// What was asked for is in the queue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptedAnswer {
    /// The job that does it.
    #[schema(value_type = String)]
    pub(crate) job_id: JobId,
    /// What will be done otherwise than it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) notes: Vec<String>,
}

/// A dataset that was waited for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GeneratedAnswer {
    /// The dataset.
    pub(crate) dataset_id: i64,
    /// How its rows were made.
    #[schema(value_type = Object)]
    pub(crate) meta: serde_json::Map<String, serde_json::Value>,
    /// Rows of each table.
    pub(crate) row_counts: BTreeMap<String, u64>,
    /// What was done otherwise than it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) notes: Vec<String>,
}

/// A dataset in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatasetEntry {
    #[serde(flatten)]
    pub(crate) dataset: Dataset,
    /// How many tables it has.
    pub(crate) tables: usize,
}

impl From<Dataset> for DatasetEntry {
    fn from(dataset: Dataset) -> Self {
        Self { tables: dataset.row_counts.len(), dataset }
    }
}

/// Every event that is told of jobs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventsAnswer {
    /// The events.
    pub(crate) events: Vec<EventAnswer>,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventAnswer {
    /// Its name.
    pub(crate) name: &'static str,
    /// What has happened.
    pub(crate) description: &'static str,
    /// Whether it has an id, and is told again to who asks for what came after an earlier one.
    pub(crate) durable: bool,
    /// JSON Schema of its payload.
    #[schema(value_type = Object)]
    pub(crate) schema: serde_json::Value,
}

/// A ticket for the events of one job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketAnswer {
    /// What goes behind `?ticket=`.
    pub(crate) ticket: String,
    /// Until when it opens a stream.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: seedbed_store::Timestamp,
}

/// The answer to a query.
#[derive(Debug, Serialize)]
pub(crate) struct QueryAnswerBody {
    #[serde(flatten)]
    pub(crate) answer: seedbed_store::QueryAnswer,
    pub(crate) sql: String,
}
