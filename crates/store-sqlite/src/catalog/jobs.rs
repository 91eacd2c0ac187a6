//! Jobs, their events and the keys of requests in the catalog.

use super::datasets::{clamped, json};
use super::error::sqlite;
use super::versions::written;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use seedbed_store::{
    Claim, Claimed, DatasetId, JobEnd, JobEvent, JobFilter, JobId, JobKind, JobRecord, JobStatus, Listed,
    StoreError, Timestamp,
};
use serde_json::value::RawValue;

const SELECT: &str =
    "SELECT id, kind, status, progress, tables, dataset_id, error, created_at, started_at, finished_at,
    owner, result
  FROM job";

/// Takes note of a job, if its claim is new.
pub(super) fn create(
    transaction: &Transaction<'_>,
    owner: &str,
    job: &JobRecord,
    claim: Option<&Claim>,
) -> Result<Claimed, StoreError> {
    let doing = || sqlite("note a job");
    if let Some(there) = claim.map(|claim| claimed(transaction, claim)).transpose()?.flatten() {
        return Ok(there);
    }
    transaction
        .execute(
            "INSERT INTO job (id, owner, kind, status, progress, tables, dataset_id, error, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            params![
                job.id.0,
                owner,
                job.kind.name(),
                job.status.name(),
                job.progress,
                written(&job.tables)?,
                job.dataset_id.map(|d| d.0),
                job.created_at.0,
            ],
        )
        .map_err(doing())?;
    if let Some(claim) = claim {
        transaction
            .execute(
                "INSERT OR REPLACE INTO idempotency_key VALUES (?, ?, ?, ?, ?)",
                params![claim.scope, claim.key, claim.fingerprint, job.id.0, claim.expires_at.0],
            )
            .map_err(doing())?;
    }
    Ok(Claimed::Now)
}

/// What became of a claim.
pub(super) fn claimed(connection: &Connection, claim: &Claim) -> Result<Option<Claimed>, StoreError> {
    let sql =
        "SELECT fingerprint, job_id FROM idempotency_key WHERE scope = ? AND key = ? AND expires_at > ?";
    let there = connection
        .query_row(sql, params![claim.scope, claim.key, Timestamp::now().0], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()
        .map_err(sqlite("look for a request"))?;
    Ok(there.map(|(fingerprint, job)| match fingerprint == claim.fingerprint {
        true => Claimed::Before(job.as_str().into()),
        false => Claimed::Taken,
    }))
}

/// A job that waits begins.
pub(super) fn start(transaction: &Transaction<'_>, id: &JobId) -> Result<bool, StoreError> {
    let sql = "UPDATE job SET status = 'running', started_at = ? WHERE id = ? AND status = 'queued'";
    let begun = transaction.execute(sql, params![Timestamp::now().0, id.0]).map_err(sqlite("begin a job"))?;
    Ok(begun == 1)
}

/// Adds events to a job that is not over.
pub(super) fn add_to_alive(
    transaction: &Transaction<'_>,
    id: &JobId,
    events: &[JobEvent],
) -> Result<(), StoreError> {
    let job = get(transaction, id)?.ok_or_else(|| StoreError::UnknownJob(id.clone()))?;
    match job.status.is_over() {
        true => Err(StoreError::JobOver { job: id.clone(), status: job.status }),
        false => add_events(transaction, id, events),
    }
}

/// Adds events.
fn add_events(transaction: &Transaction<'_>, id: &JobId, events: &[JobEvent]) -> Result<(), StoreError> {
    let doing = || sqlite("note what happened to a job");
    let mut statement =
        transaction.prepare_cached("INSERT INTO job_event VALUES (?, ?, ?, ?)").map_err(doing())?;
    for event in events {
        statement.execute(params![id.0, event.id, event.name, event.payload.get()]).map_err(doing())?;
    }
    Ok(())
}

/// Ends a job that is not over: says whether it was.
pub(super) fn end(transaction: &Transaction<'_>, id: &JobId, end: &JobEnd) -> Result<bool, StoreError> {
    let error = end.error.as_ref().map(written).transpose()?;
    let ended = transaction
        .execute(
            "UPDATE job SET status = ?, progress = ?, tables = ?, dataset_id = coalesce(?, dataset_id), error = ?,
               result = ?, finished_at = ?
             WHERE id = ? AND status IN ('queued', 'running')",
            params![
                end.status.name(),
                end.progress,
                written(&end.tables)?,
                end.dataset_id.map(|d| d.0),
                error,
                end.result.as_ref().map(written).transpose()?,
                Timestamp::now().0,
                id.0,
            ],
        )
        .map_err(sqlite("end a job"))?;
    if ended == 1 {
        add_events(transaction, id, &end.events)?;
    }
    Ok(ended == 1)
}

/// A job.
pub(super) fn get(connection: &Connection, id: &JobId) -> Result<Option<JobRecord>, StoreError> {
    let doing = || sqlite("read a job");
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?")).map_err(doing())?;
    statement.query_row([&id.0], read).optional().map_err(doing())
}

/// Jobs, the newest first: their names sort by time.
pub(super) fn list(connection: &Connection, filter: &JobFilter) -> Result<Listed<JobRecord>, StoreError> {
    let doing = || sqlite("read the jobs");
    let status = filter.status.map(JobStatus::name);
    let without_result = SELECT.replace("result", "NULL");
    let sql =
        format!("{without_result} WHERE (?1 IS NULL OR status = ?1) ORDER BY id DESC LIMIT ?2 OFFSET ?3");
    let mut statement = connection.prepare_cached(&sql).map_err(doing())?;
    let rows = statement
        .query_map(params![status, clamped(filter.limit.unwrap_or(u64::MAX)), clamped(filter.offset)], read)
        .map_err(doing())?;
    let entries = rows.collect::<Result<_, _>>().map_err(doing())?;
    let count = "SELECT count(*) FROM job WHERE ?1 IS NULL OR status = ?1";
    let total = connection.query_row(count, [status], |r| r.get(0)).map_err(doing())?;
    Ok(Listed { entries, total })
}

/// Jobs that are not over, with the process that runs each.
pub(super) fn alive(connection: &Connection) -> Result<Vec<(JobRecord, String)>, StoreError> {
    let doing = || sqlite("read the jobs");
    let sql = format!("{SELECT} WHERE status IN ('queued', 'running') ORDER BY id");
    let mut statement = connection.prepare(&sql).map_err(doing())?;
    let rows = statement.query_map([], |row| Ok((read(row)?, row.get(10)?))).map_err(doing())?;
    rows.collect::<Result<_, _>>().map_err(doing())
}

fn read(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let (kind, status): (String, String) = (row.get(1)?, row.get(2)?);
    let unknown = |column: usize, text: &str| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, text.into())
    };
    let error: Option<String> = row.get(6)?;
    let result: Option<String> = row.get(11)?;
    Ok(JobRecord {
        id: row.get::<_, String>(0)?.as_str().into(),
        kind: kind.parse::<JobKind>().map_err(|()| unknown(1, &kind))?,
        status: status.parse::<JobStatus>().map_err(|()| unknown(2, &status))?,
        progress: row.get(3)?,
        tables: json(&row.get::<_, String>(4)?, 4)?,
        dataset_id: row.get::<_, Option<i64>>(5)?.map(DatasetId),
        error: error.map(|text| json(&text, 6)).transpose()?,
        result: result.map(|text| json(&text, 11)).transpose()?,
        created_at: Timestamp(row.get(7)?),
        started_at: row.get::<_, Option<i64>>(8)?.map(Timestamp),
        finished_at: row.get::<_, Option<i64>>(9)?.map(Timestamp),
    })
}

/// Events of a job after one.
pub(super) fn events(
    connection: &Connection,
    id: &JobId,
    after: u64,
    limit: u64,
) -> Result<Vec<JobEvent>, StoreError> {
    let doing = || sqlite("read what happened to a job");
    let sql = "SELECT id, name, payload FROM job_event WHERE job_id = ? AND id > ? ORDER BY id LIMIT ?";
    let mut statement = connection.prepare_cached(sql).map_err(doing())?;
    let rows = statement
        .query_map(params![id.0, clamped(after), clamped(limit)], |row| {
            let payload: Box<RawValue> = json(&row.get::<_, String>(2)?, 2)?;
            Ok(JobEvent { id: row.get(0)?, name: row.get(1)?, payload: payload.into() })
        })
        .map_err(doing())?;
    rows.collect::<Result<_, _>>().map_err(doing())
}

/// The number of a job's last event.
pub(super) fn last_event(connection: &Connection, id: &JobId) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(id), 0) FROM job_event WHERE job_id = ?";
    connection.query_row(sql, [&id.0], |r| r.get(0)).map_err(sqlite("read what happened to a job"))
}

/// Forgets jobs that ended before a moment, and keys that are free again. Says how many jobs there were.
pub(super) fn forget_old(transaction: &Transaction<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let doing = || sqlite("forget old jobs");
    transaction
        .execute("DELETE FROM idempotency_key WHERE expires_at <= ?", [Timestamp::now().0])
        .map_err(doing())?;
    let sql = "DELETE FROM job WHERE finished_at < ? AND id NOT IN (SELECT job_id FROM idempotency_key)";
    transaction.execute(sql, [before.0]).map(|count| count as u64).map_err(doing())
}
