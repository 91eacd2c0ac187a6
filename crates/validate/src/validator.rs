//! Rows in, in order, findings out.

use crate::check::Check;
use crate::error::ValidateError;
use crate::report::Report;
use arrow_array::RecordBatch;
use seedbed_schema_model::{Schema, TableId};

/// Checks rows that are written to it batch by batch. It keeps the batches until the end, as whoever writes them can't be
/// asked for them again; who has rows at hand, or more than fit into memory, takes a [`Check`].
#[derive(Debug)]
pub struct Validator<'s> {
    check: Check<'s>,
    /// Rows of each root table so far.
    rows: Vec<u64>,
    /// What was written: the root table, the number of the first row, the rows.
    written: Vec<(TableId, u64, RecordBatch)>,
}

impl<'s> Validator<'s> {
    /// A validator that has seen no row.
    pub fn new(schema: &'s Schema) -> Self {
        Self { check: Check::new(schema), rows: vec![0; schema.tables.len()], written: Vec::new() }
    }

    /// What `now()` answers in CHECKs, in microseconds since 1970-01-01 UTC; the epoch unless told. The crate reads no
    /// clock.
    #[must_use]
    pub fn with_now(self, micros: i64) -> Self {
        Self { check: self.check.with_now(micros), ..self }
    }

    /// Checks a batch, whose rows come after those that were written before. Tables may come in any order and in turns;
    /// rows of a partition may be given under the partition or its root, which is checked to take them.
    ///
    /// # Errors
    /// [`ValidateError`] when the batch is not of the table's shape; nothing of it is counted then.
    pub fn write(&mut self, table: TableId, batch: &RecordBatch) -> Result<(), ValidateError> {
        if table.position() >= self.rows.len() {
            return Err(ValidateError::UnknownTable(table.0));
        }
        let root = self.check.schema().partition_root(table);
        let first_row = self.rows[root];
        self.check.batch(root, first_row, batch)?;
        self.rows[root] += batch.num_rows() as u64;
        self.written.push((root, first_row, batch.clone()));
        Ok(())
    }

    /// Settles what only all rows together can tell, and reports.
    pub fn finish(self) -> Report {
        let written = self.written;
        let again = |table, visit: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), ValidateError>| {
            let batches = written.iter().filter(|(of, ..)| *of == table);
            batches.into_iter().try_for_each(|(_, first_row, rows)| visit(*first_row, rows))
        };
        self.check.finish(&again).expect("rows that were read once are read again, and memory has no limit")
    }
}

#[cfg(test)]
mod tests;
