//! Why a store did not do what was asked.

use crate::{DatasetId, Digest, JobId, JobStatus};
use std::error::Error;
use std::path::PathBuf;

/// Why a store did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The outside world: a disk, a file system, a database.
    #[error("cannot {doing}")]
    Outside {
        /// What was being attempted, such as "read the catalog".
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The disk is full.
    #[error("no space is left for {what}")]
    Full {
        /// What was being written.
        what: String,
    },
    /// The store may only be read.
    #[error("the store `{}` may only be read", path.display())]
    ReadOnly {
        /// Where it is.
        path: PathBuf,
    },
    /// The folder holds something that is no store.
    #[error("`{}` is no store of Seedbed", path.display())]
    NoStore {
        /// Where it is.
        path: PathBuf,
    },
    /// A newer version of Seedbed has changed the store.
    #[error("the store has migration {found}, and this version of Seedbed knows {known}")]
    Newer {
        /// The last migration that was applied.
        found: u64,
        /// The last one that is known.
        known: u64,
    },
    /// A migration was applied that is not the one of this name.
    #[error("migration {number} of the store is not the one of this version of Seedbed: {how}")]
    Migration {
        /// Which one.
        number: u64,
        /// In what it differs.
        how: String,
    },
    /// What is kept is not what was stored.
    #[error("{what} is damaged: {how}")]
    Damaged {
        /// What.
        what: String,
        /// In which way.
        how: String,
    },
    /// There is no such dataset.
    #[error("there is no dataset {0}")]
    UnknownDataset(DatasetId),
    /// There is no such version.
    #[error("there is no version {0}")]
    UnknownVersion(Digest),
    /// A dataset is in another version by now.
    #[error("dataset {dataset} is in version {found}, and version {expected} was expected")]
    VersionConflict {
        /// The dataset.
        dataset: DatasetId,
        /// The version that it was expected to be in.
        expected: u64,
        /// The version that it is in.
        found: u64,
    },
    /// There is no such job.
    #[error("there is no job `{0}`")]
    UnknownJob(JobId),
    /// A table has no such column.
    #[error("`{table}` has no column `{column}`")]
    UnknownColumn {
        /// The table.
        table: String,
        /// What was asked for.
        column: String,
        /// The columns that it has.
        columns: Vec<String>,
    },
    /// A text is no value of a column.
    #[error("`{text}` is no value of `{column}`, which is {ty}")]
    NoLiteral {
        /// The column.
        column: String,
        /// The text.
        text: String,
        /// The column's type.
        ty: String,
    },
    /// The job has ended already.
    #[error("the job `{job}` has ended as {}", status.name())]
    JobOver {
        /// Which job.
        job: JobId,
        /// How.
        status: JobStatus,
    },
    /// The schema that the rows were stored by is read otherwise now.
    #[error("the rows were stored by another reading of the schema: {how}")]
    OtherSchema {
        /// In what it differs.
        how: String,
    },
    /// What is asked for can't be done with these rows.
    #[error("{what}")]
    NotPossible {
        /// What can't be done, and why.
        what: String,
        /// The next step.
        hint: Option<String>,
    },
    /// The caller said so.
    #[error("canceled")]
    Canceled,
}

impl StoreError {
    /// For `map_err`: the outside world failed while something was attempted.
    pub fn outside<E: Into<Box<dyn Error + Send + Sync>>>(
        doing: impl Into<String>,
    ) -> impl FnOnce(E) -> Self {
        let doing = doing.into();
        move |source| Self::Outside { doing, source: source.into() }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Outside { .. } => "store-outside",
            Self::Full { .. } => "store-full",
            Self::ReadOnly { .. } => "store-read-only",
            Self::NoStore { .. } => "store-unknown",
            Self::Newer { .. } => "store-newer",
            Self::Migration { .. } => "store-migration",
            Self::Damaged { .. } => "store-damaged",
            Self::UnknownDataset(_) => "unknown-dataset",
            Self::UnknownVersion(_) => "unknown-version",
            Self::VersionConflict { .. } => "version-conflict",
            Self::UnknownJob(_) => "unknown-job",
            Self::UnknownColumn { .. } => "unknown-column",
            Self::NoLiteral { .. } => "no-literal",
            Self::JobOver { .. } => "job-over",
            Self::OtherSchema { .. } => "other-schema",
            Self::NotPossible { .. } => "not-possible",
            Self::Canceled => "canceled",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Full { .. } => Some("free some space, or let `seedbed store gc` do it".to_owned()),
            Self::Newer { .. } => {
                Some("use the version of Seedbed that changed it, or a later one".to_owned())
            }
            Self::Migration { .. } => Some("take the folder back from a copy, or use another".to_owned()),
            Self::NoStore { .. } => Some("use a folder of its own for the store".to_owned()),
            Self::UnknownColumn { columns, .. } => Some(format!("it has {}", columns.join(", "))),
            Self::Damaged { .. } => Some("`seedbed store verify` looks at all of it".to_owned()),
            Self::NotPossible { hint, .. } => hint.clone(),
            Self::VersionConflict { .. } => {
                Some("look at the dataset as it is now, and ask again".to_owned())
            }
            Self::OtherSchema { .. } => Some("regenerate the dataset".to_owned()),
            _ => None,
        }
    }
}
