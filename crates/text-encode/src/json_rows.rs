//! Batches as JSON objects, one a row.

mod column;
mod text;
mod value;

use crate::slots::{Slots, WIDEST};
use crate::{ColumnText, UnsupportedColumn};
use column::{Cells, JsonColumn};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, TableId};
use std::ops::Range;
use text::push_string;

/// How numbers are written that a reader may take for another number: many read all of them as 64-bit floats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JsonNumbers {
    /// As JSON's numbers, with all their digits.
    #[default]
    AsNumbers,
    /// Integers beyond ±(2^53 - 1) and all decimals as strings of the same digits.
    AsStrings,
}

/// Turns the batches of one table into JSON objects, `{"column":value,...}`, without a space or a line break in them.
///
/// | SQL type | JSON |
/// |---|---|
/// | NULL of any type | `null` |
/// | boolean | `true`, `false` |
/// | integers, year, decimal, money | a number of all digits, or a string: see [`JsonNumbers`] |
/// | real, double precision | a number; `"NaN"`, `"Infinity"` and `"-Infinity"` |
/// | date, time | ISO 8601: `"2024-01-02"`, `"03:04:05.123456"` |
/// | timestamp without zone | ISO 8601: `"2024-01-02T03:04:05.123456"` |
/// | timestamp with zone | RFC 3339, in UTC: `"2024-01-02T03:04:05.123456Z"` |
/// | uuid | `"00112233-4455-6677-8899-aabbccddeeff"` |
/// | binary, blob, bytea | base64 with padding |
/// | json, jsonb | the document as it stands; a string if the text is no JSON |
/// | text, enums and every other type | a string of the value's literal text in the dialect |
///
/// A fraction of a second has no zeros behind it and is left out where it is zero. Dates and timestamps that those
/// standards can't say (years before 1 and after 9999, infinity) are strings of their literal text in the dialect.
///
/// ```
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use seedbed_datagen_core::Batch;
/// use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table};
/// use seedbed_text_encode::{JsonNumbers, JsonRows};
/// use std::sync::Arc;
///
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut film = Table::new(Some("public"), "film");
/// film.columns = vec![Column::new("id", SqlType::BIGINT), Column::new("title", SqlType::TEXT)];
/// let film = schema.push_table(film);
/// let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
/// let titles: ArrayRef = Arc::new(StringArray::from(vec![Some("\"Alien\""), None]));
/// let rows = RecordBatch::try_from_iter_with_nullable([("id", ids, false), ("title", titles, true)]).unwrap();
/// let columns = vec![ColumnIdx(0), ColumnIdx(1)];
/// let batch = Batch { table: film, first_row: 0, columns: columns.clone(), rows };
///
/// let mut page = b"[".to_vec();
/// let mut rows = JsonRows::new(&schema, film, &columns, JsonNumbers::AsNumbers).separated_by(b',');
/// rows.push(&batch, 0..2, &mut page)?;
/// page.push(b']');
/// assert_eq!(page, br#"[{"id":1,"title":"\"Alien\""},{"id":2,"title":null}]"#);
/// # Ok::<(), seedbed_text_encode::UnsupportedColumn>(())
/// ```
#[derive(Debug)]
pub struct JsonRows {
    /// Whose literal text is written where JSON has no form.
    dialect: Dialect,
    /// Which numbers become strings.
    numbers: JsonNumbers,
    /// What stands between two rows.
    separator: u8,
    /// The wanted columns, in the order of their keys.
    columns: Vec<JsonColumn>,
    /// Rows under way.
    slots: Slots,
}

impl JsonRows {
    /// An encoder for some columns of a table, whose keys come in this order. Rows are separated by line breaks.
    pub fn new(schema: &Schema, table: TableId, columns: &[ColumnIdx], numbers: JsonNumbers) -> Self {
        let of = |index: &ColumnIdx| {
            let column = schema[table].columns.get(index.position())?;
            Some(JsonColumn::new(*index, &column.name, schema.base_type(&column.ty).clone()))
        };
        Self {
            dialect: schema.dialect,
            numbers,
            separator: b'\n',
            columns: columns.iter().filter_map(of).collect(),
            slots: Slots::default(),
        }
    }

    /// With another byte between rows, such as a comma.
    #[must_use]
    pub fn separated_by(self, separator: u8) -> Self {
        Self { separator, ..self }
    }

    /// Appends some rows of a batch, counted from its first, and the separator between them but not behind the last. A
    /// range that reaches beyond the batch ends with it, and a column that the batch doesn't have has no key.
    ///
    /// # Errors
    /// [`UnsupportedColumn`] before anything is appended.
    pub fn push(
        &mut self,
        batch: &Batch,
        rows: Range<usize>,
        out: &mut Vec<u8>,
    ) -> Result<(), UnsupportedColumn> {
        let end = rows.end.min(batch.rows.num_rows());
        let start = rows.start.min(end);
        // Only these rows are looked at: a page may be a few of a large batch.
        let arrays: Vec<_> = self
            .columns
            .iter()
            .map(|c| {
                batch.columns.iter().position(|of| *of == c.index).and_then(|i| batch.rows.columns().get(i))
            })
            .map(|array| array.map(|array| array.slice(start, end - start)))
            .collect();
        let mut members = Vec::with_capacity(arrays.len());
        for (state, array) in self.columns.iter_mut().zip(&arrays) {
            if let Some(array) = array {
                members.push((ColumnText::new(self.dialect, &state.base, array)?, state));
            }
        }
        let last = members.len().saturating_sub(1);
        let cells: Vec<Cells<'_>> = members
            .into_iter()
            .enumerate()
            .map(|(i, (text, state))| {
                let end = if i == last { b'}' } else { b',' };
                Cells::new(text, state, self.numbers, end)
            })
            .collect();
        // The brace before them and the separator behind.
        let width = cells.iter().try_fold(2, |sum, cells| Some(sum + cells.width?));
        let rows = 0..end - start;
        match width.filter(|width| *width <= WIDEST && !cells.is_empty()) {
            Some(width) => push_in_slots(&mut self.slots, &cells, rows, width, self.separator, out),
            None => push_cell_by_cell(&cells, rows, self.separator, out),
        }
        Ok(())
    }
}

/// Column after column, some rows at a time.
fn push_in_slots(
    slots: &mut Slots,
    columns: &[Cells<'_>],
    rows: Range<usize>,
    width: usize,
    separator: u8,
    out: &mut Vec<u8>,
) {
    let size = Slots::rows_at_once(width);
    for first in rows.clone().step_by(size) {
        slots.begin(first..rows.end.min(first + size), width);
        slots.put_byte(b'{');
        for cells in columns {
            slots.put_same(cells.key());
            cells.fill(slots);
        }
        slots.put_byte(separator);
        slots.finish(out);
    }
    if !rows.is_empty() {
        out.pop();
    }
}

/// Row after row, for cells of any length.
fn push_cell_by_cell(columns: &[Cells<'_>], rows: Range<usize>, separator: u8, out: &mut Vec<u8>) {
    for row in rows.clone() {
        if row > rows.start {
            out.push(separator);
        }
        out.push(b'{');
        for (i, cells) in columns.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            out.extend_from_slice(cells.key());
            cells.push(row, out);
        }
        out.push(b'}');
    }
}

/// A name as the key of a member, with the colon behind.
fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 3);
    push_string(&mut key, name);
    key.push(b':');
    key
}

#[cfg(test)]
mod tests;
