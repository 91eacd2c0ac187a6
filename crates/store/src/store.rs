//! The trait.

use crate::{
    Claim, Claimed, Collected, Dataset, DatasetFilter, DatasetId, DatasetVersion, Digest, EndOfSaved,
    Exchanges, ExportDraft, ExportFile, ExportKey, Finding, Health, JobEnd, JobEvent, JobFilter, JobId,
    JobRecord, Listed, Query, QueryAnswer, QueryError, Save, Saved, SchemaId, StoreError, StoredRows,
    UploadedSchema, Version, VersionDraft,
};
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Schema;
use std::fmt;
use std::sync::Arc;

/// Keeps datasets and jobs. Every method may be called from any thread, and blocks; what it changed is there after a
/// crash, wholly or not at all.
///
/// # Errors
/// Besides those that a method names, each may meet the outside world: [`StoreError::Outside`], [`StoreError::Full`],
/// [`StoreError::ReadOnly`], [`StoreError::Damaged`].
pub trait Store: Exchanges + Send + Sync + fmt::Debug {
    /// How it is. Looks at the disk, not at the rows.
    fn health(&self) -> Health;

    /// Jobs that were queued or running in a process that is gone end with what `end` says of each; it is given the number
    /// of the job's last event as well. Whoever runs jobs asks for it before the first.
    fn end_abandoned_jobs(&self, end: &dyn Fn(&JobRecord, u64) -> JobEnd) -> Result<(), StoreError>;

    /// Keeps a schema for a while, under a name that the same text has again.
    fn put_schema(&self, schema: &UploadedSchema) -> Result<(), StoreError>;

    /// A schema that was handed in.
    fn schema(&self, id: &SchemaId) -> Result<Option<UploadedSchema>, StoreError>;

    /// A version.
    fn version(&self, digest: &Digest) -> Result<Option<Arc<Version>>, StoreError>;

    /// Begins a version. `stop` ends whatever takes long.
    fn begin_version(
        &self,
        schema: &Arc<Schema>,
        digest: &Digest,
        stop: &CancelToken,
    ) -> Result<Box<dyn VersionDraft>, StoreError>;

    /// The rows of a version by its schema, as its recipe is read.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`], [`StoreError::OtherSchema`].
    fn rows(&self, digest: &Digest, schema: &Arc<Schema>) -> Result<Arc<dyn StoredRows>, StoreError>;

    /// Saves a version that is kept already, and ends the job by the same stroke.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`], [`StoreError::UnknownDataset`], [`StoreError::VersionConflict`],
    /// [`StoreError::JobOver`]. Nothing is saved then.
    fn save(&self, version: &Digest, save: &Save, end: EndOfSaved<'_>) -> Result<Saved, StoreError>;

    /// Datasets.
    fn datasets(&self, filter: &DatasetFilter) -> Result<Listed<Dataset>, StoreError>;

    /// A dataset.
    fn dataset(&self, id: DatasetId) -> Result<Option<Arc<Dataset>>, StoreError>;

    /// One version of a dataset.
    fn dataset_version(&self, id: DatasetId, number: u64) -> Result<Option<DatasetVersion>, StoreError>;

    /// The versions of a dataset, the first one first; none when there is no such dataset.
    fn versions(&self, id: DatasetId) -> Result<Vec<DatasetVersion>, StoreError>;

    /// Gives a dataset another name, another description, or both. `None` when there is no such dataset.
    fn rename(
        &self,
        id: DatasetId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Option<Dataset>, StoreError>;

    /// Deletes a dataset, and the rows that no other has. Says whether it was there.
    fn delete(&self, id: DatasetId) -> Result<bool, StoreError>;

    /// Takes note of a job that waits for its turn. A claim that isn't new makes none.
    fn create_job(&self, job: &JobRecord, claim: Option<&Claim>) -> Result<Claimed, StoreError>;

    /// What became of a claim, if anything: whether the same was asked for before, or something else with its key.
    fn claimed(&self, claim: &Claim) -> Result<Option<Claimed>, StoreError>;

    /// The job begins, if it still waits; says whether it does.
    fn start_job(&self, id: &JobId) -> Result<bool, StoreError>;

    /// Adds events to a job that is not over.
    fn add_events(&self, id: &JobId, events: &[JobEvent]) -> Result<(), StoreError>;

    /// The job ends so, if it has not ended in another way. The record tells how it ended.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`].
    fn end_job(&self, id: &JobId, end: &JobEnd) -> Result<JobRecord, StoreError>;

    /// A job, as it was noted last.
    fn job(&self, id: &JobId) -> Result<Option<JobRecord>, StoreError>;

    /// Jobs, without their results.
    fn jobs(&self, filter: &JobFilter) -> Result<Listed<JobRecord>, StoreError>;

    /// The events of a job after one of them, at most so many.
    fn events(&self, id: &JobId, after: u64, limit: u64) -> Result<Vec<JobEvent>, StoreError>;

    /// A file that was made before.
    fn export(&self, key: &ExportKey) -> Result<Option<ExportFile>, StoreError>;

    /// Begins a file.
    fn begin_export(&self) -> Result<Box<dyn ExportDraft>, StoreError>;

    /// Writes all rows of a version into a database file of the store's own kind that people can open.
    ///
    /// # Errors
    /// [`StoreError::Canceled`], [`StoreError::UnknownVersion`], [`StoreError::OtherSchema`].
    fn export_database(
        &self,
        version: &Version,
        schema: &Arc<Schema>,
        draft: &dyn ExportDraft,
        stop: &CancelToken,
    ) -> Result<(), StoreError>;

    /// Asks the rows of a version. The text is a stranger's: it reads rows and nothing else, within its limits.
    ///
    /// # Errors
    /// [`QueryError`].
    fn query(&self, version: &Digest, query: &Query, stop: &CancelToken) -> Result<QueryAnswer, QueryError>;

    /// Looks at all of it: what was applied, the catalog, and the bytes of every version.
    fn verify(&self) -> Result<Vec<Finding>, StoreError>;

    /// Removes what nobody refers to.
    fn collect_garbage(&self) -> Result<Collected, StoreError>;
}
