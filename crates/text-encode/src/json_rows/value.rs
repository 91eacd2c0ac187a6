//! Values that are no text, as JSON writes them.

use crate::ColumnText;
use crate::cell::push_float;
use crate::digits::FOUR_DIGITS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// The greatest integer below which a 64-bit float tells all integers apart.
const GREATEST_SAFE: u64 = (1 << 53) - 1;

/// Whether a reader with 64-bit floats may take the integer for another one.
#[inline]
pub(super) fn is_unsafe(magnitude: u64) -> bool {
    magnitude > GREATEST_SAFE
}

/// Whether a date has a form in ISO 8601: its year has four digits.
#[inline]
pub(super) fn is_iso_date(day: i32) -> bool {
    FOUR_DIGITS.contains(&day)
}

/// Whether an instant has one.
#[inline]
pub(super) fn is_iso_timestamp(micros: i64) -> bool {
    const DAY: i64 = 86_400_000_000;
    const FIRST: i64 = *FOUR_DIGITS.start() as i64 * DAY;
    const END: i64 = (*FOUR_DIGITS.end() as i64 + 1) * DAY;
    (FIRST..END).contains(&micros)
}

/// Appends the literal text of a date or a timestamp in the dialect, as a string. The ends of a type's range are
/// PostgreSQL's infinities, as [`Notation`](seedbed_sql_values::notation::Notation) has it.
pub(super) fn push_literal(
    out: &mut Vec<u8>,
    value: i64,
    ends: [i64; 2],
    column: &ColumnText<'_>,
    row: usize,
) {
    out.push(b'"');
    match ends.iter().position(|end| *end == value) {
        Some(0) => out.extend_from_slice(b"-infinity"),
        Some(_) => out.extend_from_slice(b"infinity"),
        None => column.push(row, out),
    }
    out.push(b'"');
}

/// Appends a float: a number, or its name as a string where JSON has no number.
pub(super) fn push_number<F: fmt::LowerExp + fmt::Display + Copy + Into<f64>>(out: &mut Vec<u8>, value: F) {
    let is_number = value.into().is_finite();
    if !is_number {
        out.push(b'"');
    }
    push_float(out, value);
    if !is_number {
        out.push(b'"');
    }
}

/// Bytes of a binary string of so many bytes in base64 between quotes.
#[inline]
pub(super) fn base64_width(len: usize) -> usize {
    len.div_ceil(3) * 4 + 2
}

/// Writes a binary string to the start of a slice that has room for it, and returns how long it is.
#[inline]
pub(super) fn put_base64(out: &mut [u8], bytes: &[u8]) -> usize {
    out[0] = b'"';
    // It has the room; what had none would be empty.
    let len = STANDARD.encode_slice(bytes, &mut out[1..]).unwrap_or(0) + 1;
    out[len] = b'"';
    len + 1
}
