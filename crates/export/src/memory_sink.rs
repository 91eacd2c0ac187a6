//! A sink that keeps what it gets.

use seedbed_datagen_core::{Batch, OpenTable, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The batches of each table, in the order in which they came. A table without rows has an empty list.
pub type Rows = BTreeMap<TableId, Vec<Batch>>;

/// Keeps batches in memory, for tests and for callers who want Arrow. Like every sink it shows its rows only when it
/// is finished.
#[derive(Debug)]
pub struct MemorySink<'a> {
    into: &'a mut Rows,
    rows: Rows,
}

impl<'a> MemorySink<'a> {
    /// A sink that puts all batches into `into` when it is finished.
    pub fn new(into: &'a mut Rows) -> Self {
        Self { into, rows: Rows::new() }
    }
}

impl Sink for MemorySink<'_> {
    fn open(&mut self, _: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let batches = self.rows.entry(table).or_default();
        Ok(OpenTable::batches(|batch: &Batch| {
            batches.push(batch.clone());
            Ok(())
        }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.into.append(&mut self.rows);
        Ok(())
    }
}
