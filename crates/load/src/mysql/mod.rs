//! MySQL and MariaDB: `LOAD DATA LOCAL` of some batches at a time, each statement's count and warnings looked at, in one
//! transaction.
//!
//! LOCAL means IGNORE: what the server would refuse it leaves out or bends, with a warning. Batches that were not stored
//! whole and as they were sent are therefore taken back and sent again by INSERT, which has the server say what is wrong.

mod catalog;
mod commit;
mod connect;
mod connection;
mod constants;
mod deferred;
mod existing;
mod insert;
mod load_data;
mod load_lock;
mod not_transactional;
mod quoting;
mod references;
mod refusal;
mod send;
mod session;
mod ssl_mode;
mod trial;
mod upsert;

pub(crate) use connect::connect;

use crate::LoadError;
use crate::note::Notes;
use crate::operation::Operation;
use crate::session::Tried;
use catalog::MySqlCatalog;
use connect::MySqlServer;
use connection::MySqlConnection;
use load_data::Outbox;
use not_transactional::WrittenRows;
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::{QualifiedName, TableId};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A connection to a MySQL or MariaDB server.
pub(crate) struct MySqlSession {
    connection: MySqlConnection,
    /// Where it leads to.
    server: MySqlServer,
    catalog: MySqlCatalog,
    outbox: Outbox,
    /// Whether rows go in by `LOAD DATA LOCAL`.
    local_infile: bool,
    /// Bytes that one INSERT may have.
    insert_bytes: usize,
    /// What a rollback leaves behind.
    not_transactional: Vec<WrittenRows>,
    /// Tables that were written without the server's check of references, with those that were broken before.
    unchecked: BTreeMap<TableId, u64>,
    /// What came of trials and was not yet asked for.
    tried: Tried,
    /// What a person should know, each thing once.
    notes: Notes,
}

impl MySqlSession {
    /// Reads the catalog and the limits of the server that the connection leads to.
    fn new(mut connection: MySqlConnection, server: MySqlServer) -> Result<Self, LoadError> {
        let catalog = MySqlCatalog::read(&mut connection)?;
        let settings: Option<(bool, usize)> = connection
            .query_first("SELECT @@local_infile, @@max_allowed_packet")
            .map_err(refusal::lost(Operation::ReadSettings))?;
        let (allowed, packet) = settings.unwrap_or((false, 1 << 20));
        let outbox = Outbox::open(&mut connection).map_err(refusal::lost(Operation::SetUpSession))?;
        Ok(Self {
            outbox,
            local_infile: server.local_infile && allowed,
            connection,
            server,
            catalog,
            insert_bytes: (packet / 2).min(1 << 20),
            not_transactional: Vec::new(),
            unchecked: BTreeMap::new(),
            tried: Tried::default(),
            notes: Notes::default(),
        })
    }

    /// Runs a statement without parameters. An error is not about rows.
    fn execute(&mut self, operation: &Operation, sql: &str) -> Result<(), LoadError> {
        self.connection.query_drop(sql).map_err(refusal::lost(operation.clone()))
    }

    /// Takes back what a rollback leaves behind, the last written first.
    fn delete_written_rows(&mut self) -> Result<(), LoadError> {
        while let Some(written) = self.not_transactional.last_mut() {
            written.delete(&mut self.connection)?;
            self.not_transactional.pop();
        }
        Ok(())
    }

    /// Takes back what is there of a load that has failed, over another connection where this one is lost. Returns the
    /// tables that keep rows.
    fn take_back(&mut self) -> Vec<QualifiedName> {
        let until = Instant::now() + TAKE_BACK;
        let is_over = move || Instant::now() >= until;
        let ends = CancelToken::new().or_when(is_over);
        self.connection.remote().heed(ends.clone());
        let rolled_back = self.connection.query_drop("ROLLBACK").is_ok();
        if self.not_transactional.is_empty() {
            return Vec::new();
        }
        if !(rolled_back && self.delete_written_rows().is_ok())
            && let Ok(Ok(connection)) = self.server.connect(&ends)
        {
            let lost = std::mem::replace(&mut self.connection, connection).id();
            // The first connection may still be writing.
            let seconds = until.saturating_duration_since(Instant::now()).as_secs();
            if load_lock::take_over(&mut self.connection, lost, seconds).is_ok_and(|ours| ours) {
                let _ = self.delete_written_rows();
            }
        }
        self.not_transactional.iter().map(|written| written.name().clone()).collect()
    }
}

/// How long it is tried to take back what only a DELETE does.
const TAKE_BACK: Duration = Duration::from_secs(10);

impl Drop for MySqlSession {
    /// After a panic there is nobody left to tell that this failed.
    fn drop(&mut self) {
        if !self.not_transactional.is_empty() {
            let _ = self.take_back();
        }
    }
}
