//! One load at a time into one database: a lock by name, which the server gives back when the session ends.

use super::connect::MySqlServer;
use super::connection::MySqlConnection;
use super::refusal;
use crate::waiting::Waiting;
use crate::{LoadError, LoadNote, Operation};

/// The name of the lock: names are the whole server's, and may have 64 characters.
const NAME: &str = "CONCAT('seedbed:', SHA1(LOWER(DATABASE())))";

/// Takes the lock, and waits for another load that has it.
pub(super) fn take(
    connection: &mut MySqlConnection,
    server: &MySqlServer,
    waiting: Waiting<'_>,
    tell: &mut dyn FnMut(LoadNote),
) -> Result<(), LoadError> {
    if get(connection, 0)? {
        return Ok(());
    }
    let holder = holder(connection)?;
    tell(LoadNote::Waiting { target: server.target.to_string(), holder: holder.clone() });
    if get(connection, waiting.patience.as_secs().max(1))? {
        return Ok(());
    }
    Err(LoadError::Busy { target: server.target.clone(), holder, waited: waiting.patience })
}

/// Waits for the lock for so many seconds. Returns whether it is ours.
pub(super) fn get(connection: &mut MySqlConnection, seconds: u64) -> Result<bool, LoadError> {
    let got: Option<Option<u8>> = connection
        .query_first(format!("SELECT GET_LOCK({NAME}, {seconds})"))
        .map_err(refusal::lost(Operation::LockOut))?;
    Ok(got.flatten() == Some(1))
}

/// Takes the lock over from a connection that nobody hears any more: it is ended, and has committed or rolled back when the
/// lock is free. Returns whether that is so.
pub(super) fn take_over(
    connection: &mut MySqlConnection,
    lost: u32,
    seconds: u64,
) -> Result<bool, LoadError> {
    let holder: Option<Option<u32>> = connection
        .query_first(format!("SELECT IS_USED_LOCK({NAME})"))
        .map_err(refusal::lost(Operation::LockOut))?;
    // It may be over already, and since the server was restarted its number may be somebody else's.
    if holder.flatten() == Some(lost) {
        let _ = connection.query_drop(format!("KILL CONNECTION {lost}"));
    }
    get(connection, seconds)
}

/// Who has the lock, as far as the server tells this user.
fn holder(connection: &mut MySqlConnection) -> Result<Option<String>, LoadError> {
    let sql = format!(
        "SELECT CONCAT('the load of connection ', l.id, IFNULL(CONCAT(' of user ', p.user, ' at ', p.host), ''))
         FROM (SELECT IS_USED_LOCK({NAME}) AS id) l LEFT JOIN information_schema.processlist p ON p.id = l.id"
    );
    let told: Option<Option<String>> =
        connection.query_first(sql).map_err(refusal::lost(Operation::LockOut))?;
    Ok(told.flatten())
}
