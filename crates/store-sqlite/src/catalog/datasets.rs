//! Datasets in the catalog.

use super::error::sqlite;
use super::versions;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use seedbed_store::{
    Dataset, DatasetFilter, DatasetId, DatasetOrder, Digest, Listed, SaveAs, Saved, StoreError, Timestamp,
};

const SELECT: &str =
    "SELECT d.id, d.name, d.description, d.created_at, d.updated_at, v.number, v.digest, d.parent_id,
    w.row_counts, w.bytes
  FROM dataset d
  JOIN dataset_version v ON v.dataset_id = d.id
    AND v.number = (SELECT max(number) FROM dataset_version WHERE dataset_id = d.id)
  JOIN version w ON w.digest = v.digest";

/// A dataset.
pub(super) fn get(connection: &Connection, id: DatasetId) -> Result<Option<Dataset>, StoreError> {
    let doing = || sqlite("read a dataset");
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE d.id = ?")).map_err(doing())?;
    statement.query_row([id.0], read).optional().map_err(doing())
}

/// Datasets, and how many there are.
pub(super) fn list(connection: &Connection, filter: &DatasetFilter) -> Result<Listed<Dataset>, StoreError> {
    let doing = || sqlite("read the datasets");
    // `instr` and not LIKE: the text is looked for as it stands.
    let wanted = "(?1 IS NULL OR instr(lower(d.name), lower(?1)) > 0)";
    let order = match filter.order {
        DatasetOrder::Newest => "d.id DESC",
        DatasetOrder::Oldest => "d.id",
        DatasetOrder::Name => "lower(d.name), d.name, d.id DESC",
        DatasetOrder::NameDescending => "lower(d.name) DESC, d.name DESC, d.id DESC",
        DatasetOrder::Largest => "w.bytes DESC, d.id DESC",
        DatasetOrder::Smallest => "w.bytes, d.id DESC",
    };
    let sql = format!("{SELECT} WHERE {wanted} ORDER BY {order} LIMIT ?2 OFFSET ?3");
    let mut statement = connection.prepare_cached(&sql).map_err(doing())?;
    let rows = statement
        .query_map(
            params![filter.name, clamped(filter.limit.unwrap_or(u64::MAX)), clamped(filter.offset)],
            read,
        )
        .map_err(doing())?;
    let entries = rows.collect::<Result<_, _>>().map_err(doing())?;
    let count = format!("SELECT count(*) FROM dataset d WHERE {wanted}");
    let total = connection
        .prepare_cached(&count)
        .and_then(|mut s| s.query_row([&filter.name], |r| r.get(0)))
        .map_err(doing())?;
    Ok(Listed { entries, total })
}

pub(super) fn clamped(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Dataset> {
    let counts: String = row.get(8)?;
    Ok(Dataset {
        id: DatasetId(row.get(0)?),
        name: row.get(1)?,
        description: row.get(2)?,
        created_at: Timestamp(row.get(3)?),
        updated_at: Timestamp(row.get(4)?),
        version: row.get(5)?,
        digest: digest(row, 6)?,
        parent_id: row.get::<_, Option<i64>>(7)?.map(DatasetId),
        row_counts: json(&counts, 8)?,
        bytes: row.get(9)?,
    })
}

/// A digest in a column.
pub(super) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    let text: String = row.get(column)?;
    text.parse().map_err(|e| conversion(column, e))
}

/// JSON in a column.
pub(super) fn json<T: serde::de::DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|e| conversion(column, e))
}

fn conversion(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

/// Saves a version that is in the catalog.
pub(super) fn save(
    transaction: &Transaction<'_>,
    version: &Digest,
    to: &SaveAs,
) -> Result<Saved, StoreError> {
    let doing = || sqlite("save a dataset");
    if !versions::is_there(transaction, version)? {
        return Err(StoreError::UnknownVersion(*version));
    }
    let now = Timestamp::now().0;
    let (id, is_new) = match to {
        SaveAs::New { name, description, parent } => {
            // A parent that was deleted in between is none.
            transaction
                .execute(
                    "INSERT INTO dataset (name, description, created_at, updated_at, parent_id)
                     VALUES (?1, ?2, ?3, ?3, (SELECT id FROM dataset WHERE id = ?4))",
                    params![name, description, now, parent.map(|p| p.0)],
                )
                .map_err(doing())?;
            let id = DatasetId(transaction.last_insert_rowid());
            add_version(transaction, id, 1, version, now)?;
            (id, true)
        }
        SaveAs::NextOf(id) => {
            let dataset = get(transaction, *id)?.ok_or(StoreError::UnknownDataset(*id))?;
            let is_new = dataset.digest != *version;
            if is_new {
                add_version(transaction, *id, dataset.version + 1, version, now)?;
                transaction
                    .execute("UPDATE dataset SET updated_at = ? WHERE id = ?", (now, id.0))
                    .map_err(doing())?;
            }
            (*id, is_new)
        }
    };
    let dataset = get(transaction, id)?.ok_or(StoreError::UnknownDataset(id))?;
    Ok(Saved { dataset, is_new })
}

fn add_version(
    transaction: &Transaction<'_>,
    id: DatasetId,
    number: u64,
    version: &Digest,
    now: i64,
) -> Result<(), StoreError> {
    transaction
        .execute("INSERT INTO dataset_version VALUES (?, ?, ?, ?)", (id.0, number, version.to_string(), now))
        .map(drop)
        .map_err(sqlite("save a dataset"))
}

/// Gives a dataset another name or description.
pub(super) fn rename(
    transaction: &Transaction<'_>,
    id: DatasetId,
    name: Option<&str>,
    description: Option<&str>,
) -> Result<Option<Dataset>, StoreError> {
    transaction
        .execute(
            "UPDATE dataset SET name = coalesce(?, name), description = coalesce(?, description), updated_at = ?
             WHERE id = ?",
            params![name, description, Timestamp::now().0, id.0],
        )
        .map_err(sqlite("rename a dataset"))?;
    get(transaction, id)
}

/// Deletes a dataset and forgets the versions that only it had. `None` when there is no such dataset.
pub(super) fn delete(
    transaction: &Transaction<'_>,
    id: DatasetId,
) -> Result<Option<Vec<Digest>>, StoreError> {
    let doing = || sqlite("delete a dataset");
    let deleted = transaction.execute("DELETE FROM dataset WHERE id = ?", [id.0]).map_err(doing())?;
    if deleted == 0 {
        return Ok(None);
    }
    versions::forget_unused(transaction).map(Some)
}
