//! What is told of a job, and how.

use crate::modify_event::modify_events;
use seedbed_store::{DatasetId, JobFailure, JobId, JobRecord};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use std::sync::Arc;

/// An event as a client gets it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Which of the job's events, from 1. Those without a number are a look at something that goes on: who misses one
    /// has missed nothing that lasts.
    pub id: Option<u64>,
    /// Its name.
    pub name: Arc<str>,
    /// JSON.
    pub payload: Arc<RawValue>,
}

/// JSON of a payload. All of ours can be written.
pub(crate) fn payload(value: &impl Serialize) -> Arc<RawValue> {
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()).into()
}

/// What all events of a kind of job begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventFamily {
    /// Rows are made.
    Generation,
    /// A file is made.
    Export,
    /// Rows are changed.
    Modification,
}

impl EventFamily {
    pub(crate) fn of(kind: seedbed_store::JobKind) -> Self {
        match kind {
            seedbed_store::JobKind::Export => Self::Export,
            seedbed_store::JobKind::Modify | seedbed_store::JobKind::Undo => Self::Modification,
            _ => Self::Generation,
        }
    }

    pub(crate) fn start(self) -> &'static str {
        match self {
            Self::Generation => "generation:start",
            Self::Export => "export:start",
            Self::Modification => "modify:start",
        }
    }

    pub(crate) fn complete(self) -> &'static str {
        match self {
            Self::Generation => "generation:complete",
            Self::Export => "export:complete",
            Self::Modification => "modify:complete",
        }
    }

    pub(crate) fn error(self) -> &'static str {
        match self {
            Self::Generation => "generation:error",
            Self::Export => "export:error",
            Self::Modification => "modify:error",
        }
    }

    pub(crate) fn canceled(self) -> &'static str {
        match self {
            Self::Generation => "generation:canceled",
            Self::Export => "export:canceled",
            Self::Modification => "modify:canceled",
        }
    }
}

/// Rows of a table have been made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TableProgress<'a> {
    pub(crate) job_id: &'a JobId,
    pub(crate) table: &'a str,
    pub(crate) delivered: u64,
    pub(crate) total: u64,
    /// Of the whole job.
    pub(crate) progress: u8,
    /// The number of the first row of the chunk in its table, from 0.
    pub(crate) first_row: u64,
    /// Some of the rows.
    pub(crate) chunk: &'a RawValue,
}

/// The job has failed, or somebody stopped it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ended<'a> {
    pub(crate) job_id: &'a JobId,
    #[serde(flatten)]
    pub(crate) failure: &'a JobFailure,
}

/// Where a job stands, for who has missed what can't be told again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot<'a> {
    #[serde(flatten)]
    pub(crate) job: &'a JobRecord,
    pub(crate) last_event_id: u64,
}

/// A dataset is there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatasetSaved<'a> {
    pub(crate) job_id: &'a JobId,
    pub(crate) dataset_id: DatasetId,
    pub(crate) version: u64,
}

/// An event with the schema of what it tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventSchema {
    /// Its name.
    pub name: &'static str,
    /// What has happened.
    pub description: &'static str,
    /// Whether it has a number and can be told again.
    pub durable: bool,
    /// JSON Schema of its payload.
    pub schema: Value,
}

impl EventSchema {
    /// An event whose payload has all of these properties but the optional ones.
    pub(crate) fn new(
        name: &'static str,
        description: &'static str,
        durable: bool,
        properties: Value,
        optional: &[&str],
    ) -> Self {
        let names = properties.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let required: Vec<String> = names.into_iter().filter(|n| !optional.contains(&n.as_str())).collect();
        let schema = json!({"type": "object", "properties": properties, "required": required});
        Self { name, description, durable, schema }
    }
}

/// Every event.
pub fn event_schemas() -> Vec<EventSchema> {
    let id = json!({"type": "string"});
    let count = json!({"type": "integer", "minimum": 0});
    let percent = json!({"type": "integer", "minimum": 0, "maximum": 100});
    let counts = json!({"type": "object", "additionalProperties": count});
    let failure = json!({
        "jobId": id, "message": {"type": "string"}, "code": {"type": "string"}, "details": {},
    });
    let event = EventSchema::new;
    let mut events = vec![
        event(
            "generation:start",
            "The rows of these tables are about to be made, in this order",
            true,
            json!({"jobId": id, "tables": {"type": "array", "items": {"type": "string"}}}),
            &[],
        ),
        event(
            "table:start",
            "The rows of a table are about to be made",
            true,
            json!({"jobId": id, "table": {"type": "string"}, "total": count}),
            &[],
        ),
        event(
            "table:progress",
            "Rows of a table have been made; the chunk is some of them. Who reads slowly misses some of these events",
            false,
            json!({
                "jobId": id, "table": {"type": "string"}, "delivered": count, "total": count, "progress": percent,
                "firstRow": count, "chunk": {"type": "array", "items": {"type": "object"}},
            }),
            &[],
        ),
        event(
            "table:complete",
            "All rows of a table have been made",
            true,
            json!({"jobId": id, "table": {"type": "string"}, "rows": count}),
            &[],
        ),
        event(
            "generation:validation",
            "The rows have been checked against every constraint",
            true,
            json!({"jobId": id, "report": {"type": "object", "properties": {"summary": {"type": "object"}}}}),
            &[],
        ),
        event(
            "dataset:saved",
            "The dataset is there",
            true,
            json!({"jobId": id, "datasetId": count, "version": count}),
            &[],
        ),
        event(
            "generation:complete",
            "The job is done. It is its last event",
            true,
            json!({
                "jobId": id, "datasetId": count, "version": count, "durationMs": count,
                "meta": {"type": "object"}, "rowCounts": counts,
            }),
            &[],
        ),
    ];
    for (error, canceled) in [
        ("generation:error", "generation:canceled"),
        ("export:error", "export:canceled"),
        ("modify:error", "modify:canceled"),
    ] {
        events.push(event(
            error,
            "The job has failed. It is its last event",
            true,
            failure.clone(),
            &["details"],
        ));
        let what = "Somebody has stopped the job. It is its last event";
        events.push(event(canceled, what, true, failure.clone(), &["details"]));
    }
    events.push(event(
        "export:start",
        "A file is about to be made",
        true,
        json!({"jobId": id, "datasetId": count, "format": {"type": "string"}}),
        &[],
    ));
    events.push(event(
        "export:progress",
        "Rows have been written into the file. Who reads slowly misses some of these events",
        false,
        json!({"jobId": id, "progress": percent}),
        &[],
    ));
    events.push(event(
        "export:complete",
        "The file is there. It is the job's last event",
        true,
        json!({"jobId": id, "datasetId": count, "format": {"type": "string"}, "bytes": count}),
        &[],
    ));
    events.extend(modify_events());
    events.push(event(
        "snapshot",
        "Where the job stands: told in place of events that can't be told again",
        false,
        json!({
            "jobId": id, "kind": {"type": "string"}, "status": {"type": "string"}, "progress": percent,
            "tables": {"type": "array", "items": {"type": "object"}}, "lastEventId": count,
        }),
        &[],
    ));
    events
}
