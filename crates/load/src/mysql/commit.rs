//! COMMIT, also where its answer gets lost.
//!
//! A connection that breaks after a COMMIT was sent does not say what the server made of it, and this server does not
//! remember. But as long as no other load may go into the database, a row of this one is there afterwards or it is not. So
//! one is chosen before the COMMIT, and another connection looks for it, once the lock that keeps other loads out is free:
//! the first session, and with it its transaction, is over then.

use super::MySqlSession;
use super::constants::Constants;
use super::load_lock;
use super::quoting::quoted;
use super::refusal;
use crate::session::Loading;
use crate::waiting::{COMMIT_TIMEOUT, LOOKUP_TIMEOUT, looked_up};
use crate::{LoadError, Operation};
use mysql::Error;
use seedbed_datagen_core::CancelToken;

/// Rows that only this transaction has made.
#[derive(Debug)]
pub(super) struct Trace {
    /// Counts them.
    query: String,
    /// How many there are once it is committed.
    rows: u64,
}

/// What becomes of a transaction.
enum Fate {
    Committed,
    Aborted,
    /// Nobody could be asked.
    Open,
}

impl MySqlSession {
    /// Commits. An error says that nothing was kept, or that this is not known.
    pub(super) fn commit_for_sure(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        let trace = self.trace(load)?;
        load.cancel.check()?;
        let Err(error) = self.connection.commit(COMMIT_TIMEOUT) else { return Ok(()) };
        let fate = match (&error, &trace) {
            // The server itself says that it has not, unless it ended the statement or is about to end: ER_SERVER_SHUTDOWN,
            // ER_QUERY_INTERRUPTED, ER_CONNECTION_KILLED.
            (Error::MySqlError(said), _) if !matches!(said.code, 1053 | 1317 | 1927) => Fate::Aborted,
            // Over other connections.
            (_, Some(trace)) => match looked_up(load.cancel, |ends| self.look(trace, ends)) {
                Some(true) => Fate::Committed,
                Some(false) => Fate::Aborted,
                None => Fate::Open,
            },
            // What was written is there already.
            (_, None) if !self.is_any_transactional(load) => Fate::Committed,
            (_, None) => Fate::Open,
        };
        match fate {
            Fate::Committed => Ok(()),
            Fate::Aborted => Err(refusal::lost(Operation::Commit)(error)),
            Fate::Open => Err(LoadError::CommitUnknown {
                target: self.server.target.clone(),
                how_to_look: None,
                source: refusal::cause(error),
            }),
        }
    }

    /// Whether rows were written that are there only after a COMMIT.
    fn is_any_transactional(&self, load: Loading<'_>) -> bool {
        load.filled().any(|table| self.catalog.engine_without_transactions(table.model()).is_none())
    }

    /// A row of a table with transactions by which to tell whether they are there.
    fn trace(&mut self, load: Loading<'_>) -> Result<Option<Trace>, LoadError> {
        for table in load.filled() {
            if self.catalog.engine_without_transactions(table.model()).is_some() {
                continue;
            }
            let rows = table.options.part.rows(table.load.rows);
            if rows.is_empty() || table.load.columns.is_empty() {
                continue;
            }
            let batch = table.batch(rows.start..rows.start + 1);
            // Whatever else is there, a key is this row's alone, and without one at least a row more is like it.
            let columns = table.load.key.as_ref().unwrap_or(&table.load.columns);
            let cells = Constants::new(table.schema(), &batch, columns);
            let cells = cells.map_err(LoadError::server(Operation::Commit))?;
            let names = batch.columns.iter().filter(|c| columns.contains(c));
            let condition: Vec<String> = columns
                .iter()
                .filter(|c| names.clone().any(|n| n == *c))
                .enumerate()
                .map(|(i, c)| format!("{} <=> {}", quoted(&table.model()[*c].name), cells.constant(i, 0)))
                .collect();
            let query = format!(
                "SELECT count(*) FROM {} WHERE {}",
                quoted(&table.name().name),
                condition.join(" AND ")
            );
            let found: Option<u64> =
                self.connection.query_first(query.as_str()).map_err(refusal::lost(Operation::Commit))?;
            // A value that is stored otherwise than it was sent does not find its row.
            if let Some(rows @ 1..) = found {
                return Ok(Some(Trace { query, rows }));
            }
        }
        Ok(None)
    }

    /// Whether the trace is there; `None` when that can't be told yet.
    fn look(&self, trace: &Trace, ends: &CancelToken) -> Option<bool> {
        let mut connection = self.server.connect(ends).ok()?.ok()?;
        if !load_lock::take_over(&mut connection, self.connection.id(), LOOKUP_TIMEOUT.as_secs()).ok()? {
            return None;
        }
        let rows: Option<u64> = connection.query_first(trace.query.as_str()).ok()?;
        rows.map(|rows| rows >= trace.rows)
    }
}
