//! From batches to text, with nothing allocated per cell.
//!
//! Where all cells of a batch have a bound on their width, lines are put together side by side in slots of equal size,
//! column after column ([`slots`]); else cell by cell. Both ways write the same bytes.

mod column;

use crate::cell::CellValues;
use crate::dictionary::{EscapedDictionary, KeptDictionary};
use crate::digits::{Days, day_of};
use crate::slots::{NullText, Slots, WIDEST};
use crate::{ColumnText, TextFormat, UnsupportedColumn};
use column::{NullCells, SlotLayout, fill};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{Dialect, Schema, SqlType};
use std::ops::Range;

/// Turns the batches of one table into lines of a [`TextFormat`]. It keeps between batches what repeats in them:
/// escaped dictionaries, the texts of days, its buffers.
///
/// ```
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use seedbed_datagen_core::Batch;
/// use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table};
/// use seedbed_text_encode::{CsvFormat, TextEncoder};
/// use std::sync::Arc;
///
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut film = Table::new(Some("public"), "film");
/// film.columns = vec![Column::new("id", SqlType::BIGINT), Column::new("title", SqlType::TEXT)];
/// let film = schema.push_table(film);
/// let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
/// let titles: ArrayRef = Arc::new(StringArray::from(vec![Some("Alien, again"), None]));
/// let rows = RecordBatch::try_from_iter_with_nullable([("id", ids, false), ("title", titles, true)]).unwrap();
/// let batch = Batch { table: film, first_row: 0, columns: vec![ColumnIdx(0), ColumnIdx(1)], rows };
///
/// let mut text = Vec::new();
/// let mut encoder = TextEncoder::new(CsvFormat::new(Dialect::Postgres), Dialect::Postgres);
/// encoder.push_header(&mut text, ["id", "title"]);
/// encoder.push_batch(&schema, &batch, &mut text)?;
/// assert_eq!(text, b"id,title
/// 1,\"Alien, again\"
/// 2,
/// ");
/// # Ok::<(), seedbed_text_encode::UnsupportedColumn>(())
/// ```
#[derive(Debug)]
pub struct TextEncoder<F> {
    /// How cells are escaped and set apart.
    format: F,
    /// Whose words values are written in.
    dialect: Dialect,
    /// What is kept of each column, in the batches' order.
    columns: Vec<ColumnState>,
    /// Lines under way.
    slots: Slots,
}

/// What the cells of one column were like, over all batches so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Some were NULL: a script that reads the file has to say what NULL is.
    pub nulls: bool,
    /// Some were empty strings, which some readers take for NULL.
    pub empties: bool,
}

/// What is kept of a column from batch to batch.
#[derive(Debug, Default)]
struct ColumnState {
    /// What its cells were like.
    facts: ColumnFacts,
    /// Its strings as they are written.
    dictionary: KeptDictionary,
    /// Its days as they are written.
    days: Days,
}

impl<F: TextFormat> TextEncoder<F> {
    /// An encoder for one table of a schema of `dialect`.
    pub fn new(format: F, dialect: Dialect) -> Self {
        Self { format, dialect, columns: Vec::new(), slots: Slots::default() }
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
        let last = columns.len().saturating_sub(1);
        let mut layouts = Vec::with_capacity(columns.len());
        for (i, (state, column)) in self.columns.iter_mut().zip(&columns).enumerate() {
            let separator = if i == last { b'\n' } else { self.format.separator() };
            state.prepare(&self.format, separator, column);
            layouts.push(SlotLayout::of(&self.format, column, state.dictionary.get()));
        }
        let rows = 0..batch.rows.num_rows();
        let width = layouts.iter().try_fold(0, |sum, layout| Some(sum + layout.width?));
        match width.filter(|width| *width <= WIDEST && !columns.is_empty()) {
            Some(width) => self.push_in_slots(&columns, &layouts, rows, width, out),
            None => self.push_cell_by_cell(&columns, rows, out),
        }
        Ok(())
    }

    /// Column after column, some rows at a time.
    fn push_in_slots(
        &mut self,
        columns: &[ColumnText<'_>],
        layouts: &[SlotLayout],
        rows: Range<usize>,
        width: usize,
        out: &mut Vec<u8>,
    ) {
        let size = Slots::rows_at_once(width);
        let last = columns.len() - 1;
        for first in rows.clone().step_by(size) {
            self.slots.begin(first..rows.end.min(first + size), width);
            for (i, (column, layout)) in columns.iter().zip(layouts).enumerate() {
                let separator = if i == last { b'\n' } else { self.format.separator() };
                let nulls =
                    NullCells { of: column.nulls(), text: NullText::new(self.format.null(), separator) };
                let state = &self.columns[i];
                fill(&mut self.slots, &self.format, column, state, layout, nulls, separator);
            }
            self.slots.finish(out);
        }
    }

    /// Row after row, for cells of any length.
    fn push_cell_by_cell(&self, columns: &[ColumnText<'_>], rows: Range<usize>, out: &mut Vec<u8>) {
        for row in rows {
            for (i, column) in columns.iter().enumerate() {
                if i > 0 {
                    out.push(self.format.separator());
                }
                self.push_cell(column, row, out);
            }
            out.push(b'\n');
        }
    }

    /// Appends one cell, escaped where its kind needs it.
    fn push_cell(&self, column: &ColumnText<'_>, row: usize, out: &mut Vec<u8>) {
        if column.is_null(row) {
            out.extend_from_slice(self.format.null().as_bytes());
            return;
        }
        match column.cells() {
            CellValues::Text(values) => self.format.push_text(out, values.value(row)),
            CellValues::Dictionary(keys, _, values) => {
                self.format.push_text(out, values.value(keys[row] as usize))
            }
            CellValues::Bytes(values)
                if values.value(row).is_empty() && self.format.bytes_prefix().is_empty() =>
            {
                self.format.push_text(out, "");
            }
            plain => {
                if matches!(plain, CellValues::Bytes(_)) {
                    out.extend_from_slice(self.format.bytes_prefix().as_bytes());
                }
                plain.push_plain(row, out);
            }
        }
    }

    /// What the columns were like, in the batches' order; empty before the first batch.
    pub fn facts(&self) -> Vec<ColumnFacts> {
        self.columns.iter().map(|c| c.facts).collect()
    }
}

/// The type below all domains of a batch's column.
fn base_type<'a>(schema: &'a Schema, batch: &Batch, index: usize) -> &'a SqlType {
    let column = batch.columns.get(index).and_then(|c| schema[batch.table].columns.get(c.position()));
    column.map_or(&SqlType::TEXT, |c| schema.base_type(&c.ty))
}

impl ColumnState {
    /// Looks at a batch's column before its cells are written: facts, dictionary, days.
    fn prepare<F: TextFormat>(&mut self, format: &F, separator: u8, column: &ColumnText<'_>) {
        self.facts.nulls |= column.null_count() > 0;
        if let CellValues::Dictionary(keys, values, strings) = column.cells() {
            // As a whole, nearly no list has anything to be escaped.
            let plain = format.is_plain(strings.value_data());
            let push =
                |text: &mut Vec<u8>, string: &str| match plain && !format.stands_apart(string.as_bytes()) {
                    true => text.extend_from_slice(string.as_bytes()),
                    false => format.push_text(text, string),
                };
            self.dictionary.prepare(keys.len(), separator, values, strings, push);
        }
        match column.cells() {
            // What stands under a NULL is 0, and no reason for a table that goes back to 1970.
            CellValues::Date(values) => {
                self.days.cover(values.iter().filter(|d| **d != 0).map(|d| (*d).into()), values.len());
            }
            CellValues::Timestamp(values, _) => {
                self.days.cover(values.iter().filter(|m| **m != 0).map(|m| day_of(*m)), values.len());
            }
            _ => {}
        }
        self.facts.empties = self.facts.empties || has_empty(format, column, self.dictionary.get());
    }
}

/// Whether a cell that is not NULL is an empty string, or written like one.
fn has_empty<F: TextFormat>(
    format: &F,
    column: &ColumnText<'_>,
    dictionary: Option<&EscapedDictionary>,
) -> bool {
    let is_empty: &dyn Fn(usize) -> bool = match column.cells() {
        CellValues::Text(values) => {
            let ends = values.value_offsets();
            if !ends.windows(2).fold(false, |found, w| found | (w[0] == w[1])) {
                return false;
            }
            &|row| values.value(row).is_empty()
        }
        CellValues::Dictionary(..) if dictionary.is_some_and(|d| !d.has_empty()) => return false,
        CellValues::Dictionary(keys, _, strings) => &|row| strings.value(keys[row] as usize).is_empty(),
        CellValues::Bytes(values) if format.bytes_prefix().is_empty() => &|row| values.value(row).is_empty(),
        _ => return false,
    };
    (0..column.len()).any(|row| !column.is_null(row) && is_empty(row))
}

#[cfg(test)]
mod tests;
