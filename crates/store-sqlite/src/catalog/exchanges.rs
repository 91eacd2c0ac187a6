//! Exchanges with advisors in the catalog, and what they have cost.

use super::datasets::json;
use super::error::sqlite;
use super::versions::written;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use seedbed_store::{StoreError, Timestamp};
use serde_json::Value;

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
