//! The parts of a load, one after the other.
//!
//! What is this server's own: a reference can't be deferred, so rows that are there before their parents go in with
//! `foreign_key_checks = 0` and are looked up before the commit; engines such as MyISAM take part in no transaction, so
//! their tables come last and are emptied by DELETE when the load fails after all. `AUTO_INCREMENT` advances by itself.

use super::{MySqlSession, existing, load_lock, references};
use crate::deferred;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::{Refusal, RefusalCause};
use crate::session::{Loading, NotStored, Session, Settlement, Tried};
use crate::waiting::Waiting;
use crate::{Aftermath, LoadError, LoadNote};
use seedbed_datagen_core::{Batch, Existing};
use seedbed_schema_model::{QualifiedName, Schema, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

impl Session for MySqlSession {
    fn lock(&mut self, waiting: Waiting<'_>, tell: &mut dyn FnMut(LoadNote)) -> Result<(), LoadError> {
        load_lock::take(&mut self.connection, &self.server, waiting, tell)
    }

    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError> {
        Ok(tables.iter().copied().filter(|t| !self.catalog.has(&schema[*t])).collect())
    }

    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError> {
        existing::read(&mut self.connection, &self.catalog, schema, &mut self.notes)
    }

    fn not_transactional(&self, schema: &Schema) -> BTreeSet<TableId> {
        let tables = schema.tables_indexed();
        tables
            .filter(|(_, t)| self.catalog.engine_without_transactions(t).is_some())
            .map(|(id, _)| id)
            .collect()
    }

    fn begin(&mut self, _: Loading<'_>) -> Result<(), LoadError> {
        self.unchecked.clear();
        self.execute(&Operation::Begin, "START TRANSACTION")
    }

    fn insert(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        if self.catalog.engine_without_transactions(table.model()).is_some() {
            // Such engines have no savepoints either. They come last: a refusal takes all of the pass back.
            return self.insert_unchecked_or_not(table, batches);
        }
        let writing = Operation::write(table.name());
        self.execute(&writing, "SAVEPOINT seedbed_table")?;
        let stored = self.insert_unchecked_or_not(table, batches);
        self.end_table(&writing, stored)
    }

    fn retry(&mut self, table: LoadedTable<'_>, rows: Range<u64>, why: Refusal) -> Result<u64, NotStored> {
        match why.cause() {
            RefusalCause::Key if self.was_fed(table)? => self.upsert(table, rows, why),
            _ if self.may_be_tried(table, &why) => self.try_rows(table, rows),
            _ => Err(why.into()),
        }
    }

    fn tried(&mut self) -> Tried {
        std::mem::take(&mut self.tried)
    }

    fn settle(&mut self, load: Loading<'_>, rows: &BTreeMap<TableId, u64>) -> Result<Settlement, LoadError> {
        let refused = deferred::fill_in(self, load, rows)?;
        if !refused.is_empty() {
            return Ok(Settlement::Refused(refused));
        }
        Ok(Settlement::of(references::look_up_unchecked(self, load)?))
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if !self.catalog.any_insert_trigger(schema) {
            return Ok(None);
        }
        existing::count(&mut self.connection, &self.catalog, schema).map(Some)
    }

    fn commit(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        let committed = self.commit_for_sure(load);
        if committed.as_ref().map_or_else(|error| error.aftermath() == Aftermath::Unknown, |()| true) {
            // Rows of the one kind belong to those of the other: what nobody knows is left as it is.
            self.not_transactional.clear();
        }
        committed
    }

    fn give_up(&mut self) -> Vec<QualifiedName> {
        self.take_back()
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute(&Operation::RollBack, "ROLLBACK")?;
        self.delete_written_rows()
    }

    fn notes(&mut self) -> Vec<LoadNote> {
        self.notes.take()
    }
}

impl MySqlSession {
    /// Sends a table's rows; without the server's check of references if they are there before their parents.
    fn insert_unchecked_or_not(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        if !table.load.is_ahead_of_parents() {
            return self.send(table, batches);
        }
        let writing = Operation::write(table.name());
        let before = references::broken(&mut self.connection, table)?.map_or(0, |broken| broken.rows);
        self.unchecked.insert(table.id(), before);
        self.execute(&writing, "SET foreign_key_checks = 0")?;
        let sent = self.send(table, batches);
        self.execute(&writing, "SET foreign_key_checks = 1")?;
        if sent.is_ok() {
            self.notes.add(LoadNote::ForeignKeyChecksOff { table: table.name().clone() });
        }
        sent
    }

    /// Keeps what a table got since its savepoint, or takes it back.
    pub(super) fn end_table(
        &mut self,
        operation: &Operation,
        stored: Result<u64, NotStored>,
    ) -> Result<u64, NotStored> {
        match &stored {
            Ok(_) => self.execute(operation, "RELEASE SAVEPOINT seedbed_table")?,
            Err(NotStored::Fatal(_)) => {}
            Err(_) => self.execute(operation, "ROLLBACK TO SAVEPOINT seedbed_table")?,
        }
        stored
    }
}
