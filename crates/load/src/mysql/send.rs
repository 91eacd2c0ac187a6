//! A table's rows, some batches at a time: as a file where that does, by INSERT where the server has to say more.

use super::insert::{Done, Writer, insert};
use super::load_data::{FileWriter, forbids_local_infile};
use super::{MySqlSession, WrittenRows, refusal};
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::NotStored;
use crate::{LoadError, LoadNote};
use seedbed_datagen_core::Batch;

impl MySqlSession {
    /// Sends all batches of a table. A failure leaves what was stored before it.
    pub(super) fn send(
        &mut self,
        table: LoadedTable<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<u64, NotStored> {
        let writing = Operation::write(table.name());
        let is_transactional = self.begin_table(table)?;
        let mut file = FileWriter::new(table);
        let writer = Writer::new(table);
        let mut stored = 0;
        let mut batches = batches.map(|batch| table.as_sent(batch)).peekable();
        while batches.peek().is_some() {
            let as_file = self.local_infile && !table.load.columns.is_empty() && is_transactional;
            let (sent, is_stored) = if as_file {
                self.send_file(&mut file, &mut batches, &writing)?
            } else {
                (batches.next().into_iter().collect(), false)
            };
            for batch in &sent {
                if !is_stored {
                    self.insert_batch(&writer, batch, &writing)?;
                }
                stored += batch.rows.num_rows() as u64;
            }
        }
        Ok(stored)
    }

    /// Makes ready for an engine that can't take rows back; returns whether the table has another one.
    fn begin_table(&mut self, table: LoadedTable<'_>) -> Result<bool, NotStored> {
        let Some(engine) = self.catalog.engine_without_transactions(table.model()) else { return Ok(true) };
        let written = WrittenRows::begin(&mut self.connection, table)?;
        self.notes
            .add(LoadNote::OutsideTransaction { table: table.name().clone(), engine: engine.to_owned() });
        self.not_transactional.push(written);
        Ok(false)
    }

    /// Sends some batches as a file. Returns them, and whether they are stored; if not, nothing is, and an INSERT has to say
    /// more.
    fn send_file(
        &mut self,
        writer: &mut FileWriter<'_>,
        batches: &mut dyn Iterator<Item = Batch>,
        writing: &Operation,
    ) -> Result<(Vec<Batch>, bool), NotStored> {
        self.execute(writing, "SAVEPOINT seedbed_batch")?;
        let sent = writer.send(&mut self.connection, &self.outbox, batches);
        let (sent, done) = sent.map_err(LoadError::server(writing.clone()))?;
        match done {
            Ok(Done::Whole) => {
                self.execute(writing, "RELEASE SAVEPOINT seedbed_batch")?;
                return Ok((sent, true));
            }
            Ok(Done::Less { .. }) => {}
            Err(error) if forbids_local_infile(&error) => self.local_infile = false,
            Err(error) => {
                if refusal::understand(&error, &[]).is_none() {
                    return Err(refusal::lost(writing.clone())(error).into());
                }
            }
        }
        self.execute(writing, "ROLLBACK TO SAVEPOINT seedbed_batch")?;
        Ok((sent, false))
    }

    /// Inserts a batch whole, or says what the server says against it.
    pub(super) fn insert_batch(
        &mut self,
        writer: &Writer<'_>,
        batch: &Batch,
        operation: &Operation,
    ) -> Result<(), NotStored> {
        let table = writer.table;
        let lost = |error| NotStored::Fatal(LoadError::server(operation.clone())(error));
        for (sql, rows) in writer.inserts(batch, self.insert_bytes, "").map_err(lost)? {
            if let Some(written) = self.not_transactional.last_mut().filter(|w| w.is_of(table.id())) {
                written.note(table.schema(), batch, rows.clone()).map_err(lost)?;
            }
            let sent = rows.len() as u64;
            let why = match insert(&mut self.connection, &sql, table.model(), sent) {
                Ok(Done::Whole) => continue,
                Ok(Done::Less { warning: Some(warning), .. }) => {
                    let triggers = self.catalog.insert_triggers(table.model());
                    refusal::of_warning(&warning, &triggers).into()
                }
                Ok(Done::Less { stored, warning: None }) => Refusal::StoredLess { sent, stored },
                Err(error) => self.refused(table, error, operation)?,
            };
            return Err(why.into());
        }
        Ok(())
    }

    /// Why rows were refused, if that is what an error says.
    pub(super) fn refused(
        &self,
        table: LoadedTable<'_>,
        error: mysql::Error,
        operation: &Operation,
    ) -> Result<Refusal, LoadError> {
        let refused = refusal::understand(&error, &self.catalog.insert_triggers(table.model()));
        refused.map(Refusal::from).ok_or_else(|| refusal::lost(operation.clone())(error))
    }
}
