//! Removes what nobody refers to.

use super::connection::Connections;
use super::folder::{Folder, remove_unheld};
use super::reader::remove_rows;
use super::{exports, jobs, schemas, versions};
use seedbed_store::{Collected, Digest, StoreError, Timestamp};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For how long a job that is over, and a schema that nobody used, are kept.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Removes versions that no dataset has, files that the catalog doesn't know, what processes that are gone have left in the
/// making, and jobs of long ago. What somebody reads at the moment stays.
///
/// # Errors
/// The catalog's.
pub(super) fn collect(connections: &Connections, folder: &Folder) -> Result<Collected, StoreError> {
    let before = Timestamp::now().minus(KEPT);
    let mut collected = Collected::default();
    connections.write(|transaction| {
        collected.versions = versions::forget_unused(transaction)?.len() as u64;
        collected.jobs = jobs::forget_old(transaction, before)?;
        schemas::forget_old(transaction, before)
    })?;
    for path in files_in(&folder.rows()) {
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
        let removed = match stem.parse::<Digest>() {
            Ok(digest) => remove_rows(connections, folder, &digest)?,
            Err(_) => remove_unheld(&path),
        };
        add(&mut collected, removed, |c| &mut c.files);
    }
    // The files that are known are read in the transaction in which others are removed: nobody adds one meanwhile.
    connections.write(|transaction| {
        let known: BTreeSet<String> =
            exports::files(transaction)?.into_iter().map(|(file, _)| file).collect();
        for path in files_in(&folder.exports()) {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
            if !known.contains(name) {
                add(&mut collected, remove_unheld(&path), |c| &mut c.exports);
            }
        }
        Ok(())
    })?;
    for abandoned in folder.abandoned() {
        let bytes: u64 =
            files_in(&abandoned).iter().filter_map(|f| fs::metadata(f).ok()).map(|m| m.len()).sum();
        if fs::remove_dir_all(&abandoned).is_ok() {
            add(&mut collected, Some(bytes), |c| &mut c.files);
        }
    }
    Ok(collected)
}

fn add(collected: &mut Collected, removed: Option<u64>, count: impl Fn(&mut Collected) -> &mut u64) {
    if let Some(bytes) = removed {
        *count(collected) += 1;
        collected.bytes += bytes;
    }
}

/// The files of a folder.
pub(super) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
    paths.sort();
    paths
}
