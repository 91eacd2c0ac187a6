//! Exchanges with advisors in the catalog, and what they have cost.

use super::datasets::json;
use super::error::sqlite;
use super::sqlite_store::SqliteStore;
use super::versions::written;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use seedbed_store::{Exchanges, StoreError, Timestamp};
use serde_json::Value;
use std::time::Duration;

const DAY: i64 = 24 * 3600 * 1000;

/// An exchange, and when it was asked for last.
pub(super) fn get(connection: &Connection, request: &str) -> Result<Option<(Value, Timestamp)>, StoreError> {
    let sql = "SELECT exchange, used_at FROM exchange WHERE request = ?";
    let read = |row: &rusqlite::Row<'_>| Ok((json(&row.get::<_, String>(0)?, 0)?, Timestamp(row.get(1)?)));
    connection.query_row(sql, [request], read).optional().map_err(sqlite("look for an exchange"))
}

/// An exchange was asked for.
pub(super) fn touch(transaction: &Transaction<'_>, request: &str) -> Result<(), StoreError> {
    let sql = "UPDATE exchange SET used_at = ? WHERE request = ?";
    transaction
        .execute(sql, params![Timestamp::now().0, request])
        .map(drop)
        .map_err(sqlite("note an exchange"))
}

pub(super) fn put(transaction: &Transaction<'_>, request: &str, exchange: &Value) -> Result<(), StoreError> {
    transaction
        .execute(
            "INSERT OR REPLACE INTO exchange VALUES (?, ?, ?)",
            params![request, written(exchange)?, Timestamp::now().0],
        )
        .map(drop)
        .map_err(sqlite("keep an exchange"))
}

pub(super) fn forget(transaction: &Transaction<'_>, request: &str) -> Result<(), StoreError> {
    transaction
        .execute("DELETE FROM exchange WHERE request = ?", [request])
        .map(drop)
        .map_err(sqlite("forget an exchange"))
}

/// Adds to the tokens of a day.
pub(super) fn spend(transaction: &Transaction<'_>, at: Timestamp, tokens: u64) -> Result<(), StoreError> {
    let sql = "INSERT INTO tokens_spent VALUES (?, ?)
               ON CONFLICT (day) DO UPDATE SET tokens = tokens + excluded.tokens";
    let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
    transaction
        .execute(sql, params![at.0.div_euclid(DAY), tokens])
        .map(drop)
        .map_err(sqlite("note what an exchange has cost"))
}

/// Tokens of a day.
pub(super) fn spent(connection: &Connection, at: Timestamp) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(sum(tokens), 0) FROM tokens_spent WHERE day = ?";
    connection
        .query_row(sql, [at.0.div_euclid(DAY)], |row| row.get(0))
        .map_err(sqlite("read what exchanges have cost"))
}

/// Forgets exchanges that nobody has asked for since a moment, but for those that a version came of.
pub(super) fn forget_old(transaction: &Transaction<'_>, before: Timestamp) -> Result<(), StoreError> {
    let sql = "DELETE FROM exchange WHERE used_at < ? AND request NOT IN (
        SELECT used.value FROM dataset_version v, json_each(v.change, '$.exchanges') used)";
    transaction.execute(sql, [before.0]).map(drop).map_err(sqlite("forget old exchanges"))
}

/// How old the last use of an exchange may be before one more is noted.
const USE_NOTED: Duration = Duration::from_secs(24 * 3600);

impl Exchanges for SqliteStore {
    fn exchange(&self, request: &str) -> Result<Option<Value>, StoreError> {
        let found = self.connections.read(|connection| get(connection, request))?;
        let Some((exchange, used_at)) = found else { return Ok(None) };
        if Timestamp::now().since(used_at) > USE_NOTED {
            self.connections.write(|transaction| touch(transaction, request))?;
        }
        Ok(Some(exchange))
    }

    fn keep_exchange(&self, request: &str, exchange: &Value) -> Result<(), StoreError> {
        self.connections.write(|transaction| put(transaction, request, exchange))
    }

    fn forget_exchange(&self, request: &str) -> Result<(), StoreError> {
        self.connections.write(|transaction| forget(transaction, request))
    }

    fn spend_tokens(&self, tokens: u64) -> Result<(), StoreError> {
        self.connections.write(|transaction| spend(transaction, Timestamp::now(), tokens))
    }

    fn tokens_spent_today(&self) -> Result<u64, StoreError> {
        self.connections.read(|connection| spent(connection, Timestamp::now()))
    }
}

#[cfg(test)]
mod tests {
    use crate::SqliteStore;
    use rusqlite::Connection;
    use seedbed_store::{Exchanges as _, Store as _, Timestamp};
    use serde_json::json;

    #[test]
    fn exchanges_are_kept_as_long_as_they_are_of_use() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(folder.path()).expect("a store");
        for request in ["fresh", "old", "old and of a version"] {
            store.keep_exchange(request, &json!({"answer": request})).expect("it is kept");
        }
        store.keep_exchange("old", &json!({"answer": "another"})).expect("it is kept in its place");
        assert_eq!(store.exchange("old").expect("it can be read"), Some(json!({"answer": "another"})));
        assert_eq!(store.exchange("unknown").expect("it can be read"), None);
        store.keep_exchange("of no use", &json!({"answer": "?"})).expect("it is kept");
        for request in ["of no use", "unknown"] {
            store.forget_exchange(request).expect("it is forgotten");
        }
        assert_eq!(store.exchange("of no use").expect("it can be read"), None);
        let catalog = Connection::open(folder.path().join("catalog.db")).expect("the catalog");
        let digest = "ab".repeat(32);
        catalog
            .execute_batch(&format!(
                "UPDATE exchange SET used_at = 0 WHERE request LIKE 'old%';
                INSERT INTO version VALUES ('{digest}', '', '[]', '[]', NULL, '{{}}', '{{}}', 'null', 0, '', 0);
                INSERT INTO dataset VALUES (1, 'films', '', 0, 0, NULL);
                INSERT INTO dataset_version VALUES
                  (1, 1, '{digest}', 0, NULL, '{{\"kind\": \"modify\", \"exchanges\": [\"old and of a version\"]}}');"
            ))
            .expect("the catalog can be changed");
        store.collect_garbage().expect("it can be cleared up");
        let is_there = |request| store.exchange(request).expect("it can be read").is_some();
        assert_eq!((is_there("fresh"), is_there("old")), (true, false));
        assert!(is_there("old and of a version"));
        let used_at = "SELECT used_at FROM exchange WHERE request = 'old and of a version'";
        let used_at: i64 = catalog.query_row(used_at, [], |row| row.get(0)).expect("a moment");
        assert!(Timestamp::now().since(Timestamp(used_at)).as_secs() < 60, "it was asked for now");
    }

    #[test]
    fn tokens_are_counted_by_the_day() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(folder.path()).expect("a store");
        assert_eq!(store.tokens_spent_today().expect("it can be read"), 0);
        store.spend_tokens(1_000).expect("it is noted");
        store.spend_tokens(u64::MAX).expect_err("no such sum");
        store.spend_tokens(500).expect("it is noted");
        assert_eq!(store.tokens_spent_today().expect("it can be read"), 1_500);
        let catalog = Connection::open(folder.path().join("catalog.db")).expect("the catalog");
        catalog.execute("UPDATE tokens_spent SET day = day - 1", []).expect("it was yesterday");
        assert_eq!(store.tokens_spent_today().expect("it can be read"), 0);
    }
}
