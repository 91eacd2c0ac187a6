//! Datasets in the catalog.

use super::error::sqlite;
use super::versions::{self, written};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use seedbed_store::{
    Change, Dataset, DatasetFilter, DatasetId, DatasetOrder, DatasetVersion, Digest, Listed, Save, SaveAs,
    Saved, StoreError, Timestamp,
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

const SELECT_VERSION: &str = "SELECT v.number, v.digest, v.made_from, v.change, w.row_counts, v.created_at
  FROM dataset_version v JOIN version w ON w.digest = v.digest
  WHERE v.dataset_id = ?";

/// The versions of a dataset, the first one first.
pub(super) fn line(connection: &Connection, id: DatasetId) -> Result<Vec<DatasetVersion>, StoreError> {
    let doing = || sqlite("read the versions of a dataset");
    let sql = format!("{SELECT_VERSION} ORDER BY v.number");
    let mut statement = connection.prepare_cached(&sql).map_err(doing())?;
    let rows = statement.query_map([id.0], read_version).map_err(doing())?;
    rows.collect::<Result<_, _>>().map_err(doing())
}

/// One version of a dataset.
pub(super) fn version(
    connection: &Connection,
    id: DatasetId,
    number: u64,
) -> Result<Option<DatasetVersion>, StoreError> {
    let doing = || sqlite("read a version of a dataset");
    let sql = format!("{SELECT_VERSION} AND v.number = ?");
    let mut statement = connection.prepare_cached(&sql).map_err(doing())?;
    statement.query_row(params![id.0, clamped(number)], read_version).optional().map_err(doing())
}

fn read_version(row: &Row<'_>) -> rusqlite::Result<DatasetVersion> {
    Ok(DatasetVersion {
        number: row.get(0)?,
        digest: digest(row, 1)?,
        made_from: row.get(2)?,
        change: json(&row.get::<_, String>(3)?, 3)?,
        row_counts: json(&row.get::<_, String>(4)?, 4)?,
        created_at: Timestamp(row.get(5)?),
    })
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
    save: &Save,
) -> Result<Saved, StoreError> {
    if !versions::is_there(transaction, version)? {
        return Err(StoreError::UnknownVersion(*version));
    }
    let next = |id| next_version(transaction, version, id, &save.change);
    let (id, is_new) = match &save.to {
        SaveAs::New { name, description, parent } => {
            let id = add_dataset(transaction, name, description, *parent)?;
            add_version(transaction, id, 1, version, None, &save.change)?;
            (id, true)
        }
        SaveAs::NextOf(id) => (*id, next(*id)?),
        SaveAs::After { dataset, version } => {
            in_version(transaction, *dataset, *version)?;
            (*dataset, next(*dataset)?)
        }
        SaveAs::BackTo { dataset, version: number, earlier } => {
            in_version(transaction, *dataset, *number)?;
            // Where there is no such version there are no such rows of this dataset.
            let sql =
                "SELECT made_from FROM dataset_version WHERE dataset_id = ? AND number = ? AND digest = ?";
            let found: Option<Option<u64>> = transaction
                .query_row(sql, params![dataset.0, earlier, version.to_string()], |row| row.get(0))
                .optional()
                .map_err(sqlite("save a dataset"))?;
            let made_from = found.ok_or(StoreError::UnknownVersion(*version))?;
            add_version(transaction, *dataset, number + 1, version, made_from, &save.change)?;
            (*dataset, true)
        }
    };
    let dataset = get(transaction, id)?.ok_or(StoreError::UnknownDataset(id))?;
    Ok(Saved { dataset, is_new })
}

fn add_dataset(
    transaction: &Transaction<'_>,
    name: &str,
    description: &str,
    parent: Option<DatasetId>,
) -> Result<DatasetId, StoreError> {
    // A parent that was deleted in between is none.
    transaction
        .execute(
            "INSERT INTO dataset (name, description, created_at, updated_at, parent_id)
             VALUES (?1, ?2, ?3, ?3, (SELECT id FROM dataset WHERE id = ?4))",
            params![name, description, Timestamp::now().0, parent.map(|p| p.0)],
        )
        .map_err(sqlite("save a dataset"))?;
    Ok(DatasetId(transaction.last_insert_rowid()))
}

/// Adds the next version of a dataset, unless it has these rows already: says whether.
fn next_version(
    transaction: &Transaction<'_>,
    version: &Digest,
    id: DatasetId,
    change: &Change,
) -> Result<bool, StoreError> {
    let dataset = get(transaction, id)?.ok_or(StoreError::UnknownDataset(id))?;
    if dataset.digest == *version {
        return Ok(false);
    }
    add_version(transaction, id, dataset.version + 1, version, Some(dataset.version), change)?;
    Ok(true)
}

/// Whether a dataset is in a version.
///
/// # Errors
/// [`StoreError::UnknownDataset`], [`StoreError::VersionConflict`].
fn in_version(transaction: &Transaction<'_>, id: DatasetId, expected: u64) -> Result<(), StoreError> {
    let found = get(transaction, id)?.ok_or(StoreError::UnknownDataset(id))?.version;
    match found == expected {
        true => Ok(()),
        false => Err(StoreError::VersionConflict { dataset: id, expected, found }),
    }
}

fn add_version(
    transaction: &Transaction<'_>,
    id: DatasetId,
    number: u64,
    version: &Digest,
    made_from: Option<u64>,
    change: &Change,
) -> Result<(), StoreError> {
    let (doing, now) = (|| sqlite("save a dataset"), Timestamp::now().0);
    transaction
        .execute(
            "INSERT INTO dataset_version (dataset_id, number, digest, created_at, made_from, change)
             VALUES (?, ?, ?, ?, ?, ?)",
            params![id.0, number, version.to_string(), now, made_from, written(change)?],
        )
        .map_err(doing())?;
    transaction
        .execute("UPDATE dataset SET updated_at = ? WHERE id = ?", (now, id.0))
        .map(drop)
        .map_err(doing())
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
