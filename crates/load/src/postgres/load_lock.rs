//! One load at a time into one database: an advisory lock of the session, which the server gives back when that ends.

use super::client::{PostgresClient, PostgresError};
use super::connect::PostgresServer;
use super::refusal;
use crate::waiting::Waiting;
use crate::{LoadError, LoadNote, Operation};

/// The two numbers of the lock, which are Seedbed's by convention: such locks are of one database, and have no names.
/// `Seed` and `bed!` in ASCII.
const KEY: &str = "1399154020, 1650811937";

/// Takes the lock, and waits for another load that has it.
pub(super) fn take(
    client: &mut PostgresClient,
    server: &PostgresServer,
    waiting: Waiting<'_>,
    tell: &mut dyn FnMut(LoadNote),
) -> Result<(), LoadError> {
    let failed = |error: PostgresError| refusal::lost(Operation::LockOut)(error);
    let tried = client.query_one(&format!("SELECT pg_try_advisory_lock({KEY})"), &[]);
    if tried.and_then(|row| Ok(row.try_get(0)?)).map_err(failed)? {
        return Ok(());
    }
    let holder = holder(client).map_err(failed)?;
    tell(LoadNote::Waiting { target: server.target.to_string(), holder: holder.clone() });
    // For this statement alone: the limit for locks of tables is another.
    let patience = waiting.patience.as_millis().max(1);
    let wait = format!("BEGIN; SET LOCAL lock_timeout = {patience}; SELECT pg_advisory_lock({KEY}); COMMIT");
    client.batch_execute(&wait).map_err(|error| match error.as_db_error().map(|db| db.code().code()) {
        Some("55P03") => LoadError::Busy { target: server.target.clone(), holder, waited: waiting.patience },
        _ => failed(error),
    })
}

/// Who has the lock, as far as the server tells.
fn holder(client: &mut PostgresClient) -> Result<Option<String>, PostgresError> {
    let (class, object) = KEY.split_once(", ").unwrap_or((KEY, ""));
    let sql = format!(
        "SELECT concat('the load of process ', l.pid, ' of user ', a.usename, coalesce(' at ' || host(a.client_addr), ''),
             ', since ', to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'))
         FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {class} AND l.objid = {object}
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    );
    client.query(&sql, &[])?.first().map(|row| Ok(row.try_get(0)?)).transpose()
}
