//! Versions that are open: their schema and their rows.

use crate::ServiceError;
use seedbed_datagen_core::resolve_table;
use seedbed_job::Job;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_store::{Digest, Store, StoreError, StoredRows, Version};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// A version with its schema, read by its recipe, and its rows.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) version: Arc<Version>,
    pub(crate) schema: Arc<Schema>,
    pub(crate) rows: Arc<dyn StoredRows>,
}

impl Opened {
    /// Opens a version.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn new(store: &dyn Store, version: &Arc<Version>) -> Result<Self, ServiceError> {
        let recipe = &version.facts.recipe;
        let job = Job::new(recipe.source_map()).dialect(recipe.dialect);
        let schema = Arc::clone(&job.schema().schema);
        let rows = store.rows(&version.digest, &schema)?;
        Ok(Self { version: Arc::clone(version), schema, rows })
    }

    /// The table of this exact name.
    pub(crate) fn table(&self, name: &str) -> Option<TableId> {
        self.schema.tables_indexed().find(|(_, t)| t.name.to_string() == name).map(|(id, _)| id)
    }

    /// The table that a person names, if it is one of the version's.
    ///
    /// # Errors
    /// [`ServiceError::UnknownTable`].
    pub(crate) fn named(&self, name: &str) -> Result<TableId, ServiceError> {
        let id = resolve_table(&self.schema, name)?;
        let exact = self.schema[id].name.to_string();
        match self.version.facts.tables.iter().any(|t| t.name == exact) {
            true => Ok(id),
            false => {
                Err(seedbed_datagen_core::NameError::UnknownTable { name: name.to_owned(), similar: None }
                    .into())
            }
        }
    }

    /// The columns of a table's file.
    pub(crate) fn columns(&self, table: TableId) -> Vec<ColumnIdx> {
        let model = &self.schema[table];
        let name = model.name.to_string();
        let kept = self.version.facts.tables.iter().find(|t| t.name == name);
        let is_kept = |column: &str| kept.is_some_and(|t| t.columns.iter().any(|c| c == column));
        model.columns_indexed().filter(|(_, c)| is_kept(&c.name)).map(|(index, _)| index).collect()
    }
}

/// Versions that are open at the same time.
const MOST: usize = 16;

/// The versions that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct OpenVersions(Mutex<VecDeque<Arc<Opened>>>);

impl OpenVersions {
    /// A version, open.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`], and those of [`Opened::new`].
    pub(crate) fn get(&self, store: &dyn Store, digest: &Digest) -> Result<Arc<Opened>, ServiceError> {
        if let Some(found) = self.lock().iter().find(|o| o.version.digest == *digest) {
            return Ok(Arc::clone(found));
        }
        let version = store.version(digest)?.ok_or(StoreError::UnknownVersion(*digest))?;
        let opened = Arc::new(Opened::new(store, &version)?);
        let mut open = self.lock();
        // Another may have opened it meanwhile.
        if let Some(found) = open.iter().find(|o| o.version.digest == *digest) {
            return Ok(Arc::clone(found));
        }
        open.push_front(Arc::clone(&opened));
        let late = if open.len() > MOST { open.pop_back() } else { None };
        drop(open);
        // Who leaves a version may have files to remove: not while others wait for theirs.
        drop(late);
        if store.version(digest)?.is_none() {
            self.close(digest);
        }
        Ok(opened)
    }

    /// Closes versions that no dataset has any more, so that their files can go when nobody reads them.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn close_gone(&self, store: &dyn Store) -> Result<(), StoreError> {
        let open: Vec<Digest> = self.lock().iter().map(|o| o.version.digest).collect();
        for digest in open {
            if store.version(&digest)?.is_none() {
                self.close(&digest);
            }
        }
        Ok(())
    }

    /// Closes a version when nobody reads it any more.
    fn close(&self, digest: &Digest) {
        let mut open = self.lock();
        let (closed, left) =
            std::mem::take(&mut *open).into_iter().partition(|o| o.version.digest == *digest);
        *open = left;
        drop(open);
        drop::<VecDeque<_>>(closed);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<Opened>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
