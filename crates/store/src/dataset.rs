//! Datasets: names that people give to versions.

use crate::{Change, Digest, JobEnd, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a dataset is called by programs. Numbers are never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatasetId(pub i64);

impl fmt::Display for DatasetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A dataset in its current version.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dataset {
    /// Its number.
    pub id: DatasetId,
    /// Its name, which need not be unique.
    pub name: String,
    /// What people say of it.
    pub description: String,
    /// When it was saved first.
    pub created_at: Timestamp,
    /// When its name, its description or its version changed last.
    pub updated_at: Timestamp,
    /// The current version, from 1.
    pub version: u64,
    /// What that version's rows are found by.
    pub digest: Digest,
    /// The dataset that it was made from.
    pub parent_id: Option<DatasetId>,
    /// Rows of each table, in load order.
    #[serde(serialize_with = "as_map")]
    pub row_counts: Vec<(String, u64)>,
    /// Bytes that its rows take.
    pub bytes: u64,
}

pub(crate) fn as_map<S: serde::Serializer>(
    counts: &[(String, u64)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(counts.iter().map(|(name, rows)| (name, rows)))
}

impl Dataset {
    /// Rows of each table by name.
    pub fn rows_by_table(&self) -> BTreeMap<&str, u64> {
        self.row_counts.iter().map(|(name, rows)| (name.as_str(), *rows)).collect()
    }
}

/// Which datasets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatasetFilter {
    /// At most so many; `None` for all.
    pub limit: Option<u64>,
    /// Pass over so many.
    pub offset: u64,
    /// Those whose name holds this text, whatever the case of ASCII letters.
    pub name: Option<String>,
    /// In which order.
    pub order: DatasetOrder,
}

/// An order of datasets; among equals, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DatasetOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// By name, A first.
    Name,
    /// By name, Z first.
    NameDescending,
    /// The largest first.
    Largest,
    /// The smallest first.
    Smallest,
}

/// How a version becomes a dataset, or a dataset's next version.
#[derive(Clone, Debug, PartialEq)]
pub struct Save {
    /// Which dataset.
    pub to: SaveAs,
    /// What led to it.
    pub change: Change,
    /// The job that made it: it is done by the same stroke, or nothing is saved.
    pub end_of: Option<crate::JobId>,
}

/// Which dataset a version becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveAs {
    /// A new one.
    New {
        /// Its name.
        name: String,
        /// What people say of it.
        description: String,
        /// The dataset that it is made from.
        parent: Option<DatasetId>,
    },
    /// The next version of one that is there; where that has these rows already, nothing changes.
    NextOf(DatasetId),
    /// The same, if the dataset is still in the version that these rows were made from.
    After {
        /// The dataset.
        dataset: DatasetId,
        /// The number of that version.
        version: u64,
    },
    /// The rows of an earlier version of the dataset are its next version, which counts as made from what the earlier one was
    /// made from: so that who goes back again goes further back.
    BackTo {
        /// The dataset.
        dataset: DatasetId,
        /// The number of the version that it is in.
        version: u64,
        /// The number of the earlier one.
        earlier: u64,
    },
}

/// A dataset that was saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The dataset with its version.
    pub dataset: Dataset,
    /// Whether a version was added.
    pub is_new: bool,
}

/// Says how a job has ended whose dataset is saved: called inside the stroke that saves it.
pub type EndOfSaved<'a> = &'a dyn Fn(&Saved) -> JobEnd;
