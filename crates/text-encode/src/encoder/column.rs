//! One column of a batch on its way into the lines.
//!
//! A column's cells are looked at once as a whole ([`SlotLayout`]): how wide they can be, and whether any needs
//! escaping. Then [`fill`] runs one loop over them, specialised on their kind, that writes each behind what its row's
//! slot holds already.

use super::ColumnState;
use crate::cell::{CellValues, push_float};
use crate::dictionary::EscapedDictionary;
use crate::digits::{
    ROOM, put_by, put_date, put_decimal, put_float, put_hex, put_integer, put_time, put_timestamp,
    put_unsigned, put_uuid,
};
use crate::slots::{NullText, Slots, WIDEST, put_pieces};
use crate::{ColumnText, TextFormat};
use arrow_array::StringArray;
use arrow_buffer::NullBuffer;

/// How the cells of a column in one batch get into slots.
#[derive(Debug)]
pub(super) struct SlotLayout {
    /// Bytes that the widest cell may write over, separator and all; `None` for more than a slot has.
    pub(super) width: Option<usize>,
    /// Text in which no cell needs escaping but those that [stand apart](TextFormat::stands_apart).
    plain: bool,
    /// Bytes of the longest cell as it is, before escaping.
    longest: usize,
}

impl SlotLayout {
    /// Looks at all cells of a column at once.
    pub(super) fn of<F: TextFormat>(
        format: &F,
        column: &ColumnText<'_>,
        dictionary: Option<&EscapedDictionary>,
    ) -> Self {
        let escaped = |longest: usize, plain: bool| match plain {
            true => longest,
            // Quotes around, every character doubled, and one more.
            false => 2 * longest + 3,
        };
        let (width, plain, longest) = match column.cells() {
            CellValues::Text(values) => {
                let ends = values.value_offsets();
                let (first, last) = (ends[0] as usize, ends[ends.len() - 1] as usize);
                let plain = format.is_plain(&values.value_data()[first..last]);
                let longest = ends.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0) as usize;
                // What stands apart is a short word.
                (escaped(longest, plain).max(4 * LONGEST_APART), plain, longest)
            }
            CellValues::Dictionary(keys, _, strings) => match dictionary {
                Some(dictionary) => (dictionary.width(), true, 0),
                None => {
                    let lens = keys.iter().map(|k| strings.value_length(*k as usize));
                    let longest = lens.max().unwrap_or(0) as usize;
                    (escaped(longest, false), false, longest)
                }
            },
            CellValues::Bytes(values) => {
                let longest = values.value_offsets().windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0);
                (2 * longest as usize + ROOM, true, 0)
            }
            fixed => (widest(fixed), true, 0),
        };
        Self { width: (width < WIDEST).then_some(width + 1), plain, longest }
    }
}

/// Bytes of the longest cell that a type has, whatever the batch holds.
fn widest(cells: &CellValues<'_>) -> usize {
    match cells {
        CellValues::Boolean(..) => 8,
        CellValues::Int64(_) | CellValues::UInt64(_) | CellValues::Date(_) => 20,
        // All digits of 128 bits, a sign, a point and a zero before it.
        CellValues::Decimal(_, scale) => 44.max(usize::from(*scale) + 4),
        CellValues::Float64(_) | CellValues::Float32(_) | CellValues::Time(_) => 32,
        CellValues::Timestamp(..) => 48,
        CellValues::Uuid(_) => 36,
        CellValues::Bytes(_) | CellValues::Text(_) | CellValues::Dictionary(..) => ROOM,
    }
}

/// Which cells of a column are NULL, and what is written for them.
#[derive(Clone, Copy, Debug)]
pub(super) struct NullCells<'a> {
    /// Which they are; `None` if none is.
    pub(super) of: Option<&'a NullBuffer>,
    /// What stands for them in the format.
    pub(super) text: NullText,
}

/// Adds a column to the rows that are being filled. Cost: one pass over the rows, without a branch on the kind of cell
/// inside it; what needs no escaping is copied in pieces of fixed size.
pub(super) fn fill<F: TextFormat>(
    slots: &mut Slots,
    format: &F,
    column: &ColumnText<'_>,
    state: &ColumnState,
    layout: &SlotLayout,
    nulls: NullCells<'_>,
    separator: u8,
) {
    let NullCells { of, text: null } = nulls;
    // A loop over cells that have room, with the separator behind each. `put` is text of the loop, not a closure: one of
    // its size is called for every cell where crates are compiled one by one.
    macro_rules! each {
        (|$row:ident, $out:ident| $put:expr) => {
            match of {
                None => {
                    for ($row, $out, end) in slots.open() {
                        let len = $put;
                        $out[len] = separator;
                        *end += len as u32 + 1;
                    }
                }
                Some(nulls) => {
                    for ($row, $out, end) in slots.open() {
                        if nulls.is_null($row) {
                            *end += null.put($out);
                            continue;
                        }
                        let len = $put;
                        $out[len] = separator;
                        *end += len as u32 + 1;
                    }
                }
            }
        };
    }
    match column.cells() {
        CellValues::Boolean(values, words) => each!(|row, out| {
            let word = words[usize::from(values.value(row))].as_bytes();
            out[..word.len()].copy_from_slice(word);
            word.len()
        }),
        CellValues::Int64(values) => each!(|row, out| put_integer(out, values[row])),
        CellValues::UInt64(values) => each!(|row, out| put_unsigned(out, 0, values[row])),
        CellValues::Decimal(values, 0) => each!(|row, out| put_decimal::<0>(out, values[row])),
        CellValues::Decimal(values, 1) => each!(|row, out| put_decimal::<1>(out, values[row])),
        CellValues::Decimal(values, 2) => each!(|row, out| put_decimal::<2>(out, values[row])),
        CellValues::Decimal(values, 3) => each!(|row, out| put_decimal::<3>(out, values[row])),
        CellValues::Decimal(values, 4) => each!(|row, out| put_decimal::<4>(out, values[row])),
        CellValues::Decimal(values, 6) => each!(|row, out| put_decimal::<6>(out, values[row])),
        CellValues::Decimal(values, 8) => each!(|row, out| put_decimal::<8>(out, values[row])),
        CellValues::Float64(values) => each!(|row, out| {
            let value = values[row];
            put_float(out, value, 1e15, |v| v == value, |text| push_float(text, value))
        }),
        CellValues::Float32(values) => each!(|row, out| {
            let value = values[row] as f32;
            put_float(out, values[row], 1e6, |v| v as f32 == value, |text| push_float(text, value))
        }),
        CellValues::Date(values) => each!(|row, out| put_date(out, values[row], &state.days)),
        CellValues::Time(values) => each!(|row, out| put_time(out, values[row])),
        CellValues::Timestamp(values, "") => each!(|row, out| put_timestamp(out, values[row], &state.days)),
        CellValues::Timestamp(values, zone) => each!(|row, out| {
            let len = put_timestamp(out, values[row], &state.days);
            out[len..len + zone.len()].copy_from_slice(zone.as_bytes());
            len + zone.len()
        }),
        CellValues::Uuid(values) => each!(|row, out| put_uuid(out, &values[row])),
        CellValues::Bytes(values) => {
            slots.fill(of, null, |row, out| put_bytes(out, format, values.value(row), separator));
        }
        CellValues::Text(values) if layout.plain => {
            let put = match layout.longest {
                0..=16 => put_plain::<F, 16>,
                17..=32 => put_plain::<F, 32>,
                _ => put_plain::<F, 64>,
            };
            put(slots, format, values, nulls, separator);
        }
        CellValues::Text(values) => {
            slots.fill(of, null, |row, out| put_text(out, format, values, row, separator));
        }
        CellValues::Dictionary(keys, _, values) => match state.dictionary.get() {
            Some(dictionary) => dictionary.fill(slots, of, null, keys),
            None => {
                slots.fill(of, null, |row, out| put_text(out, format, values, keys[row] as usize, separator))
            }
        },
        plain @ CellValues::Decimal(..) => {
            each!(|row, out| put_by(out, |text| plain.push_plain(row, text)));
        }
    }
}

/// Writes a binary string: prefix and hex digits, or what the format has for an empty text.
#[inline(always)]
fn put_bytes<F: TextFormat>(out: &mut [u8], format: &F, bytes: &[u8], separator: u8) -> usize {
    let prefix = format.bytes_prefix().as_bytes();
    if prefix.is_empty() && bytes.is_empty() {
        return put_escaped(out, format, "", separator);
    }
    out[..prefix.len()].copy_from_slice(prefix);
    let len = prefix.len() + put_hex(&mut out[prefix.len()..], bytes);
    out[len] = separator;
    len + 1
}

/// No format has a longer word that must be escaped though none of its characters must.
const LONGEST_APART: usize = 4;

/// Adds cells that need no escaping, copied in pieces of `PIECE` bytes.
fn put_plain<F: TextFormat, const PIECE: usize>(
    slots: &mut Slots,
    format: &F,
    values: &StringArray,
    nulls: NullCells<'_>,
    separator: u8,
) {
    let (data, ends) = (values.value_data(), values.value_offsets());
    for (row, out, end) in slots.rest() {
        if nulls.of.is_some_and(|nulls| nulls.is_null(row)) {
            *end += nulls.text.put(out);
            continue;
        }
        let (from, to) = (ends[row] as usize, ends[row + 1] as usize);
        let apart = to - from <= LONGEST_APART && format.stands_apart(&data[from..to]);
        *end += match apart {
            true => put_escaped(out, format, values.value(row), separator),
            false => put_pieces::<PIECE>(out, data, from, to, separator),
        } as u32;
    }
}

/// Writes a cell that may need escaping.
#[inline(always)]
fn put_text<F: TextFormat>(
    out: &mut [u8],
    format: &F,
    values: &StringArray,
    index: usize,
    separator: u8,
) -> usize {
    let ends = values.value_offsets();
    let (from, to) = (ends[index] as usize, ends[index + 1] as usize);
    let (data, cell) = (values.value_data(), values.value(index));
    if format.is_plain(cell.as_bytes()) && !format.stands_apart(cell.as_bytes()) {
        return put_pieces::<32>(out, data, from, to, separator);
    }
    put_escaped(out, format, cell, separator)
}

/// Writes a cell as the format escapes it, and the separator.
fn put_escaped<F: TextFormat>(out: &mut [u8], format: &F, cell: &str, separator: u8) -> usize {
    let len = format.put_text(out, cell);
    out[len] = separator;
    len + 1
}
