//! From batches to text, with nothing allocated per cell.

use crate::cell::Cells;
use crate::{ColumnText, TextFormat, UnsupportedColumn};
use arrow_array::{Array, ArrayRef, StringArray};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{Dialect, Schema, SqlType};
use std::sync::Arc;

/// Turns the batches of one table into lines of a [`TextFormat`].
#[derive(Debug)]
pub struct TextEncoder<F> {
    format: F,
    dialect: Dialect,
    columns: Vec<ColumnState>,
}

/// What the cells of one column were like, over all batches so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Some were NULL.
    pub nulls: bool,
    /// Some were empty strings.
    pub empties: bool,
}

#[derive(Debug, Default)]
struct ColumnState {
    facts: ColumnFacts,
    cache: Option<EscapedDictionary>,
}

/// A dictionary's strings as the format writes them. Batches share their dictionaries, so this is made once a table.
#[derive(Debug)]
struct EscapedDictionary {
    /// Keeps the strings alive, so that no other dictionary can have this address.
    values: ArrayRef,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<F: TextFormat> TextEncoder<F> {
    /// An encoder for one table of a schema of `dialect`.
    pub fn new(format: F, dialect: Dialect) -> Self {
        Self { format, dialect, columns: Vec::new() }
    }

    /// Appends a line of column names.
    pub fn push_header<'n>(&self, out: &mut Vec<u8>, names: impl IntoIterator<Item = &'n str>) {
        for (i, name) in names.into_iter().enumerate() {
            if i > 0 {
                out.push(self.format.separator());
            }
            self.format.push_text(out, name);
        }
        out.push(b'\n');
    }

    /// Appends a line for each row of the batch.
    ///
    /// # Errors
    /// [`UnsupportedColumn`] before anything is appended.
    pub fn push_batch(
        &mut self,
        schema: &Schema,
        batch: &Batch,
        out: &mut Vec<u8>,
    ) -> Result<(), UnsupportedColumn> {
        let arrays = batch.rows.columns();
        let columns = arrays
            .iter()
            .enumerate()
            .map(|(i, array)| ColumnText::new(self.dialect, base_type(schema, batch, i), array))
            .collect::<Result<Vec<_>, _>>()?;
        self.columns.resize_with(columns.len(), ColumnState::default);
        for (state, column) in self.columns.iter_mut().zip(&columns) {
            state.prepare(&self.format, column);
        }
        for row in 0..batch.rows.num_rows() {
            for (i, (state, column)) in self.columns.iter_mut().zip(&columns).enumerate() {
                if i > 0 {
                    out.push(self.format.separator());
                }
                state.push_cell(&self.format, column, row, out);
            }
            out.push(b'\n');
        }
        Ok(())
    }

    /// What the columns were like, in the batches' order; empty before the first batch.
    pub fn facts(&self) -> Vec<ColumnFacts> {
        self.columns.iter().map(|c| c.facts).collect()
    }
}

/// The type below all domains of a batch's column.
fn base_type<'a>(schema: &'a Schema, batch: &Batch, index: usize) -> &'a SqlType {
    let column = batch.columns.get(index).and_then(|c| schema[batch.table].columns.get(usize::from(c.0)));
    column.map_or(&SqlType::TEXT, |c| schema.base_type(&c.ty))
}

impl ColumnState {
    fn prepare<F: TextFormat>(&mut self, format: &F, column: &ColumnText<'_>) {
        self.facts.nulls |= column.null_count() > 0;
        if let Cells::Dictionary(keys, values, strings) = column.cells() {
            let known = self.cache.as_ref().is_some_and(|c| Arc::ptr_eq(&c.values, values));
            // A list that is longer than the batch is cheaper escaped cell by cell, unless it stays.
            if !known && strings.len() <= keys.len().max(1024) * 4 {
                self.cache = Some(EscapedDictionary::new(format, values, strings));
            } else if !known {
                self.cache = None;
            }
        }
    }

    fn push_cell<F: TextFormat>(
        &mut self,
        format: &F,
        column: &ColumnText<'_>,
        row: usize,
        out: &mut Vec<u8>,
    ) {
        if column.is_null(row) {
            out.extend_from_slice(format.null().as_bytes());
            return;
        }
        match column.cells() {
            Cells::Text(values) => {
                self.facts.empties |= values.value(row).is_empty();
                format.push_text(out, values.value(row));
            }
            Cells::Dictionary(keys, _, values) => {
                let key = keys[row] as usize;
                self.facts.empties |= values.value(key).is_empty();
                match &self.cache {
                    Some(cache) => out.extend_from_slice(cache.get(key)),
                    None => format.push_text(out, values.value(key)),
                }
            }
            Cells::Bytes(values) if values.value(row).is_empty() && format.bytes_prefix().is_empty() => {
                self.facts.empties = true;
                format.push_text(out, "");
            }
            plain => {
                if matches!(plain, Cells::Bytes(_)) {
                    out.extend_from_slice(format.bytes_prefix().as_bytes());
                }
                plain.push_plain(row, out);
            }
        }
    }
}

impl EscapedDictionary {
    fn new<F: TextFormat>(format: &F, values: &ArrayRef, strings: &StringArray) -> Self {
        let mut text = Vec::with_capacity(strings.value_data().len());
        let mut ends = Vec::with_capacity(strings.len());
        for i in 0..strings.len() {
            format.push_text(&mut text, strings.value(i));
            ends.push(text.len());
        }
        Self { values: Arc::clone(values), text, ends }
    }

    fn get(&self, key: usize) -> &[u8] {
        let start = if key == 0 { 0 } else { self.ends[key - 1] };
        &self.text[start..self.ends[key]]
    }
}

#[cfg(test)]
mod tests;
