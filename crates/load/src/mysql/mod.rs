//! MySQL and MariaDB: `LOAD DATA LOCAL` of some batches at a time, each statement's count and warnings looked at, in one
//! transaction.
//!
//! LOCAL means IGNORE: what the server would refuse it leaves out or bends, with a warning. Batches that were not stored
//! whole and as they were sent are therefore taken back and sent again by INSERT, which has the server say what is wrong.

mod catalog;
mod connect;
mod constants;
mod deferred;
mod existing;
mod insert;
mod load_data;
mod not_transactional;
mod quoting;
mod references;
mod refusal;
mod send;
mod session;
mod trial;
mod upsert;

pub(crate) use connect::connect;

use crate::LoadError;
use crate::note::Notes;
use crate::operation::Operation;
use crate::session::Tried;
use catalog::MySqlCatalog;
use load_data::Outbox;
use mysql::Conn;
use mysql::prelude::Queryable as _;
use not_transactional::WrittenRows;
use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// A connection to a MySQL or MariaDB server.
pub(crate) struct MySqlSession {
    connection: Conn,
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
    fn new(mut connection: Conn, local_infile: bool) -> Result<Self, LoadError> {
        let catalog = MySqlCatalog::read(&mut connection)?;
        let settings: Option<(bool, usize)> = connection
            .query_first("SELECT @@local_infile, @@max_allowed_packet")
            .map_err(refusal::lost(Operation::ReadSettings))?;
        let (allowed, packet) = settings.unwrap_or((false, 1 << 20));
        Ok(Self {
            outbox: Outbox::open(&mut connection),
            connection,
            catalog,
            local_infile: local_infile && allowed,
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
        while let Some(written) = self.not_transactional.pop() {
            written.delete(&mut self.connection)?;
        }
        Ok(())
    }
}

impl Drop for MySqlSession {
    /// The server rolls back by itself when the connection closes, but for what only a DELETE takes back. There is
    /// nobody left to tell that this failed, and if it does, the connection has been lost already.
    fn drop(&mut self) {
        if !self.not_transactional.is_empty() && self.connection.query_drop("ROLLBACK").is_ok() {
            let _ = self.delete_written_rows();
        }
    }
}
