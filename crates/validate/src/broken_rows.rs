//! Rows that break constraints by themselves, before any are counted.

use crate::batch_check::{BatchCheck, RowVerdict};
use crate::condition::EntryVerdicts;
use crate::constraint::Rule;
use crate::{Check, ValidateError};
use arrow_array::RecordBatch;
use seedbed_schema_model::{ColumnIdx, TableId};

/// A row of a batch that breaks a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenRow {
    /// Its place in the batch, from 0.
    pub row: usize,
    /// The constraint, for [`Check::constraint`].
    pub constraint: usize,
}

impl<'s> Check<'s> {
    /// The rows of a batch that break NOT NULL, a type, a CHECK or the bounds of partitions, of those constraints that read
    /// any of the columns `changed`; constraint by constraint, each in the order of rows. Nothing is counted, and what only
    /// the server can tell is not broken.
    ///
    /// # Errors
    /// [`ValidateError`] when the batch is not of the table's shape.
    pub fn broken_rows(
        &self,
        table: TableId,
        rows: &RecordBatch,
        changed: &[ColumnIdx],
    ) -> Result<Vec<BrokenRow>, ValidateError> {
        let (_, batch) = self.read(table, 0, rows)?;
        Ok(batch.broken(changed))
    }

    /// What a constraint of a root table is called, and the columns that it reads.
    pub fn constraint(&self, table: TableId, constraint: usize) -> Option<(&str, &[ColumnIdx])> {
        let of_table = &self.plan().tables.get(table.position())?.constraints;
        of_table.get(constraint).map(|c| (c.name.as_str(), c.columns.as_slice()))
    }
}

impl BatchCheck<'_, '_> {
    /// See [`Check::broken_rows`].
    fn broken(&self, changed: &[ColumnIdx]) -> Vec<BrokenRow> {
        let mut found = Vec::new();
        // Another partition has other constraints.
        let is_partitioned = self.top.partitioning.is_some();
        for (number, constraint) in self.plan.tables[self.root].constraints.iter().enumerate() {
            let is_of_rows = matches!(
                constraint.rule,
                Rule::NotNull(_) | Rule::Type(_) | Rule::Check(_) | Rule::Partition | Rule::Unresolved
            );
            let reads = is_partitioned || constraint.columns.iter().any(|c| changed.contains(c));
            if !is_of_rows || !reads || constraint.columns.iter().any(|c| self.columns[*c].is_none()) {
                continue;
            }
            let rows = match self.rows_of(constraint) {
                Some(bound) => bound,
                None => self.doubtful(&constraint.rule, &mut EntryVerdicts::default()),
            };
            let is_broken = |row: &usize| matches!(self.verdict(constraint, *row), RowVerdict::Broken(_));
            let broken = rows.into_iter().filter(is_broken);
            found.extend(broken.map(|row| BrokenRow { row, constraint: number }));
        }
        found
    }
}
