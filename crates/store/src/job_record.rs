//! Jobs as they are kept: what was asked for, how far it has come, how it ended.

use crate::{DatasetId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What a job is called: an opaque text that sorts by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub Arc<str>);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for JobId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// A job.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRecord {
    /// What it is called.
    #[serde(rename = "jobId")]
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How it stands.
    pub status: JobStatus,
    /// How far it has come, 0 to 100: it only grows, and is 100 when the job is done and not before.
    pub progress: u8,
    /// Its tables, in order, as far as they are known.
    pub tables: Vec<JobTable>,
    /// The dataset that it has saved, or works on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset_id: Option<DatasetId>,
    /// Why it ended without being done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<JobFailure>,
    /// What came of it besides the dataset: JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<serde_json::Value>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum JobKind {
    /// Makes a dataset.
    Generate,
    /// Makes a dataset's rows again, with the same seed or another.
    Regenerate,
    /// Writes a dataset into a file.
    Export,
    /// Edits a dataset's rows.
    Modify,
    /// Takes the last change of a dataset back.
    Undo,
}

/// How a job stands. The last three are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    /// It waits for its turn.
    Queued,
    /// It is at work.
    Running,
    /// It did all that was asked for.
    Done,
    /// It failed.
    Error,
    /// Somebody stopped it.
    Canceled,
}

impl JobStatus {
    /// Whether nothing changes any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Error | Self::Canceled)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Error => "error",
            Self::Canceled => "canceled",
        }
    }
}

impl FromStr for JobStatus {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Queued, Self::Running, Self::Done, Self::Error, Self::Canceled];
        all.into_iter().find(|status| status.name() == text).ok_or(())
    }
}

impl JobKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Regenerate => "regenerate",
            Self::Export => "export",
            Self::Modify => "modify",
            Self::Undo => "undo",
        }
    }
}

impl FromStr for JobKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Generate, Self::Regenerate, Self::Export, Self::Modify, Self::Undo];
        all.into_iter().find(|kind| kind.name() == text).ok_or(())
    }
}

/// How far a table has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTable {
    /// Its name.
    pub table: String,
    /// Rows that were made.
    pub delivered: u64,
    /// Rows to make.
    pub total: u64,
    /// How it stands.
    pub status: TableStatus,
}

/// How a table stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableStatus {
    /// Its turn has not come.
    Queued,
    /// Its rows are being made.
    Running,
    /// It has all of them.
    Done,
}

/// Why a job ended without being done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobFailure {
    /// For people.
    pub message: String,
    /// A stable code.
    pub code: String,
    /// The single problems, with their places where there is source text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details: Option<serde_json::Value>,
}

/// Something that has happened to a job and that nobody may miss.
#[derive(Clone, Debug)]
pub struct JobEvent {
    /// Which one of the job, from 1, without gaps.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// JSON, as it is sent.
    pub payload: Arc<RawValue>,
}

/// How a job has ended, with the events that tell it.
#[derive(Clone, Debug)]
pub struct JobEnd {
    /// One of those that are for ever.
    pub status: JobStatus,
    /// Where its tables stood.
    pub tables: Vec<JobTable>,
    /// How far it had come; 100 only when it is done.
    pub progress: u8,
    /// The dataset that it has saved.
    pub dataset_id: Option<DatasetId>,
    /// Why, when it isn't done.
    pub error: Option<JobFailure>,
    /// What came of it besides the dataset: JSON.
    pub result: Option<serde_json::Value>,
    /// The last events.
    pub events: Vec<JobEvent>,
}

/// Which jobs to list, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// At most so many; `None` for all.
    pub limit: Option<u64>,
    /// Pass over so many.
    pub offset: u64,
    /// Only those that stand so.
    pub status: Option<JobStatus>,
}
