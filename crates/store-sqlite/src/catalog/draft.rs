//! Versions in the making.

use super::connection::Connections;
use super::error::{behind, io, of_row_file};
use super::folder::{Folder, held, sync_folder};
use super::reader::remove_rows;
use super::{datasets, jobs, versions};
use crate::{RowFileWriter, WrittenRowFile};
use rusqlite::Transaction;
use seedbed_datagen_core::{Sink, UpdateSink};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_store::{Digest, EndOfSaved, JobStatus, Save, Saved, StoreError, VersionDraft, VersionFacts};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A version in the making: a row file in the folder of this process.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) connections: Arc<Connections>,
    pub(super) folder: Arc<Folder>,
    pub(super) schema: Arc<Schema>,
    pub(super) digest: Digest,
    pub(super) path: PathBuf,
    pub(super) writer: RowFileWriter,
}

impl VersionDraft for Draft {
    fn sink(&mut self) -> Box<dyn Sink + '_> {
        Box::new(&mut self.writer)
    }

    fn update_sink(&mut self) -> Box<dyn UpdateSink + '_> {
        Box::new(&mut self.writer)
    }

    fn carry(
        &mut self,
        from: &Digest,
        tables: &[TableId],
        updatable: &BTreeMap<TableId, Vec<ColumnIdx>>,
    ) -> Result<BTreeSet<TableId>, StoreError> {
        let path = self.folder.rows_of(from);
        // Held while it is read: SQLite opens the file by its name.
        let _held = held_rows(&path, from)?;
        self.writer.carry_most(&path, &self.schema, tables, updatable).map_err(of_row_file)
    }

    fn reason(&self, error: &(dyn Error + 'static)) -> Option<StoreError> {
        behind(error)
    }

    fn keep(
        self: Box<Self>,
        facts: &VersionFacts,
        save: &Save,
        end: EndOfSaved<'_>,
    ) -> Result<Saved, StoreError> {
        let unfinished = || StoreError::Damaged {
            what: "a version in the making".to_owned(),
            how: "its rows were not written to their end".to_owned(),
        };
        let written: WrittenRowFile = self.writer.written().cloned().ok_or_else(unfinished)?;
        let target = self.folder.rows_of(&self.digest);
        let kept = self.connections.write(|transaction| {
            let is_new = !versions::is_there(transaction, &self.digest)?;
            if is_new {
                versions::add(transaction, &self.digest, facts, written.bytes, &written.checksum)?;
            }
            let saved = saved(transaction, &self.digest, save, end)?;
            if is_new {
                // Last, when nothing but the commit can fail any more: a crash in between leaves a file that nobody refers to.
                fs::rename(&self.path, &target).map_err(io("put in place", &target))?;
                sync_folder(&self.folder.rows())?;
            }
            Ok(saved)
        });
        if kept.is_err() {
            // Without effect where the version is in the catalog, or the file is not in its place.
            let _ = remove_rows(&self.connections, &self.folder, &self.digest);
        }
        kept
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // There is none after it was kept.
        let _ = fs::remove_file(&self.path);
    }
}

/// The file of a version's rows, which nobody removes while this is held.
///
/// # Errors
/// [`StoreError::UnknownVersion`]; the file system's.
pub(super) fn held_rows(path: &Path, digest: &Digest) -> Result<File, StoreError> {
    held(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::UnknownVersion(*digest),
        _ => io("open", path)(error),
    })
}

/// Saves a version as a dataset, and ends the job that made it.
pub(super) fn saved(
    transaction: &Transaction<'_>,
    digest: &Digest,
    save: &Save,
    end: EndOfSaved<'_>,
) -> Result<Saved, StoreError> {
    let saved = datasets::save(transaction, digest, save)?;
    if let Some(job) = &save.end_of {
        let end = end(&saved);
        if !jobs::end(transaction, job, &end)? {
            let status = jobs::get(transaction, job)?.map_or(JobStatus::Error, |job| job.status);
            return Err(StoreError::JobOver { job: job.clone(), status });
        }
    }
    Ok(saved)
}
