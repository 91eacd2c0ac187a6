//! The store.

use super::connection::Connections;
use super::error::{io, of_export, of_row_file, sqlite};
use super::folder::{Folder, held};
use super::reader::{Reader, remove_rows};
use super::{datasets, draft, exports, garbage, jobs, migration, schemas, verify, versions};
use crate::sqlite_export::export_in_process;
use crate::{QueryPool, RowFile, RowFileWriter, WorkerCommand, export_sqlite};
use rusqlite::Connection;
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Schema;
use seedbed_store::{
    Claim, Claimed, Collected, Dataset, DatasetFilter, DatasetId, DatasetVersion, Digest, EndOfSaved,
    ExportDraft, ExportFile, ExportKey, Finding, Health, JobEnd, JobEvent, JobFilter, JobId, JobRecord,
    Listed, Query, QueryAnswer, QueryColumn, QueryError, Save, Saved, SchemaId, Store, StoreError,
    StoredRows, UploadedSchema, Version, VersionDraft,
};
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store in a folder: a catalog in SQLite, a SQLite file for the rows of each version, and files that were exported.
///
/// Several processes may have it open, and each runs jobs of its own. What was saved survives the
/// death of the process at any moment: a dataset is whole or it is not there.
#[derive(Debug)]
pub struct SqliteStore {
    pub(super) connections: Arc<Connections>,
    folder: Arc<Folder>,
    datasets: Mutex<DatasetCache>,
    versions: Mutex<VecDeque<Arc<Version>>>,
    queries: Option<QueryPool>,
    /// What makes databases for people.
    databases: Option<WorkerCommand>,
}

/// Versions that are kept in memory.
const VERSIONS: usize = 16;

/// Datasets as they were read last, until anybody changes the catalog.
#[derive(Debug)]
struct DatasetCache {
    connection: Connection,
    /// Changes with every commit of another connection (SQLite, `PRAGMA data_version`).
    data_version: i64,
    known: HashMap<DatasetId, Option<Arc<Dataset>>>,
}

impl SqliteStore {
    /// Opens the store in a folder, or makes it.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], [`StoreError::Newer`], [`StoreError::Migration`]; [`StoreError::ReadOnly`] and the like.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let folder = Folder::open(root)?;
        let connections = Connections::open(&folder.catalog(), folder.root())?;
        let cache =
            DatasetCache { connection: connections.reader()?, data_version: 0, known: HashMap::new() };
        Ok(Self {
            connections: Arc::new(connections),
            folder: Arc::new(folder),
            datasets: cache.into(),
            versions: Mutex::default(),
            queries: None,
            databases: None,
        })
    }

    /// The same store, which also answers queries, each in a process of the pool.
    #[must_use]
    pub fn with_queries(self, pool: QueryPool) -> Self {
        Self { queries: Some(pool), ..self }
    }

    /// The same store, which makes databases for people in processes that this command starts and that call
    /// [`make_database`](crate::make_database). Without, they are made in this process, where the statements of a schema can
    /// take all the time and memory that there is: it is for those who trust their schemas.
    #[must_use]
    pub fn with_databases(self, command: WorkerCommand) -> Self {
        Self { databases: Some(command), ..self }
    }

    fn known_versions(&self) -> MutexGuard<'_, VecDeque<Arc<Version>>> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the files of versions that were forgotten, as far as nobody reads them. What stays is removed by who reads it
    /// last, or by a collection of garbage.
    fn remove_files(&self, gone: &[Digest]) {
        self.known_versions().retain(|version| !gone.contains(&version.digest));
        for digest in gone {
            let _ = remove_rows(&self.connections, &self.folder, digest);
        }
        if !gone.is_empty() {
            let _ = exports::remove_unknown(&self.connections, &self.folder);
        }
    }
}

impl DatasetCache {
    fn get(&mut self, id: DatasetId) -> Result<Option<Arc<Dataset>>, StoreError> {
        let doing = || sqlite("read a dataset");
        let data_version: i64 = self
            .connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(doing())?;
        if data_version != self.data_version {
            self.known.clear();
            self.data_version = data_version;
        }
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let read = datasets::get(&self.connection, id)?.map(Arc::new);
        if self.known.len() < 1024 {
            self.known.insert(id, read.clone());
        }
        Ok(read)
    }
}

impl Store for SqliteStore {
    fn health(&self) -> Health {
        let applied = self.connections.read(migration::check);
        let is_writable = self.connections.write(|_| Ok(())).is_ok();
        Health {
            is_writable,
            applied: *applied.as_ref().unwrap_or(&0),
            latest: migration::latest(),
            checksums_hold: applied.is_ok(),
        }
    }

    fn end_abandoned_jobs(&self, end: &dyn Fn(&JobRecord, u64) -> JobEnd) -> Result<(), StoreError> {
        self.connections.write(|transaction| {
            for (job, owner) in jobs::alive(transaction)? {
                if self.folder.is_alive(&owner) {
                    continue;
                }
                let last = jobs::last_event(transaction, &job.id)?;
                jobs::end(transaction, &job.id, &end(&job, last))?;
            }
            Ok(())
        })
    }

    fn put_schema(&self, schema: &UploadedSchema) -> Result<(), StoreError> {
        self.connections.write(|transaction| schemas::put(transaction, schema))
    }

    fn schema(&self, id: &SchemaId) -> Result<Option<UploadedSchema>, StoreError> {
        self.connections.read(|connection| schemas::get(connection, id))
    }

    fn version(&self, digest: &Digest) -> Result<Option<Arc<Version>>, StoreError> {
        let known = self.known_versions().iter().find(|v| v.digest == *digest).map(Arc::clone);
        if known.is_some() {
            // What is known here may be gone by the hand of another process.
            let is_there = self.connections.read(|connection| versions::is_there(connection, digest))?;
            return Ok(known.filter(|_| is_there));
        }
        let read = self.connections.read(|connection| versions::get(connection, digest))?;
        let Some(version) = read else { return Ok(None) };
        let version = Arc::new(version);
        let mut known = self.known_versions();
        known.push_front(Arc::clone(&version));
        known.truncate(VERSIONS);
        Ok(Some(version))
    }

    fn begin_version(
        &self,
        schema: &Arc<Schema>,
        digest: &Digest,
        stop: &CancelToken,
    ) -> Result<Box<dyn VersionDraft>, StoreError> {
        let path = self.folder.place("db");
        let writer = RowFileWriter::create(&path, stop.clone()).map_err(of_row_file)?;
        Ok(Box::new(draft::Draft {
            connections: Arc::clone(&self.connections),
            folder: Arc::clone(&self.folder),
            schema: Arc::clone(schema),
            digest: *digest,
            path,
            writer,
        }))
    }

    fn rows(&self, digest: &Digest, schema: &Arc<Schema>) -> Result<Arc<dyn StoredRows>, StoreError> {
        let path = self.folder.rows_of(digest);
        let lock = draft::held_rows(&path, digest)?;
        Ok(Arc::new(Reader {
            file: RowFile::open(&path, Arc::clone(schema)).map_err(of_row_file)?,
            lock: Some(lock),
            digest: *digest,
            connections: Arc::downgrade(&self.connections),
            folder: Arc::clone(&self.folder),
        }))
    }

    fn save(&self, version: &Digest, save: &Save, end: EndOfSaved<'_>) -> Result<Saved, StoreError> {
        self.connections.write(|transaction| draft::saved(transaction, version, save, end))
    }

    fn datasets(&self, filter: &DatasetFilter) -> Result<Listed<Dataset>, StoreError> {
        self.connections.read(|connection| datasets::list(connection, filter))
    }

    fn dataset(&self, id: DatasetId) -> Result<Option<Arc<Dataset>>, StoreError> {
        self.datasets.lock().unwrap_or_else(PoisonError::into_inner).get(id)
    }

    fn dataset_version(&self, id: DatasetId, number: u64) -> Result<Option<DatasetVersion>, StoreError> {
        self.connections.read(|connection| datasets::version(connection, id, number))
    }

    fn versions(&self, id: DatasetId) -> Result<Vec<DatasetVersion>, StoreError> {
        self.connections.read(|connection| datasets::line(connection, id))
    }

    fn rename(
        &self,
        id: DatasetId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Option<Dataset>, StoreError> {
        self.connections.write(|transaction| datasets::rename(transaction, id, name, description))
    }

    fn delete(&self, id: DatasetId) -> Result<bool, StoreError> {
        // Durably: were it taken back by a loss of power, the files would be gone all the same.
        let gone = self.connections.write_durably(|transaction| datasets::delete(transaction, id))?;
        let Some(gone) = gone else { return Ok(false) };
        self.remove_files(&gone);
        Ok(true)
    }

    fn create_job(&self, job: &JobRecord, claim: Option<&Claim>) -> Result<Claimed, StoreError> {
        self.connections.write(|transaction| jobs::create(transaction, &self.folder.owner(), job, claim))
    }

    fn claimed(&self, claim: &Claim) -> Result<Option<Claimed>, StoreError> {
        self.connections.read(|connection| jobs::claimed(connection, claim))
    }

    fn start_job(&self, id: &JobId) -> Result<bool, StoreError> {
        self.connections.write(|transaction| jobs::start(transaction, id))
    }

    fn add_events(&self, id: &JobId, events: &[JobEvent]) -> Result<(), StoreError> {
        self.connections.write(|transaction| jobs::add_to_alive(transaction, id, events))
    }

    fn end_job(&self, id: &JobId, end: &JobEnd) -> Result<JobRecord, StoreError> {
        self.connections.write(|transaction| {
            jobs::end(transaction, id, end)?;
            jobs::get(transaction, id)?.ok_or_else(|| StoreError::UnknownJob(id.clone()))
        })
    }

    fn job(&self, id: &JobId) -> Result<Option<JobRecord>, StoreError> {
        self.connections.read(|connection| jobs::get(connection, id))
    }

    fn jobs(&self, filter: &JobFilter) -> Result<Listed<JobRecord>, StoreError> {
        self.connections.read(|connection| jobs::list(connection, filter))
    }

    fn events(&self, id: &JobId, after: u64, limit: u64) -> Result<Vec<JobEvent>, StoreError> {
        self.connections.read(|connection| jobs::events(connection, id, after, limit))
    }

    fn export(&self, key: &ExportKey) -> Result<Option<ExportFile>, StoreError> {
        self.connections.read(|connection| exports::open(connection, &self.folder, key))
    }

    fn begin_export(&self) -> Result<Box<dyn ExportDraft>, StoreError> {
        Ok(Box::new(exports::Draft {
            connections: Arc::clone(&self.connections),
            folder: Arc::clone(&self.folder),
            path: self.folder.place("export"),
        }))
    }

    fn export_database(
        &self,
        version: &Version,
        schema: &Arc<Schema>,
        draft: &dyn ExportDraft,
        stop: &CancelToken,
    ) -> Result<(), StoreError> {
        let path = self.folder.rows_of(&version.digest);
        let _held = held(&path).map_err(io("open", &path))?;
        let recipe = &version.facts.recipe;
        if let Some(command) = &self.databases {
            return export_in_process(command, &path, recipe, draft.path(), stop);
        }
        let file = RowFile::open(&path, Arc::clone(schema)).map_err(of_row_file)?;
        let texts: Vec<&str> = recipe.sources.iter().map(|source| source.text.as_str()).collect();
        export_sqlite(&file, draft.path(), Some(&texts.join("\n")), stop).map_err(of_export)
    }

    fn query(&self, version: &Digest, query: &Query, stop: &CancelToken) -> Result<QueryAnswer, QueryError> {
        let no_pool = || QueryError {
            code: "query-not-available",
            message: "queries are not answered here".to_owned(),
            hint: None,
            is_outside: true,
        };
        let pool = self.queries.as_ref().ok_or_else(no_pool)?;
        let path = self.folder.rows_of(version);
        // Held while it is read: the process opens the file by its name.
        let _held = held(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => QueryError {
                code: "unknown-version",
                message: StoreError::UnknownVersion(*version).to_string(),
                hint: None,
                is_outside: false,
            },
            _ => QueryError {
                code: "query-file",
                message: format!("the rows can't be read: {error}"),
                hint: None,
                is_outside: true,
            },
        })?;
        let request = crate::QueryRequest {
            limit: query.limit,
            time: query.time,
            ..crate::QueryRequest::new(query.text.as_str())
        };
        let answer = pool.query(&path, &request, stop).map_err(told)?;
        let column = |column: crate::QueryColumn| QueryColumn { name: column.name, ty: column.ty };
        Ok(QueryAnswer {
            columns: answer.columns.into_iter().map(column).collect(),
            rows: answer.rows,
            truncated: answer.truncated,
        })
    }

    fn verify(&self) -> Result<Vec<Finding>, StoreError> {
        verify::verify(&self.connections, &self.folder)
    }

    fn collect_garbage(&self) -> Result<Collected, StoreError> {
        garbage::collect(&self.connections, &self.folder)
    }
}

/// Why a query has no answer, as a store says it.
fn told(error: crate::QueryError) -> QueryError {
    use crate::QueryError as Reason;
    let is_outside =
        matches!(error, Reason::Canceled | Reason::Busy { .. } | Reason::File { .. } | Reason::Worker { .. });
    QueryError { code: error.code(), message: error.to_string(), hint: error.hint(), is_outside }
}
