//! PostgreSQL: text `COPY` per table, savepoints, and nothing that changes the schema.
//!
//! Rows that a `COPY` can't store go other ways: through stages where tables only hold together or a trigger has been
//! faster, and through a trial where a function or a trigger refuses them.

mod catalog;
mod certificates;
mod client;
mod commit;
mod connect;
mod constraint_check;
mod deferred;
mod existing;
mod insert;
mod load_lock;
mod refusal;
mod rigid_component;
mod sequence;
mod session;
mod session_setting;
mod ssl_mode;
mod stage;
mod tls;
mod trial;
mod upsert;

pub(crate) use connect::connect;

use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::note::Notes;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::send_error::SendError;
use crate::session::{NotStored, Tried};
use catalog::PostgresCatalog;
use client::{PostgresClient, PostgresError};
use connect::PostgresServer;
use seedbed_schema_model::{Dialect, QualifiedName};
use seedbed_sql_values::{quote_identifier, quote_qualified};
use std::collections::BTreeSet;

/// A connection to a PostgreSQL server.
pub(crate) struct PostgresSession {
    client: PostgresClient,
    /// Where the client is connected to.
    server: PostgresServer,
    catalog: PostgresCatalog,
    /// Deferrable constraints that are checked at once, to learn which table's rows they refuse.
    eager: BTreeSet<QualifiedName>,
    /// What came of trials and was not yet asked for.
    tried: Tried,
    /// What a person should know, in the order in which it came up.
    notes: Notes,
}

impl PostgresSession {
    /// Reads the catalog of the database that the client is connected to.
    fn new(mut client: PostgresClient, server: PostgresServer) -> Result<Self, LoadError> {
        let catalog = PostgresCatalog::read(&mut client)?;
        Ok(Self {
            client,
            server,
            catalog,
            eager: BTreeSet::new(),
            tried: Tried::default(),
            notes: Notes::default(),
        })
    }

    /// Runs statements without parameters. An error is not about rows.
    fn execute(&mut self, operation: &Operation, sql: &str) -> Result<(), LoadError> {
        self.client.batch_execute(sql).map_err(refusal::lost(operation.clone()))
    }

    /// Stores rows of some tables, all or none of them, and sees to it that no trigger changes the schema meanwhile.
    fn store<T>(
        &mut self,
        tables: &[LoadedTable<'_>],
        send: impl FnOnce(&mut Self) -> Result<T, NotStored>,
    ) -> Result<T, NotStored> {
        let writing = Operation::Write(tables.iter().map(|t| t.name().clone()).collect());
        let triggers = tables.iter().any(|t| self.catalog.has_trigger(t.name()));
        let before = if triggers { PostgresCatalog::count(&mut self.client)? } else { 0 };
        self.execute(&writing, "SAVEPOINT seedbed_table")?;
        let stored = match send(self) {
            // Rows are all that a load may add; tables that a trigger makes for each row are more than anybody asked for.
            Ok(_) if triggers && PostgresCatalog::count(&mut self.client)? != before => {
                Err(Refusal::SchemaChanged.into())
            }
            sent => sent,
        };
        match &stored {
            Ok(_) => self.execute(&writing, "RELEASE SAVEPOINT seedbed_table")?,
            Err(NotStored::Fatal(_)) => {}
            Err(_) => self
                .execute(&writing, "ROLLBACK TO SAVEPOINT seedbed_table; RELEASE SAVEPOINT seedbed_table")?,
        }
        stored
    }

    /// What a failed statement says about a table's rows.
    fn failure(&self, table: LoadedTable<'_>, error: SendError<PostgresError>) -> NotStored {
        let lost = || Operation::write(table.name());
        let error = match error {
            SendError::Column(error) => return LoadError::server(lost())(error).into(),
            SendError::Server(error) => error,
        };
        let triggers = self.catalog.triggers(table.name());
        let Some(refused) = refusal::understand(&error, triggers) else {
            return refusal::lost(lost())(error).into();
        };
        let is_of_another =
            !triggers.is_empty() && refusal::table(&error, table.schema()).is_some_and(|t| t != table.id());
        let why = if is_of_another { Refusal::of_trigger_rows(refused) } else { Refusal::from(refused) };
        why.into()
    }
}

/// A qualified name as SQL has it.
fn quoted(name: &QualifiedName) -> String {
    quote_qualified(Dialect::Postgres, name)
}

/// A bare name as SQL has it.
fn quoted_column(name: &str) -> String {
    quote_identifier(Dialect::Postgres, name)
}
