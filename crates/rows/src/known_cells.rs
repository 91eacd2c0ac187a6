//! Rows that the target held before the run, as cells that references can draw.

use crate::cell::{empty_buffer, push_value};
use crate::convert::fill_blank;
use crate::filled::Filled;
use arrow_array::RecordBatch;
use seedbed_datagen_core::{KnownRows, arrow_type};
use seedbed_schema_model::{ColumnIdx, Schema, Table};
use std::collections::BTreeMap;
use std::ops::Range;

/// Known rows count from here, far past all generated ones.
pub(crate) const FIRST_KNOWN: u64 = 1 << 62;

/// The known rows of a table, column by column.
#[derive(Debug)]
pub struct KnownCells {
    columns: BTreeMap<ColumnIdx, Filled>,
    len: usize,
}

impl KnownCells {
    /// The rows as cells; `None` if there are none.
    pub fn new(known: &KnownRows, schema: &Schema, table: &Table) -> Option<Self> {
        if known.rows.is_empty() {
            return None;
        }
        let columns = known.columns.iter().enumerate().map(|(i, column)| {
            let ty = &table[*column].ty;
            let mut cells = empty_buffer(&arrow_type(schema, ty));
            let mut blank = cells.empty_like();
            fill_blank(&mut blank, 1);
            let base = schema.base_type(ty);
            let mut present = Vec::with_capacity(known.rows.len());
            for row in &known.rows {
                let value = row.get(i).filter(|v| !v.is_null());
                let is_pushed = value.is_some_and(|v| push_value(&mut cells, v, base, schema));
                if !is_pushed {
                    cells.push_from(&blank, 0);
                }
                present.push(is_pushed);
            }
            (*column, Filled { cells, present: Some(present) })
        });
        Some(Self { columns: columns.collect(), len: known.rows.len() })
    }

    /// The rows as a batch of the columns that are known of them.
    pub fn into_batch(self, table: &Table) -> Option<RecordBatch> {
        let cells = self.columns.into_iter().map(|(column, filled)| {
            let array = filled.cells.into_array(filled.present);
            (&table[column].name, array, true)
        });
        RecordBatch::try_from_iter_with_nullable(cells).ok()
    }

    /// How many they are.
    #[expect(clippy::len_without_is_empty, reason = "there are some, or there is nothing")]
    pub fn len(&self) -> u64 {
        self.len as u64
    }

    /// The number of the n-th of them.
    pub fn number(index: usize) -> u64 {
        FIRST_KNOWN + index as u64
    }

    /// The numbers of the rows in which none of some columns is NULL.
    pub fn present(&self, columns: &[ColumnIdx]) -> Vec<u64> {
        let is_present =
            |i: &usize| columns.iter().all(|c| self.columns.get(c).is_some_and(|f| f.is_present(*i)));
        (0..self.len).filter(is_present).map(|i| FIRST_KNOWN + i as u64).collect()
    }

    /// The numbers of the rows.
    pub fn numbers(&self) -> Range<u64> {
        FIRST_KNOWN..FIRST_KNOWN + self.len as u64
    }

    /// The cells of some rows, by their numbers; `None` if the column is not known.
    pub fn cells(&self, column: ColumnIdx, rows: &[u64]) -> Option<Filled> {
        let from = self.columns.get(&column)?;
        let mut cells = from.cells.empty_like();
        let mut present = Vec::with_capacity(rows.len());
        for row in rows {
            let at = usize::try_from(row.saturating_sub(FIRST_KNOWN)).unwrap_or(usize::MAX).min(self.len - 1);
            cells.push_from(&from.cells, at);
            present.push(from.is_present(at));
        }
        Some(Filled { cells, present: Some(present) })
    }
}
