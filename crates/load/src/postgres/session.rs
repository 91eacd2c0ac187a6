//! The parts of a load, one after the other.
//!
//! What is this server's own: an error ends a transaction unless a savepoint was set before, so everything that may be
//! refused stands behind one; deferred constraints are checked by `SET CONSTRAINTS ALL IMMEDIATE` while a savepoint can
//! still take that back; sequences are advanced last, as no rollback takes them back.

use super::catalog::{PostgresCatalog, PostgresRelation};
use super::insert::CopyError;
use super::{
    PostgresSession, constraint_check, existing, insert, load_lock, quoted_column, refusal, rigid_component,
    session_setting, stage, upsert,
};
use crate::deferred;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::{Refusal, RefusalCause};
use crate::remote::GRACE;
use crate::session::{Loading, NotStored, Session, Settlement, Tried};
use crate::waiting::Waiting;
use crate::{LoadError, LoadNote};
use seedbed_datagen_core::{Batch, Existing};
use seedbed_schema_model::{QualifiedName, Schema, TableId};
use std::collections::BTreeMap;
use std::ops::Range;

impl Session for PostgresSession {
    fn lock(&mut self, waiting: Waiting<'_>, tell: &mut dyn FnMut(LoadNote)) -> Result<(), LoadError> {
        load_lock::take(&mut self.client, &self.server, waiting, tell)
    }

    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError> {
        Ok(tables.iter().copied().filter(|t| self.catalog.relation(&schema[*t].name).is_none()).collect())
    }

    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError> {
        existing::read(&mut self.client, &self.catalog, schema, &mut self.notes)
    }

    fn begin(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        self.execute(&Operation::Begin, "BEGIN")?;
        let path: Vec<String> = load.load.schemas.iter().map(|name| quoted_column(name)).collect();
        self.client
            .execute(EXTEND_SEARCH_PATH, &[&path.join(", ")])
            .map_err(refusal::lost(Operation::Begin))?;
        session_setting::make(self, load)?;
        constraint_check::defer(self, load)?;
        constraint_check::check_at_once(self)
    }

    fn insert(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        let relation = self.catalog.relation(table.name());
        if relation.is_some_and(|r| !r.is_table()) {
            let foreign = relation.is_some_and(PostgresRelation::is_foreign);
            return Err(if foreign { Refusal::Foreign } else { Refusal::View }.into());
        }
        let written = table.load.columns.iter().map(|c| table.model()[*c].name.as_str());
        let is_plain = relation.is_some_and(|r| r.takes(written));
        self.store(&[table], |session| {
            if !is_plain && let Err(error) = insert::try_nothing(&mut session.client, table) {
                // It is the statement that may not be.
                return Err(match session.failure(table, error) {
                    NotStored::Refused(why) => why.of_the_statement().into(),
                    other => other,
                });
            }
            let stored = session.send(table, batches).map_err(|error| session.failure(table, error))?;
            if !table.load.fed_by.is_empty() {
                // What its feeders' triggers number comes behind these rows.
                session.advance_sequences(table)?;
            }
            Ok(stored)
        })
    }

    fn retry(&mut self, table: LoadedTable<'_>, rows: Range<u64>, why: Refusal) -> Result<u64, NotStored> {
        match why.cause() {
            RefusalCause::Key if self.was_fed(table)? => self.upsert(table, rows, why).map_err(keys_taken),
            _ if why.is_of_rows() => self.try_rows(table, rows),
            _ => Err(why.into()),
        }
    }

    fn tried(&mut self) -> Tried {
        std::mem::take(&mut self.tried)
    }

    fn stage(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        self.store(&[table], |session| {
            stage::fill(session, table, batches).map_err(|error| session.failure(table, error))
        })
    }

    fn insert_staged(
        &mut self,
        tables: &[LoadedTable<'_>],
    ) -> Result<BTreeMap<TableId, u64>, (TableId, NotStored)> {
        rigid_component::insert(self, tables)
    }

    fn settle(&mut self, load: Loading<'_>, rows: &BTreeMap<TableId, u64>) -> Result<Settlement, LoadError> {
        let refused = deferred::fill_in(self, load, rows)?;
        if !refused.is_empty() {
            return Ok(Settlement::Refused(refused));
        }
        self.execute(&Operation::CheckDeferred, "SAVEPOINT seedbed_settle")?;
        let Err(error) = self.client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE") else {
            return Ok(Settlement::Done);
        };
        self.execute(&Operation::CheckDeferred, "ROLLBACK TO SAVEPOINT seedbed_settle")?;
        if constraint_check::hunt(self, load, &error)? {
            return Ok(Settlement::AnotherPass);
        }
        let failed = refusal::lost(Operation::CheckDeferred);
        let Some(blamed) = refusal::table(&error, load.schema()) else { return Err(failed(error)) };
        let triggers = self.catalog.triggers(&load.schema()[blamed].name);
        match refusal::understand(&error, triggers) {
            Some(refused) => Ok(Settlement::Refused(BTreeMap::from([(blamed, Refusal::from(refused))]))),
            None => Err(failed(error)),
        }
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if !self.catalog.any_trigger() {
            return Ok(None);
        }
        existing::count(&mut self.client, &self.catalog, schema).map(Some)
    }

    fn commit(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        for table in load.filled() {
            self.advance_sequences(table)?;
        }
        self.commit_for_sure(load)?;
        // Stages end with the session anyway; behind a pool of connections that may be later.
        drop(self.client.batch_execute("DISCARD TEMP"));
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute(&Operation::RollBack, "ROLLBACK")
    }

    fn give_up(&mut self) -> Vec<QualifiedName> {
        // If that does not come through, the connection closes, and the server does it by itself.
        drop(self.client.roll_back(GRACE));
        Vec::new()
    }

    fn notes(&mut self) -> Vec<LoadNote> {
        self.notes.take()
    }
}

impl PostgresSession {
    /// Sends rows to a table: by one COPY, or by way of a stage where COPY may not be. Returns how many the server stored.
    pub(super) fn send(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, CopyError> {
        let has_policies = self.catalog.relation(table.name()).is_some_and(PostgresRelation::has_policies);
        if !has_policies || table.load.columns.is_empty() {
            return insert::copy(&mut self.client, table, batches);
        }
        stage::fill(self, table, batches)?;
        Ok(self.client.execute(&stage::insert(table, "true"), &[])?)
    }

    /// Whether a table holds rows already that it did not hold before the transaction.
    fn was_fed(&mut self, table: LoadedTable<'_>) -> Result<bool, LoadError> {
        Ok(PostgresCatalog::count_rows(&mut self.client, table.name())? > table.existing_rows() as i64)
    }

    /// Stores rows over those that a trigger has put in their place.
    fn upsert(&mut self, table: LoadedTable<'_>, rows: Range<u64>, why: Refusal) -> Result<u64, NotStored> {
        self.store(&[table], |session| {
            let stored = table.batches_of(table.options.batch_rows, rows, |batches| {
                upsert::upsert(session, table, batches)
            });
            match stored? {
                Ok(Some(stored)) => Ok(stored),
                Ok(None) => Err(why.into()),
                Err(error) => Err(session.failure(table, error)),
            }
        })
    }
}

/// Functions of triggers and CHECKs name their tables as the application's search path finds them. Behind the session's
/// own path, the schema's own schemas take nothing from it; our statements qualify every name.
const EXTEND_SEARCH_PATH: &str = "SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), \
                                  nullif($1, '')), true)";

/// Other rows with their keys came first.
fn keys_taken(failure: NotStored) -> NotStored {
    match failure {
        NotStored::Refused(why) => Refusal::KeysTaken(Box::new(why)).into(),
        other => other,
    }
}
