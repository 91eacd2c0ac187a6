//! SQLite: prepared INSERTs in one transaction, references checked by SQLite itself.
//!
//! Rows that can't be stored go other ways: over those that a trigger of another table has put in their place, and through
//! a trial where a trigger refuses them.

mod bind;
mod catalog;
mod confined;
mod connect;
mod existing;
mod insert;
mod load_lock;
mod references;
mod refusal;
mod script;
mod session;
mod trial;
mod upsert;

pub use connect::make_sqlite_database;
pub(crate) use connect::open;

use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::note::Notes;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::send_error::SendError;
use crate::session::{NotStored, Tried};
use crate::waiting::Waiting;
use connect::NewFile;
use rusqlite::Connection;
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::{Dialect, TableId};
use seedbed_sql_values::quote_identifier;
use std::collections::BTreeMap;
use std::time::Duration;

/// A connection to a SQLite file.
pub(crate) struct SqliteSession {
    connection: Connection,
    /// Where a new database belongs once it is complete.
    new_file: Option<NewFile>,
    /// When to stop waiting.
    cancel: CancelToken,
    /// How long to wait for others.
    patience: Duration,
    /// The number that SQLite gives the content as others have made it, while they are kept out.
    content: Option<i64>,
    /// SQLite can't compile an INSERT into some table because of a reference it holds malformed: references are
    /// checked afterwards instead, by looking up each of them.
    check_afterwards: bool,
    /// Rows of some parent are missing, so that references have to be checked with each row.
    checks_each_row: bool,
    /// References are only looked up in the end, in this pass.
    checks_at_the_end: bool,
    /// References are checked with each row, for the table at hand.
    gaps: bool,
    /// References that were broken before the load, by table.
    broken_before: BTreeMap<TableId, u64>,
    /// What came of trials and was not yet asked for.
    tried: Tried,
    /// What a person should know, in the order in which it came up.
    notes: Notes,
}

impl SqliteSession {
    fn new(connection: Connection, new_file: Option<NewFile>, waiting: Waiting<'_>) -> Self {
        Self {
            connection,
            new_file,
            cancel: waiting.cancel.clone(),
            patience: waiting.patience,
            content: None,
            check_afterwards: false,
            checks_each_row: false,
            checks_at_the_end: false,
            gaps: false,
            broken_before: BTreeMap::new(),
            tried: Tried::default(),
            notes: Notes::default(),
        }
    }

    /// Runs statements without parameters. An error is not about rows.
    fn execute(&self, operation: Operation, sql: &str) -> Result<(), LoadError> {
        self.connection.execute_batch(sql).map_err(LoadError::server(operation))
    }

    /// Stores rows of a table, all or none of them.
    fn store(
        &mut self,
        table: LoadedTable<'_>,
        send: impl FnOnce(&mut Self) -> Result<u64, NotStored>,
    ) -> Result<u64, NotStored> {
        let writing = || Operation::write(table.name());
        self.execute(writing(), "SAVEPOINT seedbed_table")?;
        let stored = send(self);
        match &stored {
            Ok(_) => self.execute(writing(), "RELEASE seedbed_table")?,
            Err(NotStored::Fatal(_)) => {}
            Err(_) => self.execute(writing(), "ROLLBACK TO seedbed_table; RELEASE seedbed_table")?,
        }
        stored
    }
}

/// Why rows were refused, if that is what an error says.
fn refused(table: LoadedTable<'_>, error: SendError<rusqlite::Error>) -> Result<Refusal, LoadError> {
    let failed = Operation::write(table.name());
    match error {
        SendError::Column(error) => Err(LoadError::server(failed)(error)),
        SendError::Server(error) => match refusal::understand(&error, table.name()) {
            Some(why) => Ok(why),
            None => Err(LoadError::server(failed)(error)),
        },
    }
}

/// A bare name as SQL has it.
fn quoted(name: &str) -> String {
    quote_identifier(Dialect::Sqlite, name)
}
