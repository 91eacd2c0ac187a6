//! Migrations: how a catalog comes to be what this version of Seedbed expects.

use super::error::sqlite;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use seedbed_store::{Digest, StoreError, Timestamp};
use std::path::Path;

/// A step from one form of the catalog to the next. Once it was in a version that people use it never changes.
struct Migration {
    name: &'static str,
    sql: &'static str,
}

/// All of them in order; the first is number 1.
const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_catalog", sql: include_str!("../../migrations/0001_catalog.sql") },
    Migration { name: "0002_changes", sql: include_str!("../../migrations/0002_changes.sql") },
];

/// `SEED` in ASCII: what tells a catalog from another database.
const APPLICATION_ID: i32 = 0x5345_4544;

/// How many this version has.
pub(super) fn latest() -> u64 {
    MIGRATIONS.len() as u64
}

/// Brings a catalog up to date, and refuses one that is another's.
///
/// # Errors
/// [`StoreError::NoStore`], [`StoreError::Newer`], [`StoreError::Migration`].
pub(super) fn migrate(connection: &mut Connection, root: &Path) -> Result<(), StoreError> {
    let doing = || sqlite("bring the catalog up to date");
    // Both at one moment: another process may be making the store.
    let look = connection.transaction().map_err(doing())?;
    let id: i32 = look.pragma_query_value(None, "application_id", |r| r.get(0)).map_err(doing())?;
    let tables: i64 =
        look.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)).map_err(doing())?;
    drop(look);
    if id != APPLICATION_ID && tables > 0 {
        return Err(StoreError::NoStore { path: root.to_owned() });
    }
    if id == APPLICATION_ID && check(connection)? == latest() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing())?;
    transaction
        .execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID};
            CREATE TABLE IF NOT EXISTS migration (
              number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
            ) STRICT;"
        ))
        .map_err(doing())?;
    // Another process may have done it in between.
    let applied = check(&transaction)? as usize;
    for (number, migration) in MIGRATIONS.iter().enumerate().skip(applied) {
        transaction.execute_batch(migration.sql).map_err(doing())?;
        transaction
            .execute(
                "INSERT INTO migration VALUES (?, ?, ?, ?)",
                (number as i64 + 1, migration.name, checksum(migration), Timestamp::now().0),
            )
            .map_err(doing())?;
    }
    transaction.commit().map_err(doing())
}

/// How many migrations were applied, all of which are this version's.
///
/// # Errors
/// [`StoreError::Newer`], [`StoreError::Migration`].
pub(super) fn check(connection: &Connection) -> Result<u64, StoreError> {
    let doing = || sqlite("read the migrations");
    let is_there = "SELECT 1 FROM sqlite_schema WHERE name = 'migration'";
    if connection.query_row(is_there, [], |_| Ok(())).optional().map_err(doing())?.is_none() {
        return Ok(0);
    }
    let mut statement =
        connection.prepare("SELECT number, name, checksum FROM migration ORDER BY number").map_err(doing())?;
    let rows = statement
        .query_map([], |r| Ok((r.get::<_, u64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?)))
        .map_err(doing())?;
    let applied = rows.collect::<Result<Vec<_>, _>>().map_err(doing())?;
    if let Some((found, ..)) = applied.iter().find(|(number, ..)| *number > latest()) {
        return Err(StoreError::Newer { found: *found, known: latest() });
    }
    for (expected, (number, name, found)) in (1..).zip(&applied) {
        let refused = |how: String| StoreError::Migration { number: expected, how };
        if *number != expected {
            return Err(refused("it was left out".to_owned()));
        }
        let Some(known) = MIGRATIONS.get(*number as usize - 1) else { continue };
        if known.name != name {
            return Err(refused(format!("it is called `{name}`, and `{}` was expected", known.name)));
        }
        if checksum(known) != *found {
            return Err(refused(format!("its checksum is {found}, and {} was expected", checksum(known))));
        }
    }
    Ok(applied.len() as u64)
}

fn checksum(migration: &Migration) -> String {
    Digest::of(migration.sql.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use crate::SqliteStore;
    use rusqlite::Connection;
    use seedbed_store::{ChangeKind, DatasetId, Store as _, StoreError};
    use std::path::Path;

    fn changed(folder: &Path, sql: &str) -> StoreError {
        let catalog = Connection::open(folder.join("catalog.db")).expect("a catalog");
        catalog.execute_batch(sql).expect("it can be changed");
        drop(catalog);
        SqliteStore::open(folder).expect_err("it was changed")
    }

    #[test]
    fn a_store_is_opened_again_and_one_of_another_making_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let health = SqliteStore::open(folder.path()).expect("a new store").health();
        assert!(health.is_writable && health.checksums_hold && health.applied == health.latest);
        drop(SqliteStore::open(folder.path()).expect("the same store"));

        let error = changed(folder.path(), "UPDATE migration SET checksum = 'edited' WHERE number = 1");
        assert!(matches!(error, StoreError::Migration { number: 1, .. }), "{error}");
        assert!(error.to_string().contains("checksum"), "{error}");
        let error = changed(folder.path(), "UPDATE migration SET name = '0001_other' WHERE number = 1");
        assert!(matches!(error, StoreError::Migration { number: 1, .. }), "{error}");
        let error = changed(folder.path(), "INSERT INTO migration VALUES (999, 'later', '', 0)");
        assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
    }

    #[test]
    fn a_store_of_an_older_version_is_brought_up_to_date() {
        let folder = tempfile::tempdir().expect("a folder");
        let catalog = Connection::open(folder.path().join("catalog.db")).expect("a database");
        let first = &super::MIGRATIONS[0];
        let digest = "ab".repeat(32);
        catalog
            .execute_batch(&format!(
                "PRAGMA application_id = {}; {}
                CREATE TABLE migration (
                  number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
                ) STRICT;
                INSERT INTO migration VALUES (1, '{}', '{}', 0);
                INSERT INTO version VALUES ('{digest}', '', '[]', '[]', NULL, '{{}}', '{{}}', 'null', 0, '', 0);
                INSERT INTO dataset VALUES (7, 'films', '', 0, 0, NULL);
                INSERT INTO dataset_version VALUES (7, 1, '{digest}', 0), (7, 2, '{digest}', 0);",
                super::APPLICATION_ID,
                first.sql,
                first.name,
                super::checksum(first)
            ))
            .expect("a store as it was");
        drop(catalog);
        let store = SqliteStore::open(folder.path()).expect("it is brought up to date");
        assert_eq!(store.health().applied, super::latest());
        let line = store.versions(DatasetId(7)).expect("it can be read");
        let told: Vec<_> = line.iter().map(|v| (v.number, v.made_from, v.change.kind)).collect();
        assert_eq!(told, [(1, None, ChangeKind::Generate), (2, Some(1), ChangeKind::Regenerate)]);
        assert_eq!(store.dataset_version(DatasetId(7), 2).expect("it can be read").as_ref(), line.get(1));
        assert_eq!(store.dataset_version(DatasetId(7), 3).expect("it can be read"), None);
    }

    #[test]
    fn a_database_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let other = Connection::open(folder.path().join("catalog.db")).expect("a database");
        other
            .execute_batch("CREATE TABLE precious (a); INSERT INTO precious VALUES (1)")
            .expect("it is theirs");
        drop(other);
        let error = SqliteStore::open(folder.path()).expect_err("it is no store");
        assert!(matches!(error, StoreError::NoStore { .. }), "{error}");
        std::fs::write(folder.path().join("catalog.db"), "no database at all").expect("it can be written");
        assert_eq!(SqliteStore::open(folder.path()).expect_err("no database").code(), "store-damaged");
    }
}
