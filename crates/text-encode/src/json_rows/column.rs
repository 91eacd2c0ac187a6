//! One column of a batch on its way into the objects.

use super::text::{WIDEST_ESCAPE, is_plain, push_document, push_string, put_document, put_string};
use super::value::{
    base64_width, is_iso_date, is_iso_timestamp, is_unsafe, push_literal, push_number, put_base64,
};
use super::{JsonNumbers, key};
use crate::ColumnText;
use crate::cell::CellValues;
use crate::dictionary::{EscapedDictionary, KeptDictionary};
use crate::digits::{
    Days, ROOM, day_of, put_by, put_date, put_decimal, put_float, put_integer, put_time, put_timestamp,
    put_unsigned, put_uuid,
};
use crate::slots::{NullText, Slots, WIDEST, put_pieces};
use arrow_array::StringArray;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_values::text;

/// What is kept of a column from batch to batch.
#[derive(Debug)]
pub(super) struct JsonColumn {
    /// Which it is.
    pub(super) index: ColumnIdx,
    /// Its type below all domains.
    pub(super) base: SqlType,
    /// Its name as a key, with the colon behind.
    key: Vec<u8>,
    /// Its strings as they are written.
    dictionary: KeptDictionary,
    /// Its days as they are written.
    days: Days,
}

impl JsonColumn {
    pub(super) fn new(index: ColumnIdx, name: &str, base: SqlType) -> Self {
        Self { index, base, key: key(name), dictionary: KeptDictionary::default(), days: Days::default() }
    }

    fn is_document(&self) -> bool {
        matches!(self.base, SqlType::Json { .. })
    }
}

/// A column's cells in one batch.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    text: ColumnText<'a>,
    of: &'a JsonColumn,
    numbers: JsonNumbers,
    /// What stands behind each.
    end: u8,
    /// Bytes that the widest member may write over, key and all; `None` for more than a slot has.
    pub(super) width: Option<usize>,
    /// Text of which no cell needs escaping.
    plain: bool,
}

impl<'a> Cells<'a> {
    /// Looks at all cells of a column at once.
    pub(super) fn new(text: ColumnText<'a>, of: &'a mut JsonColumn, numbers: JsonNumbers, end: u8) -> Self {
        of.prepare(&text, end);
        let plain = match text.cells() {
            CellValues::Text(values) => !of.is_document() && is_plain(bytes_of(values)),
            _ => false,
        };
        let width = widest(text.cells(), of.dictionary.get(), plain);
        let width = (width < WIDEST).then(|| width + of.key.len() + 1);
        Self { text, of, numbers, end, width, plain }
    }

    /// The key of its members, with the colon behind.
    #[inline]
    pub(super) fn key(&self) -> &'a [u8] {
        &self.of.key
    }

    /// Adds the cells to the rows that are being filled, each with what stands behind it.
    pub(super) fn fill(&self, slots: &mut Slots) {
        let (of, end) = (self.text.nulls(), self.end);
        let null = NullText::new("null", end);
        let strings = self.numbers == JsonNumbers::AsStrings;
        // Loops over cells that have room, bare and between quotes. `put` is text of the loop, not a closure, as in the
        // encoder of lines.
        macro_rules! each {
            (|$row:ident, $out:ident| $put:expr) => {
                for ($row, $out, filled) in slots.open() {
                    if of.is_some_and(|nulls| nulls.is_null($row)) {
                        *filled += null.put($out);
                        continue;
                    }
                    let len = $put;
                    $out[len] = end;
                    *filled += len as u32 + 1;
                }
            };
        }
        macro_rules! each_quoted {
            (|$row:ident, $out:ident| $put:expr) => {
                for ($row, rest, filled) in slots.rest() {
                    if of.is_some_and(|nulls| nulls.is_null($row)) {
                        *filled += null.put(rest);
                        continue;
                    }
                    rest[0] = b'"';
                    let Some($out) = rest[1..].first_chunk_mut::<ROOM>() else { continue };
                    let len = $put;
                    $out[len] = b'"';
                    $out[len + 1] = end;
                    *filled += len as u32 + 3;
                }
            };
        }
        // The same for what is rare: whatever `push` appends.
        macro_rules! each_pushed {
            () => {
                slots.fill(of, null, |row, out| {
                    let len = put_by(out, |text| self.push_value(row, text));
                    out[len] = end;
                    len + 1
                })
            };
        }
        macro_rules! decimals {
            ($values:ident, $scale:literal) => {
                match strings {
                    true => each_quoted!(|row, out| put_decimal::<$scale>(out, $values[row])),
                    false => each!(|row, out| put_decimal::<$scale>(out, $values[row])),
                }
            };
        }
        let days = &self.of.days;
        match self.text.cells() {
            CellValues::Boolean(values, _) => each!(|row, out| {
                let word = word(values.value(row));
                out[..word.len()].copy_from_slice(word);
                word.len()
            }),
            CellValues::Int64(values) if strings && values.iter().any(|v| is_unsafe(v.unsigned_abs())) => {
                each_pushed!()
            }
            CellValues::UInt64(values) if strings && values.iter().any(|v| is_unsafe(*v)) => each_pushed!(),
            CellValues::Int64(values) => each!(|row, out| put_integer(out, values[row])),
            CellValues::UInt64(values) => each!(|row, out| put_unsigned(out, 0, values[row])),
            CellValues::Decimal(values, 0) => decimals!(values, 0),
            CellValues::Decimal(values, 1) => decimals!(values, 1),
            CellValues::Decimal(values, 2) => decimals!(values, 2),
            CellValues::Decimal(values, 3) => decimals!(values, 3),
            CellValues::Decimal(values, 4) => decimals!(values, 4),
            CellValues::Decimal(values, 6) => decimals!(values, 6),
            CellValues::Decimal(values, 8) => decimals!(values, 8),
            CellValues::Decimal(..) => each_pushed!(),
            CellValues::Float64(values) => each!(|row, out| {
                let value = values[row];
                put_float(out, value, 1e15, |v| v == value, |text| push_number(text, value))
            }),
            CellValues::Float32(values) => each!(|row, out| {
                let value = values[row] as f32;
                put_float(out, values[row], 1e6, |v| v as f32 == value, |text| push_number(text, value))
            }),
            CellValues::Date(values) if !values.iter().all(|day| is_iso_date(*day)) => each_pushed!(),
            CellValues::Date(values) => each_quoted!(|row, out| put_date(out, values[row], days)),
            CellValues::Time(values) => each_quoted!(|row, out| put_time(out, values[row])),
            CellValues::Timestamp(values, _) if !values.iter().all(|at| is_iso_timestamp(*at)) => {
                each_pushed!()
            }
            CellValues::Timestamp(values, _) => {
                let zone = self.text.is_zoned();
                each_quoted!(|row, out| {
                    let len = put_timestamp(out, values[row], days);
                    out[10] = b'T';
                    out[len] = b'Z';
                    len + usize::from(zone)
                });
            }
            CellValues::Uuid(values) => each_quoted!(|row, out| put_uuid(out, &values[row])),
            CellValues::Bytes(values) => slots.fill(of, null, |row, out| {
                let len = put_base64(out, values.value(row));
                out[len] = end;
                len + 1
            }),
            CellValues::Text(values) if self.plain => {
                let (data, ends) = (values.value_data(), values.value_offsets());
                slots.fill(of, null, |row, out| {
                    put_plain(out, data, ends[row] as usize, ends[row + 1] as usize, end)
                });
            }
            CellValues::Text(values) => slots.fill(of, null, |row, out| self.put_text(out, values, row)),
            CellValues::Dictionary(keys, _, values) => match self.of.dictionary.get() {
                Some(dictionary) => dictionary.fill(slots, of, null, keys),
                None => slots.fill(of, null, |row, out| self.put_text(out, values, keys[row] as usize)),
            },
        }
    }

    /// Writes a string or a document, and what stands behind it.
    #[inline]
    fn put_text(&self, out: &mut [u8], values: &StringArray, index: usize) -> usize {
        let cell = values.value(index);
        let len = match self.of.is_document() {
            true => put_document(out, cell),
            false if is_plain(cell.as_bytes()) => {
                let ends = values.value_offsets();
                let (from, to) = (ends[index] as usize, ends[index + 1] as usize);
                return put_plain(out, values.value_data(), from, to, self.end);
            }
            false => put_string(out, cell),
        };
        out[len] = self.end;
        len + 1
    }

    /// Appends a cell.
    pub(super) fn push(&self, row: usize, out: &mut Vec<u8>) {
        match self.text.is_null(row) {
            true => out.extend_from_slice(b"null"),
            false => self.push_value(row, out),
        }
    }

    /// Appends a cell that is not NULL.
    fn push_value(&self, row: usize, out: &mut Vec<u8>) {
        let strings = self.numbers == JsonNumbers::AsStrings;
        let push_text = if self.of.is_document() { push_document } else { push_string };
        let cells = self.text.cells();
        match cells {
            CellValues::Boolean(values, _) => out.extend_from_slice(word(values.value(row))),
            CellValues::Int64(values) => {
                push_quoted(out, strings && is_unsafe(values[row].unsigned_abs()), |out| {
                    cells.push_plain(row, out);
                });
            }
            CellValues::UInt64(values) => {
                push_quoted(out, strings && is_unsafe(values[row]), |out| cells.push_plain(row, out));
            }
            CellValues::Decimal(..) => push_quoted(out, strings, |out| cells.push_plain(row, out)),
            CellValues::Float64(values) => push_number(out, values[row]),
            CellValues::Float32(values) => push_number(out, values[row] as f32),
            CellValues::Date(values) if !is_iso_date(values[row]) => {
                push_literal(out, values[row].into(), [i32::MIN.into(), i32::MAX.into()], &self.text, row);
            }
            CellValues::Timestamp(values, _) if !is_iso_timestamp(values[row]) => {
                push_literal(out, values[row], [i64::MIN, i64::MAX], &self.text, row);
            }
            CellValues::Timestamp(values, _) => push_quoted(out, true, |out| {
                let start = out.len();
                text::push_timestamp(out, values[row]);
                out[start + 10] = b'T';
                out.extend_from_slice(if self.text.is_zoned() { b"Z" } else { b"" });
            }),
            CellValues::Date(_) | CellValues::Time(_) | CellValues::Uuid(_) => {
                push_quoted(out, true, |out| cells.push_plain(row, out));
            }
            CellValues::Bytes(values) => {
                let start = out.len();
                out.resize(start + base64_width(values.value(row).len()), 0);
                put_base64(&mut out[start..], values.value(row));
            }
            CellValues::Text(values) => push_text(out, values.value(row)),
            CellValues::Dictionary(keys, _, values) => push_text(out, values.value(keys[row] as usize)),
        }
    }
}

impl JsonColumn {
    /// Looks at a batch's column before its cells are written: its dictionary, its days.
    fn prepare(&mut self, column: &ColumnText<'_>, end: u8) {
        match column.cells() {
            CellValues::Dictionary(keys, values, strings) => {
                let push = if self.is_document() { push_document } else { push_string };
                self.dictionary.prepare(keys.len(), end, values, strings, push);
            }
            // What stands under a NULL is 0, and no reason for a table that goes back to 1970.
            CellValues::Date(values) => {
                self.days.cover(values.iter().filter(|d| **d != 0).map(|d| (*d).into()), values.len());
            }
            CellValues::Timestamp(values, _) => {
                self.days.cover(values.iter().filter(|m| **m != 0).map(|m| day_of(*m)), values.len());
            }
            _ => {}
        }
    }
}

/// The bytes of all strings of an array.
fn bytes_of(values: &StringArray) -> &[u8] {
    let ends = values.value_offsets();
    &values.value_data()[ends[0] as usize..ends[ends.len() - 1] as usize]
}

/// Bytes that the widest cell of a batch may write over.
fn widest(cells: &CellValues<'_>, dictionary: Option<&EscapedDictionary>, plain: bool) -> usize {
    let escaped = |longest: i32| longest as usize * WIDEST_ESCAPE + 2;
    match cells {
        CellValues::Text(values) => {
            let longest = values.value_offsets().windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0);
            if plain { longest as usize + 2 } else { escaped(longest) }
        }
        CellValues::Dictionary(keys, _, strings) => match dictionary {
            Some(dictionary) => dictionary.width(),
            None => escaped(keys.iter().map(|k| strings.value_length(*k as usize)).max().unwrap_or(0)),
        },
        CellValues::Bytes(values) => {
            let longest = values.value_offsets().windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0);
            base64_width(longest as usize)
        }
        // The longest are decimals of 128 bits: 39 digits, and zeros up to a scale of 255 where there are more.
        CellValues::Decimal(_, scale) => ROOM.max(usize::from(*scale) + 6),
        _ => ROOM,
    }
}

/// A truth value.
#[inline]
fn word(value: bool) -> &'static [u8] {
    if value { b"true" } else { b"false" }
}

/// Writes a text that needs no escaping between quotes, and what stands behind it.
#[inline(always)]
fn put_plain(out: &mut [u8], data: &[u8], from: usize, to: usize, end: u8) -> usize {
    out[0] = b'"';
    let len = put_pieces::<32>(&mut out[1..], data, from, to, b'"') + 1;
    out[len] = end;
    len + 1
}

/// Appends what `push` does, between quotes if it has to be.
fn push_quoted(out: &mut Vec<u8>, quoted: bool, push: impl FnOnce(&mut Vec<u8>)) {
    let quote: &[u8] = if quoted { b"\"" } else { b"" };
    out.extend_from_slice(quote);
    push(out);
    out.extend_from_slice(quote);
}
