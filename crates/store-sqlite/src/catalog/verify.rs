//! Looks at all that a store holds.

use super::connection::Connections;
use super::error::sqlite;
use super::folder::{Folder, files_in};
use super::{exports, migration, versions};
use crate::{RowFileError, verify_checksum};
use rusqlite::Connection;
use seedbed_datagen_core::CancelToken;
use seedbed_store::{Finding, StoreError};
use std::collections::BTreeSet;
use std::path::Path;

/// Migrations, the catalog's own integrity, the bytes of every version and export, and files that nobody knows.
///
/// # Errors
/// Where looking itself fails.
pub(super) fn verify(connections: &Connections, folder: &Folder) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let (kept, files) = connections.read(|connection| {
        if let Err(error) = migration::check(connection) {
            findings.push(damage(error.code(), error.to_string()));
        }
        check_catalog(connection, &mut findings)?;
        Ok((versions::all(connection)?, exports::files(connection)?))
    })?;
    let mut known = BTreeSet::new();
    for (digest, checksum) in &kept {
        let path = folder.rows_of(digest);
        let before = findings.len();
        check_file(&path, checksum, &format!("the rows of version {digest}"), &mut findings);
        if findings.len() > before
            && !connections.read(|connection| versions::is_there(connection, digest))?
        {
            // It was deleted while its file was read.
            findings.truncate(before);
        }
        known.insert(path);
    }
    for (file, checksum) in &files {
        let path = folder.exports().join(file);
        // An export can be made again.
        let before = findings.len();
        check_file(&path, checksum, &format!("the export `{file}`"), &mut findings);
        findings.iter_mut().skip(before).for_each(|f| f.is_damage = false);
        known.insert(path);
    }
    for path in
        files_in(&folder.rows()).into_iter().chain(files_in(&folder.exports())).chain(folder.abandoned())
    {
        if !known.contains(&path) {
            let name = path.strip_prefix(folder.root()).unwrap_or(&path).display().to_string();
            let message = format!("`{name}` belongs to nobody; `seedbed store gc` removes it");
            findings.push(Finding { code: "store-unowned", message, is_damage: false });
        }
    }
    Ok(findings)
}

fn damage(code: &'static str, message: String) -> Finding {
    Finding { code, message, is_damage: true }
}

fn check_catalog(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let doing = || sqlite("check the catalog");
    let mut statement = connection.prepare("PRAGMA integrity_check").map_err(doing())?;
    let told = statement.query_map([], |row| row.get::<_, String>(0)).map_err(doing())?;
    for line in told {
        let line = line.map_err(doing())?;
        if line != "ok" {
            findings.push(damage("store-damaged", format!("the catalog: {line}")));
        }
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check").map_err(doing())?;
    let broken = statement.query_map([], |row| row.get::<_, String>(0)).map_err(doing())?;
    for table in broken {
        let table = table.map_err(doing())?;
        findings.push(damage("store-damaged", format!("the catalog: `{table}` refers to what is not there")));
    }
    Ok(())
}

fn check_file(path: &Path, checksum: &str, what: &str, findings: &mut Vec<Finding>) {
    match verify_checksum(path, checksum, &CancelToken::new()) {
        Ok(()) => {}
        Err(RowFileError::Checksum { found, expected, .. }) => {
            let message = format!("{what} have the checksum {found}, and {expected} was expected");
            findings.push(damage("store-damaged", message));
        }
        Err(error) => findings.push(damage("store-damaged", format!("{what} can't be read: {error}"))),
    }
}
