//! Rows that take another attempt than their first.

use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// Rows that are not made by their first draw: which attempt each of them takes. All others take attempt 0.
///
/// An attempt is an accepted guess: a database refused the row's first draw for a reason that only it can judge, such as
/// a trigger's, and took this one. Given back to a plan, they make the same rows without a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    tables: BTreeMap<TableId, BTreeMap<u64, u32>>,
}

impl Attempts {
    /// Has a row take an attempt.
    pub fn set(&mut self, table: TableId, row: u64, attempt: u32) {
        self.tables.entry(table).or_default().insert(row, attempt);
    }

    /// The attempt of a row.
    pub fn of(&self, table: TableId, row: u64) -> u32 {
        self.of_table(table).map_or(0, |attempt_of| attempt_of(row))
    }

    /// The attempts of a table's rows; `None` if every one of them is its first draw, which a run of many rows asks once.
    pub fn of_table(&self, table: TableId) -> Option<impl Fn(u64) -> u32 + '_> {
        let rows = self.tables.get(&table).filter(|rows| !rows.is_empty())?;
        Some(|row| rows.get(&row).copied().unwrap_or(0))
    }

    /// The rows of a table that take another attempt than the first, in order.
    pub fn rows(&self, table: TableId) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.tables.get(&table).into_iter().flatten().map(|(row, attempt)| (*row, *attempt))
    }

    /// The tables that have such rows.
    pub fn tables(&self) -> impl Iterator<Item = TableId> + '_ {
        self.tables.iter().filter(|(_, rows)| !rows.is_empty()).map(|(table, _)| *table)
    }

    /// Whether every row is its first draw.
    pub fn is_empty(&self) -> bool {
        self.tables().next().is_none()
    }
}
