//! COMMIT, also where its answer gets lost.
//!
//! A connection that breaks after a COMMIT was sent does not say what the server made of it. The server remembers what
//! became of a transaction by its number (PostgreSQL manual, 9.27.8), and another connection asks for it. A server that has
//! crashed since gives out numbers again that it had not written down: there a row of the load has to carry the number too.

use super::client::PostgresError;
use super::refusal;
use super::{PostgresSession, quoted};
use crate::loaded_table::LoadedTable;
use crate::session::Loading;
use crate::waiting::{COMMIT_TIMEOUT, looked_up};
use crate::{LoadError, Operation};
use postgres::error::{DbError, Severity, SqlState};
use seedbed_datagen_core::CancelToken;

/// When the server was started, in whatever time zone a session is.
const STARTED: &str = "extract(epoch FROM pg_postmaster_start_time())";

/// A transaction as the server knows it.
struct Transaction {
    number: String,
    /// The process that it is of.
    process: String,
    /// When the server was started that gave out the number.
    started: String,
    /// Whether a row of a table has the transaction's number, a query for each table that has rows of the load.
    rows: Vec<String>,
}

/// What the server says of a transaction.
enum Fate {
    Committed,
    Aborted,
    /// It does not know yet, or can't be asked.
    Open,
    /// It will not know any more.
    Forgotten,
}

impl PostgresSession {
    /// Commits. An error says that nothing was kept, or that this is not known.
    pub(super) fn commit_for_sure(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        let cancel = load.cancel;
        let transaction = self.transaction(load)?;
        cancel.check()?;
        let Err(error) = self.client.commit(COMMIT_TIMEOUT) else { return Ok(()) };
        if is_refusal(&error) {
            return Err(refusal::lost(Operation::Commit)(error));
        }
        let how_to_look = transaction.as_ref().and_then(|t| t.rows.first().cloned());
        let fate = transaction.map_or(Fate::Forgotten, |transaction| self.look_up(&transaction, cancel));
        match fate {
            Fate::Committed => Ok(()),
            Fate::Aborted => Err(refusal::lost(Operation::Commit)(error)),
            Fate::Open | Fate::Forgotten => Err(LoadError::CommitUnknown {
                target: self.server.target.clone(),
                how_to_look,
                source: error.into(),
            }),
        }
    }

    /// The transaction at hand; `None` where the server can't tell, as some that speak PostgreSQL's language.
    fn transaction(&mut self, load: Loading<'_>) -> Result<Option<Transaction>, LoadError> {
        self.execute(&Operation::Commit, "SAVEPOINT seedbed_number")?;
        // Rows carry the lower half of the number.
        let ask = format!(
            "SELECT txid_current()::text, pg_backend_pid()::text, ({STARTED})::text, \
             (txid_current() % 4294967296)::text"
        );
        match self.client.query_one(&ask, &[]) {
            Ok(row) => {
                let text = |at: usize| row.try_get::<_, String>(at).ok();
                let (Some(number), Some(process), Some(started), Some(carried)) =
                    (text(0), text(1), text(2), text(3))
                else {
                    return Ok(None);
                };
                let has_row = |table: LoadedTable<'_>| {
                    format!(
                        "SELECT EXISTS (SELECT FROM {} WHERE xmin::text = '{carried}')",
                        quoted(table.name())
                    )
                };
                Ok(Some(Transaction { number, process, started, rows: load.filled().map(has_row).collect() }))
            }
            Err(error) if error.as_db_error().is_some() => {
                self.execute(&Operation::Commit, "ROLLBACK TO SAVEPOINT seedbed_number")?;
                Ok(None)
            }
            Err(error) => Err(refusal::lost(Operation::Commit)(error)),
        }
    }

    /// Asks over other connections what became of a transaction, until it is known or time is over.
    fn look_up(&self, transaction: &Transaction, cancel: &CancelToken) -> Fate {
        looked_up(cancel, |ends| self.ask(transaction, ends)).unwrap_or(Fate::Open)
    }

    /// What the server says; `None` when it does not know yet, or can't be asked.
    fn ask(&self, transaction: &Transaction, ends: &CancelToken) -> Option<Fate> {
        let mut client = self.server.connect(ends).ok()?.ok()?;
        let started = client.query_one(&format!("SELECT ({STARTED})::text"), &[]).ok()?;
        let is_same_server = started.try_get::<_, String>(0).is_ok_and(|at| at == transaction.started);
        let ask = "SELECT txid_status($1::text::bigint)";
        let mut answer = client.query_one(ask, &[&transaction.number]);
        if answer.as_ref().is_ok_and(|row| matches!(row.try_get(0), Ok(Some("in progress")))) {
            // Nobody hears that session any more. A COMMIT that has come through is not ended by this.
            drop(client.execute("SELECT pg_terminate_backend($1::text::int)", &[&transaction.process]));
            answer = client.query_one(ask, &[&transaction.number]);
        }
        match answer.and_then(|row| Ok(row.try_get::<_, Option<String>>(0)?)) {
            Ok(Some(status)) if status == "committed" => {
                let is_there = |ask: &String| {
                    let row = client.query_one(ask, &[]).ok();
                    row.and_then(|row| row.try_get(0).ok()).unwrap_or(false)
                };
                let is_ours = is_same_server || transaction.rows.iter().any(is_there);
                Some(if is_ours { Fate::Committed } else { Fate::Forgotten })
            }
            Ok(Some(status)) if status == "aborted" => Some(Fate::Aborted),
            Ok(None) => Some(Fate::Forgotten),
            // A number that was never given out: the server has forgotten it, and all that the transaction did.
            Err(error)
                if !is_same_server
                    && error.as_db_error().map(DbError::code) == Some(&SqlState::INVALID_PARAMETER_VALUE) =>
            {
                Some(Fate::Aborted)
            }
            _ => None,
        }
    }
}

/// Whether the server itself says that it has not committed. When it ends a session in the middle of a COMMIT, as an
/// operator may, it has perhaps.
fn is_refusal(error: &PostgresError) -> bool {
    let severity = error.as_db_error().map(|db| (db.parsed_severity(), db.severity()));
    severity.is_some_and(|(parsed, text)| match parsed {
        Some(severity) => severity == Severity::Error,
        None => text == "ERROR",
    })
}
