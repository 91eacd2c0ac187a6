//! The parts of a load, one after the other.
//!
//! What is SQLite's own: all references are deferred, and looked up table by table at the end, so that the table whose
//! rows break one is known; a new database, in which that alone is as strict, is made beside its place and moved there by
//! the commit.

use super::{SqliteSession, catalog, existing, insert, references, refusal, refused};
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::{Refusal, RefusalCause};
use crate::send_error::SendError;
use crate::session::{Loading, NotStored, Session, Settlement, Tried};
use crate::waiting::Waiting;
use crate::{LoadError, LoadNote};
use rusqlite::Connection;
use seedbed_datagen_core::{Batch, Existing};
use seedbed_schema_model::{QualifiedName, Schema, TableId};
use std::collections::BTreeMap;
use std::ops::Range;

impl Session for SqliteSession {
    fn lock(&mut self, _: Waiting<'_>, tell: &mut dyn FnMut(LoadNote)) -> Result<(), LoadError> {
        self.lock_out(tell)
    }

    fn missing(&mut self, schema: &Schema, tables: &[TableId]) -> Result<Vec<TableId>, LoadError> {
        let names = catalog::relations(&self.connection)?;
        let is_there = |t: &TableId| names.contains(&schema[*t].name.name.to_lowercase());
        Ok(tables.iter().copied().filter(|t| !is_there(t)).collect())
    }

    fn existing(&mut self, schema: &Schema) -> Result<Existing, LoadError> {
        existing::read(&self.connection, schema, &mut self.notes)
    }

    fn begin(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        let at_the_end =
            self.check_afterwards || (!self.checks_each_row && self.may_check_at_the_end(load)?);
        (self.checks_at_the_end, self.gaps) = (at_the_end, false);
        self.check_references(!at_the_end)?;
        // The transaction, and with it the lock, outlasts the pass.
        self.execute(Operation::Begin, "SAVEPOINT seedbed_pass; PRAGMA defer_foreign_keys = ON")?;
        self.note_broken_references(load)
    }

    fn expect_gaps(&mut self, gaps: bool) -> Result<(), NotStored> {
        if self.check_afterwards || gaps == self.gaps {
            return Ok(());
        }
        if gaps && self.checks_at_the_end {
            self.checks_each_row = true;
            return Err(NotStored::AnotherPass);
        }
        self.gaps = gaps;
        let deferred = if gaps { "OFF" } else { "ON" };
        // What had been put off is forgotten by this, and looked up in the end all the same.
        Ok(self.execute(Operation::DeferReferences, &format!("PRAGMA defer_foreign_keys = {deferred}"))?)
    }

    fn insert(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        self.store(table, |session| match insert::rows(&session.connection, table, batches, &[]) {
            Ok(stored) => Ok(stored),
            Err(SendError::Server(error))
                if refusal::is_malformed_reference(&error) && !session.check_afterwards =>
            {
                session.check_afterwards = true;
                session.notes.add(LoadNote::ReferencesCheckedAfterwards {
                    table: table.name().clone(),
                    message: error.to_string(),
                });
                Err(NotStored::AnotherPass)
            }
            Err(error) => Err(refused(table, error)?.into()),
        })
    }

    fn retry(&mut self, table: LoadedTable<'_>, rows: Range<u64>, why: Refusal) -> Result<u64, NotStored> {
        match why.cause() {
            RefusalCause::Key if self.rows_more_than_before(table)? > 0 => self.upsert(table, rows, why),
            _ if why.is_of_rows() => self.try_rows(table, rows),
            _ => Err(why.into()),
        }
    }

    fn tried(&mut self) -> Tried {
        std::mem::take(&mut self.tried)
    }

    fn settle(&mut self, load: Loading<'_>, rows: &BTreeMap<TableId, u64>) -> Result<Settlement, LoadError> {
        let mut refused: BTreeMap<TableId, Refusal> = BTreeMap::new();
        for table in rows.keys() {
            load.cancel.check()?;
            let broken = references::broken(&self.connection, &load.schema()[*table])?;
            let before = self.broken_before.get(table).copied().unwrap_or(0);
            refused.extend(broken.refusal(before).map(|why| (*table, why)));
        }
        Ok(Settlement::of(refused))
    }

    fn recount(&mut self, schema: &Schema) -> Result<Option<BTreeMap<TableId, u64>>, LoadError> {
        if catalog::has_triggers(&self.connection)? {
            return existing::count(&self.connection, schema).map(Some);
        }
        Ok(None)
    }

    fn commit(&mut self, _: Loading<'_>) -> Result<(), LoadError> {
        self.cancel.check()?;
        // Somebody may read.
        self.waiting_for(Operation::Commit, |connection| connection.execute_batch("COMMIT"))?;
        let Some(file) = self.new_file.take() else { return Ok(()) };
        // Closed before it moves, so that nothing is still to be written.
        let memory = Connection::open_in_memory().map_err(LoadError::server(Operation::CloseDatabase))?;
        std::mem::replace(&mut self.connection, memory)
            .close()
            .map_err(|(_, error)| LoadError::server(Operation::CloseDatabase)(error))?;
        file.put_in_place()
    }

    fn rollback(&mut self) -> Result<(), LoadError> {
        self.execute(Operation::RollBack, "ROLLBACK TO seedbed_pass; RELEASE seedbed_pass")
    }

    fn give_up(&mut self) -> Vec<QualifiedName> {
        // SQLite has done so already after some errors, and does when the file is closed.
        drop(self.connection.execute_batch("ROLLBACK"));
        Vec::new()
    }

    fn notes(&mut self) -> Vec<LoadNote> {
        self.notes.take()
    }
}

impl SqliteSession {
    /// Whether looking up every reference before the commit, as [`Session::settle`] does in any case, is exactly as strict
    /// as SQLite's own check of each row, which would then be made twice. It is in a new file, which nobody else writes to,
    /// where no reference is broken yet, no trigger changes what others refer to, and every INSERT compiles together with
    /// its references.
    fn may_check_at_the_end(&mut self, load: Loading<'_>) -> Result<bool, LoadError> {
        if self.new_file.is_none() || catalog::has_triggers(&self.connection)? {
            return Ok(false);
        }
        self.execute(Operation::Begin, "PRAGMA foreign_keys = ON")?;
        self.note_broken_references(load)?;
        let compiles = |table| insert::compiles(&self.connection, table);
        Ok(self.broken_before.is_empty() && load.filled().all(compiles))
    }

    /// Counts the references that were broken before, so that the load isn't blamed for them.
    fn note_broken_references(&mut self, load: Loading<'_>) -> Result<(), LoadError> {
        self.broken_before.clear();
        for table in &load.load.tables {
            let broken = references::broken(&self.connection, &load.schema()[table.table])?;
            if broken.rows > 0 {
                self.broken_before.insert(table.table, broken.rows);
            }
        }
        Ok(())
    }
}
