//! Exports: files, and the catalog's entries of them.

use super::connection::Connections;
use super::error::{io, sqlite};
use super::folder::{Folder, files_in, held, remove_unheld, sync_folder};
use super::versions;
use crate::checksum;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use seedbed_datagen_core::CancelToken;
use seedbed_store::{Digest, ExportDraft, ExportFile, ExportKey, StoreError, Timestamp};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A list of tables as the catalog has it: nothing for all of them.
fn tables(key: &ExportKey) -> Result<String, StoreError> {
    key.tables.as_ref().map_or_else(|| Ok(String::new()), versions::written)
}

/// The file of a key, open.
pub(super) fn open(
    connection: &Connection,
    folder: &Folder,
    key: &ExportKey,
) -> Result<Option<ExportFile>, StoreError> {
    let doing = || sqlite("look for an export");
    let sql = "SELECT file, bytes, checksum, media_type, file_name FROM export
               WHERE version = ? AND format = ? AND tables = ?";
    let mut statement = connection.prepare_cached(sql).map_err(doing())?;
    let found = statement
        .query_row(params![key.version.to_string(), key.format, tables(key)?], |row| {
            let file: String = row.get(0)?;
            Ok((file, row.get::<_, u64>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()
        .map_err(doing())?;
    let Some((name, bytes, checksum, media_type, file_name)) = found else { return Ok(None) };
    let path = folder.exports().join(&name);
    // Gone, or cut short by whoever: it is made again.
    match held(&path) {
        Ok(file) if file.metadata().is_ok_and(|m| m.len() == bytes) => {
            Ok(Some(ExportFile { file, bytes, checksum, media_type, file_name }))
        }
        _ => Ok(None),
    }
}

/// The names of all files, with their checksums.
pub(super) fn files(connection: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let doing = || sqlite("read the exports");
    let mut statement = connection.prepare("SELECT file, checksum FROM export").map_err(doing())?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(doing())?;
    rows.collect::<Result<_, _>>().map_err(doing())
}

/// Removes the files that the catalog does not know and nobody reads: how many, and how many bytes are free now.
///
/// # Errors
/// The catalog's.
pub(super) fn remove_unknown(connections: &Connections, folder: &Folder) -> Result<(u64, u64), StoreError> {
    let known = |connection: &Connection| -> Result<BTreeSet<String>, StoreError> {
        Ok(files(connection)?.into_iter().map(|(file, _)| file).collect())
    };
    let kept = connections.read(known)?;
    let (mut count, mut bytes) = (0, 0);
    for path in files_in(&folder.exports()) {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if kept.contains(name) {
            continue;
        }
        // Looked at once more in a transaction of its own: it may have been put there meanwhile.
        let removed = connections.write(|transaction| {
            Ok(if known(transaction)?.contains(name) { None } else { remove_unheld(&path) })
        })?;
        if let Some(freed) = removed {
            (count, bytes) = (count + 1, bytes + freed);
        }
    }
    Ok((count, bytes))
}

/// Forgets the oldest exports until the rest takes no more than so many bytes, and those from before a moment. Their files
/// are still there.
pub(super) fn forget_old(
    transaction: &Transaction<'_>,
    before: Timestamp,
    bytes: u64,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM export WHERE created_at < ?1 OR file IN (
        SELECT file FROM (SELECT file, sum(bytes) OVER (ORDER BY created_at DESC, file) AS up_to FROM export)
        WHERE up_to > ?2)";
    transaction.execute(sql, params![before.0, bytes]).map(drop).map_err(sqlite("forget old exports"))
}

/// A file in the making.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) connections: Arc<Connections>,
    pub(super) folder: Arc<Folder>,
    pub(super) path: PathBuf,
}

impl ExportDraft for Draft {
    fn path(&self) -> &Path {
        &self.path
    }

    fn keep(
        self: Box<Self>,
        key: &ExportKey,
        media_type: &str,
        file_name: &str,
    ) -> Result<ExportFile, StoreError> {
        let file = File::open(&self.path).map_err(io("open", &self.path))?;
        // Held before anybody knows of it: whoever deletes its dataset at this moment leaves it to who has asked for it.
        file.lock_shared().map_err(io("lock", &self.path))?;
        file.sync_all().map_err(io("sync", &self.path))?;
        let bytes = file.metadata().map_err(io("read", &self.path))?.len();
        let sum = checksum(&self.path, &CancelToken::new()).map_err(super::error::of_row_file)?;
        let tables = tables(key)?;
        let name = Digest::of(format!("{}\0{}\0{tables}", key.version, key.format).as_bytes()).to_string();
        let target = self.folder.exports().join(&name);
        self.connections.write(|transaction| {
            if !versions::is_there(transaction, &key.version)? {
                return Err(StoreError::UnknownVersion(key.version));
            }
            fs::rename(&self.path, &target).map_err(io("put in place", &target))?;
            sync_folder(&self.folder.exports())?;
            transaction
                .execute(
                    "INSERT OR REPLACE INTO export VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    params![
                        key.version.to_string(),
                        key.format,
                        tables,
                        name,
                        bytes,
                        sum,
                        media_type,
                        file_name,
                        Timestamp::now().0
                    ],
                )
                .map(drop)
                .map_err(sqlite("note an export"))
        })?;
        let (media_type, file_name) = (media_type.to_owned(), file_name.to_owned());
        Ok(ExportFile { file, bytes, checksum: sum, media_type, file_name })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // There is none after it was kept, or when nothing was written.
        let _ = fs::remove_file(&self.path);
    }
}
