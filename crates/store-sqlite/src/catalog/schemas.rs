//! Schemas that were handed in, in the catalog.

use super::error::sqlite;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use seedbed_schema_model::Dialect;
use seedbed_store::{SchemaId, SourceText, StoreError, Timestamp, UploadedSchema};

pub(super) fn put(transaction: &Transaction<'_>, schema: &UploadedSchema) -> Result<(), StoreError> {
    let UploadedSchema { id, source, dialect, at } = schema;
    transaction
        .execute(
            "INSERT OR REPLACE INTO upload VALUES (?, ?, ?, ?, ?)",
            params![id.0, source.name, source.text, dialect.name(), at.0],
        )
        .map(drop)
        .map_err(sqlite("keep a schema"))
}

pub(super) fn get(connection: &Connection, id: &SchemaId) -> Result<Option<UploadedSchema>, StoreError> {
    let sql = "SELECT name, text, dialect, at FROM upload WHERE id = ?";
    let read = |row: &rusqlite::Row<'_>| {
        let name: String = row.get(2)?;
        let dialect: Dialect = name.parse().map_err(|e: seedbed_schema_model::UnknownDialect| {
            rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, e.into())
        })?;
        Ok(UploadedSchema {
            id: id.clone(),
            source: SourceText { name: row.get(0)?, text: row.get(1)? },
            dialect,
            at: Timestamp(row.get(3)?),
        })
    };
    connection.query_row(sql, [&id.0], read).optional().map_err(sqlite("read a schema"))
}

/// Forgets those that were handed in before a moment, and the oldest until the rest takes no more than so many bytes.
pub(super) fn forget_old(
    transaction: &Transaction<'_>,
    before: Timestamp,
    bytes: u64,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM upload WHERE at < ?1 OR id IN (
        SELECT id FROM (SELECT id, sum(length(text)) OVER (ORDER BY at DESC, id) AS up_to FROM upload)
        WHERE up_to > ?2)";
    transaction.execute(sql, params![before.0, bytes]).map(drop).map_err(sqlite("forget old schemas"))
}
