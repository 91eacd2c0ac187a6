//! Some rows of a table, chosen by their numbers alone: the same ones whoever sees them and in whatever order.

use crate::batch_column::{BatchColumn, extent};
use crate::key::code::mixed;
use crate::row::Columns;
use seedbed_sql_values::Value;

/// Rows beyond which every other one is dropped.
pub(crate) const MOST: usize = 512;

/// Of the first rows, one in 2^LEVEL is taken: there are few tables so small that values must not be counted.
const FIRST_LEVEL: u32 = 3;

/// Rows whose hashed number ends in `level` zeros or more.
#[derive(Clone, Debug)]
pub(crate) struct RowSample {
    pub(crate) level: u32,
    /// Each with its number and all values, in no order; values of kinds without an order are left NULL.
    pub(crate) rows: Vec<(u64, Vec<Value>)>,
}

impl Default for RowSample {
    fn default() -> Self {
        Self { level: FIRST_LEVEL, rows: Vec::new() }
    }
}

/// The level up to which a row stays in a sample.
#[inline]
fn level_of(row: u64) -> u32 {
    mixed(row.wrapping_add(0x5EED)).trailing_zeros()
}

impl RowSample {
    /// Takes its share of a batch whose first row has this number.
    pub(crate) fn add(&mut self, first_row: u64, count: usize, columns: &Columns<'_>) {
        for row in 0..count {
            let number = first_row + row as u64;
            if level_of(number) < self.level {
                continue;
            }
            let value = |cells: &Option<BatchColumn<'_>>| match cells {
                Some(cells) if !extent::has_no_order(cells.ty()) => cells.value(row),
                _ => Value::Null,
            };
            self.rows.push((number, columns.iter().map(value).collect()));
            self.thin_out();
        }
    }

    /// Takes what another took.
    pub(crate) fn merge(&mut self, other: Self) {
        self.level = self.level.max(other.level);
        let level = self.level;
        self.rows.extend(other.rows);
        self.rows.retain(|(row, _)| level_of(*row) >= level);
        self.thin_out();
    }

    fn thin_out(&mut self) {
        while self.rows.len() > MOST {
            self.level += 1;
            let level = self.level;
            self.rows.retain(|(row, _)| level_of(*row) >= level);
        }
    }
}
