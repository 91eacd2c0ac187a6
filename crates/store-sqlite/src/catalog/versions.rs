//! Versions in the catalog.

use super::datasets::{digest, json};
use super::error::sqlite;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use seedbed_store::{Digest, StoreError, Timestamp, Version, VersionFacts};
use serde::Serialize;

/// A version.
pub(super) fn get(connection: &Connection, of: &Digest) -> Result<Option<Version>, StoreError> {
    let doing = || sqlite("read a version");
    let sql = "SELECT digest, recipe, tables, existing, settings, meta, report, bytes, created_at
               FROM version WHERE digest = ?";
    let mut statement = connection.prepare_cached(sql).map_err(doing())?;
    statement.query_row([of.to_string()], read).optional().map_err(doing())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Version> {
    let text = |column| row.get::<_, String>(column);
    Ok(Version {
        digest: digest(row, 0)?,
        facts: VersionFacts {
            recipe: json(&text(1)?, 1)?,
            tables: json(&text(2)?, 2)?,
            existing: row.get(3)?,
            settings: json(&text(4)?, 4)?,
            meta: json(&text(5)?, 5)?,
            report: json(&text(6)?, 6)?,
        },
        bytes: row.get(7)?,
        created_at: Timestamp(row.get(8)?),
    })
}

/// All versions that are kept, with the checksums of their files.
pub(super) fn all(connection: &Connection) -> Result<Vec<(Digest, String)>, StoreError> {
    let doing = || sqlite("read the versions");
    let mut statement = connection.prepare("SELECT digest, checksum FROM version").map_err(doing())?;
    let rows = statement.query_map([], |row| Ok((digest(row, 0)?, row.get(1)?))).map_err(doing())?;
    rows.collect::<Result<_, _>>().map_err(doing())
}

pub(super) fn is_there(connection: &Connection, of: &Digest) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM version WHERE digest = ?)";
    connection.query_row(sql, [of.to_string()], |r| r.get(0)).map_err(sqlite("look for a version"))
}

/// Takes note of a version whose file is in its place.
pub(super) fn add(
    transaction: &Transaction<'_>,
    of: &Digest,
    facts: &VersionFacts,
    bytes: u64,
    checksum: &str,
) -> Result<(), StoreError> {
    let counts: Vec<(&str, u64)> = facts.tables.iter().map(|t| (t.name.as_str(), t.rows)).collect();
    transaction
        .execute(
            "INSERT INTO version (digest, recipe, tables, row_counts, existing, settings, meta, report, bytes, checksum,
               created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                of.to_string(),
                written(&facts.recipe)?,
                written(&facts.tables)?,
                written(&counts)?,
                facts.existing,
                written(&facts.settings)?,
                facts.meta.get(),
                facts.report.get(),
                bytes,
                checksum,
                Timestamp::now().0,
            ],
        )
        .map(drop)
        .map_err(sqlite("note a version"))
}

/// A value as JSON.
pub(super) fn written(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::outside("write JSON"))
}

/// Forgets the versions that no dataset has, and their exports. Their files are still there.
pub(super) fn forget_unused(transaction: &Transaction<'_>) -> Result<Vec<Digest>, StoreError> {
    let doing = || sqlite("forget versions");
    let sql = "DELETE FROM version WHERE digest NOT IN (SELECT digest FROM dataset_version) RETURNING digest";
    let mut statement = transaction.prepare_cached(sql).map_err(doing())?;
    let rows = statement.query_map([], |row| digest(row, 0)).map_err(doing())?;
    rows.collect::<Result<_, _>>().map_err(doing())
}
