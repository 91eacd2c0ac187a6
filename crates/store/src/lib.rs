//! What a store of datasets and jobs does, whatever keeps it.
//!
//! A [`Store`] holds three things, and what belongs to them:
//!
//! - **Versions**: rows, found by the [`Digest`] of the [`Recipe`] that made them. The same recipe is the same rows, so they
//!   are kept once, whoever asked for them and however often.
//! - **Datasets**: names that people give to versions, one after the other, with [what led](Change) to each. Deleting one leaves
//!   the rows to those that share them.
//! - **Jobs**: what was asked for, how far it has come, its [events](JobEvent), and how it ended, which is written once.
//!
//! Beside these it keeps what was said to advisors: see [`Exchanges`].
//!
//! The trait speaks of records, pages and sinks; it knows no SQL and no file format, so that a server database can stand
//! behind it as well as the embedded one of `seedbed-store-sqlite`.

mod change;
mod dataset;
mod digest;
mod error;
mod exchanges;
mod export;
mod idempotency;
mod job_record;
mod listed;
mod page;
mod query;
mod recipe;
mod rows;
mod store;
mod timestamp;
mod upkeep;
mod upload;
mod version;

pub use change::{Change, ChangeKind, DatasetVersion};
pub use dataset::{Dataset, DatasetFilter, DatasetId, DatasetOrder, EndOfSaved, Save, SaveAs, Saved};
pub use digest::Digest;
pub use error::StoreError;
pub use exchanges::Exchanges;
pub use export::{ExportDraft, ExportFile, ExportKey};
pub use idempotency::{Claim, Claimed};
pub use job_record::{
    JobEnd, JobEvent, JobFailure, JobFilter, JobId, JobKind, JobRecord, JobStatus, JobTable, TableStatus,
};
pub use listed::Listed;
pub use page::{Comparison, Direction, Filter, Page, PageRequest};
pub use query::{Query, QueryAnswer, QueryColumn, QueryError};
pub use recipe::{Recipe, SourceText};
pub use rows::{SqlColumnName, SqlTableNames, StoredRows, StoredSource};
pub use store::Store;
pub use timestamp::Timestamp;
pub use upkeep::{Collected, Finding, Health};
pub use upload::{SchemaId, UploadedSchema};
pub use version::{Version, VersionDraft, VersionFacts, VersionTable};
