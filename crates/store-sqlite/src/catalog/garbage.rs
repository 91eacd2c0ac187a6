//! Removes what nobody refers to.

use super::connection::Connections;
use super::folder::{Folder, files_in, remove_unheld};
use super::reader::remove_rows;
use super::{exchanges, exports, jobs, schemas, versions};
use seedbed_store::{Collected, Digest, StoreError, Timestamp};
use std::fs;
use std::time::Duration;

/// For how long a job that is over and an export are kept.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Bytes of exports that are kept: they can be made again.
const EXPORT_BYTES: u64 = 4 << 30;

/// For how long a schema is kept after it was handed in last, and how many bytes of them all.
const SCHEMA_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
const SCHEMA_BYTES: u64 = 256 << 20;

/// For how long an exchange with an advisor is kept after it was asked for last.
const EXCHANGE_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// Removes versions that no dataset has, files that the catalog doesn't know, what processes that are gone have left in the
/// making, and jobs of long ago. What somebody reads at the moment stays.
///
/// # Errors
/// The catalog's.
pub(super) fn collect(connections: &Connections, folder: &Folder) -> Result<Collected, StoreError> {
    let before = Timestamp::now().minus(KEPT);
    let mut collected = Collected::default();
    connections.write_durably(|transaction| {
        collected.versions = versions::forget_unused(transaction)?.len() as u64;
        collected.jobs = jobs::forget_old(transaction, before)?;
        exports::forget_old(transaction, before, EXPORT_BYTES)?;
        exchanges::forget_old(transaction, Timestamp::now().minus(EXCHANGE_KEPT))?;
        schemas::forget_old(transaction, Timestamp::now().minus(SCHEMA_KEPT), SCHEMA_BYTES)
    })?;
    for path in files_in(&folder.rows()) {
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
        let removed = match stem.parse::<Digest>() {
            Ok(digest) => remove_rows(connections, folder, &digest)?,
            Err(_) => remove_unheld(&path),
        };
        add(&mut collected, removed, |c| &mut c.files);
    }
    let (exports, bytes) = exports::remove_unknown(connections, folder)?;
    collected.exports += exports;
    collected.bytes += bytes;
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
