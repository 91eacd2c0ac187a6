//! What a service does with a dataset that is there: changes, and questions.

use crate::modification::Modification;
use crate::undoing::Undoing;
use crate::{
    Accepted, AskAnswer, AskRequest, IdempotencyKey, ModifyRequest, QueryRequest, Service, ServiceError,
};
use seedbed_datagen_core::CancelToken;
use seedbed_store::{DatasetId, DatasetVersion, JobKind, QueryAnswer, StoreError};

impl Service {
    /// Has a dataset's rows changed, in words or by edits. What changes is in the job's result, a [`ModifyAnswer`] as JSON; nothing
    /// is stored when nothing changes, or when that was asked for.
    ///
    /// Words that are commands are carried out as they stand. Without an advisor others are refused here, with their places;
    /// with one the job asks it.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`], [`StoreError::VersionConflict`], [`ServiceError::UnknownTable`], [`ServiceError::NoCommand`],
    /// [`ServiceError::Invalid`], [`ServiceError::TooLong`]; [`ServiceError::QueueFull`] and the like. What is wrong with edits
    /// is told by the job.
    ///
    /// [`ModifyAnswer`]: crate::ModifyAnswer
    pub fn modify(
        &self,
        id: DatasetId,
        request: &ModifyRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Accepted, ServiceError> {
        let claim = key.map(|key| self.inner.claim("modify", key, &(id, request)));
        if let Some(before) = self.inner.before(claim.as_ref())? {
            return Ok(before);
        }
        let (modification, notes) = Modification::of(&self.inner, id, request)?;
        self.inner.enqueue(JobKind::Modify, Some(id), Box::new(modification), claim, notes)
    }

    /// Takes the last change of a dataset back: the rows before it are its next version. Who does it again goes further back; who
    /// expects the dataset in a version takes back the change that led to it, or nothing.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`], [`StoreError::VersionConflict`], [`ServiceError::NothingToUndo`]; [`ServiceError::QueueFull`] and the like.
    pub fn undo(
        &self,
        id: DatasetId,
        expected_version: Option<u64>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Accepted, ServiceError> {
        let claim = key.map(|key| self.inner.claim("undo", key, &(id, expected_version)));
        if let Some(before) = self.inner.before(claim.as_ref())? {
            return Ok(before);
        }
        let undoing = Undoing::of(&self.inner, id, expected_version)?;
        self.inner.enqueue(JobKind::Undo, Some(id), Box::new(undoing), claim, Vec::new())
    }

    /// The versions of a dataset, the first one first, with what led to each.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`].
    pub fn versions(&self, id: DatasetId) -> Result<Vec<DatasetVersion>, ServiceError> {
        let versions = self.inner.store.versions(id)?;
        match versions.is_empty() {
            true => Err(StoreError::UnknownDataset(id).into()),
            false => Ok(versions),
        }
    }

    /// Asks a dataset's rows in SQL.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`], [`ServiceError::TooLong`]; [`ServiceError::Query`] for what is not allowed, not
    /// understood, or takes too long.
    pub fn query(&self, id: DatasetId, request: &QueryRequest) -> Result<QueryAnswer, ServiceError> {
        let limits = &self.inner.options.limits;
        let (len, limit) = (request.sql.len(), limits.query_bytes);
        if len > limit {
            return Err(ServiceError::TooLong { what: "the query", len, limit, unit: "bytes" });
        }
        // Open as long as it is asked: whoever leaves last removes rows that are no dataset's any more.
        let (dataset, _opened) = self.inner.opened(id)?;
        let query = self.inner.query_of(&request.sql, request.limit, request.time);
        Ok(self.inner.store.query(&dataset.digest, &query, &CancelToken::new())?)
    }

    /// Asks a dataset's rows in words: an advisor makes a query of them, which is asked as any stranger's, and is told what is
    /// wrong with it if it has no answer, at most twice.
    ///
    /// # Errors
    /// [`ServiceError::NoQuestion`] without an advisor, [`ServiceError::Advice`]; those of [`query`](Self::query).
    pub fn ask(&self, id: DatasetId, request: &AskRequest) -> Result<AskAnswer, ServiceError> {
        self.ask_until(id, request, CancelToken::new())
    }

    /// [`ask`](Self::ask) for whoever may not wait for the answer to its end.
    ///
    /// # Errors
    /// Those of [`ask`](Self::ask); when it is canceled, that of whatever was going on.
    pub fn ask_until(
        &self,
        id: DatasetId,
        request: &AskRequest,
        cancel: CancelToken,
    ) -> Result<AskAnswer, ServiceError> {
        crate::question::ask(&self.inner, id, request, cancel)
    }
}
