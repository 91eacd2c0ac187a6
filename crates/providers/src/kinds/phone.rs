//! Telephone numbers: the North American 555 exchange, which is not handed out to subscribers.
//!
//! `phone.number` takes the form that the column has room for:
//!
//! | column | value | distinct ones |
//! |---|---|---|
//! | 15 characters or more | `+1-201-555-0100` | 789 · 10⁴ |
//! | 12 to 14 characters | `201-555-0100` | 789 · 10⁴ |
//! | 10 or 11 characters | `2015550100` | 789 · 10⁴ |
//! | fewer | `5550100` | 10⁴ |
//! | `bigint`, decimals and floats with room | 2015550100 | 789 · 10⁴ |
//! | narrower integers | 5550100 | 10⁴ |
//!
//! In a locale they are its country's, `+49 30 23125 123` or as much of that as the column has room for. `phone.extension` is a number of three or four digits from 100 on, as text. The area is the lowest part of the
//! ordinal, so that neighbours are far apart.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::computed::Computed;
use crate::localized::phone;
use crate::mix::{digit, push_number};
use seedbed_datagen_core::{Cardinality, Pen};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::text::PAIRS;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("phone.number", number).localized(|r, l| match &l.phones {
        Some(phones) => phone::number(r, l, phones),
        None => number(r),
    }),
    Builtin::alone("phone.extension", |r| {
        Composed::exactly(9000, |o, out| push_number(out, 100 + o, 3)).for_text(r)
    }),
];

/// How many area codes there are from 201 to 989, given out or not.
const AREAS: usize = 789;

/// How many numbers there are: area times line.
const NUMBERS: u64 = AREAS as u64 * 10_000;

/// North American numbers.
pub(crate) fn number(request: &BindRequest<'_>) -> BindResult {
    if request.ty().is_numeric() {
        return digits_only(request);
    }
    let (chars, write): (u32, Write) = match request.max_chars() {
        15.. => (15, push_international),
        12..15 => (12, |o, out| push(out, o, "", "-")),
        10..12 => (10, |o, out| push(out, o, "", "")),
        _ => (7, push_local),
    };
    let len = if request.max_chars() < 10 { 10_000 } else { NUMBERS };
    Composed::exactly(len, write).of_chars(chars..=chars).for_text(request)
}

/// The number as an integer: with the area where 64 bits hold it, the seven digits of exchange and line elsewhere.
fn digits_only(request: &BindRequest<'_>) -> BindResult {
    let exactly = |len, value: fn(u64) -> i64| Computed {
        cardinality: Cardinality::Exact(len),
        injective: true,
        digits: 0,
        value,
    };
    if matches!(request.ty(), SqlType::Integer { bits: ..64, .. }) {
        return exactly(10_000, |o| 5_550_000 + o as i64 % 10_000).between(request, 5_550_000, 5_559_999);
    }
    let whole: fn(u64) -> i64 = |o| {
        let (area, line) = split(o);
        (201 + area) as i64 * 10_000_000 + 5_550_000 + line as i64
    };
    exactly(NUMBERS, whole).between(request, 2_010_000_000, 9_899_999_999)
}

/// Area (counted from 201) and line, from 0 to 9999, of an ordinal.
fn split(mut ordinal: u64) -> (u64, u64) {
    let area = digit(&mut ordinal, AREAS) as u64;
    (area, ordinal % 10_000)
}

/// Appends area, exchange and line with a text before and one between.
fn push(out: &mut Pen, ordinal: u64, prefix: &str, between: &str) {
    let (area, line) = split(ordinal);
    out.push_str(prefix);
    push_number(out, 201 + area, 3);
    out.push_str(between);
    out.push_str("555");
    out.push_str(between);
    push_number(out, line, 4);
}

/// `+1-201-555-0100`.
fn push_international(ordinal: u64, out: &mut Pen) {
    let (area, line) = split(ordinal);
    let mut number = *b"+1-000-555-0000";
    let area = 201 + area as usize;
    number[3] += (area / 100) as u8;
    number[4..6].copy_from_slice(&PAIRS[area % 100]);
    number[11..13].copy_from_slice(&PAIRS[line as usize / 100]);
    number[13..].copy_from_slice(&PAIRS[line as usize % 100]);
    out.push_ascii(&number);
}

/// `5550100`.
fn push_local(ordinal: u64, out: &mut Pen) {
    out.push_str("555");
    push_number(out, ordinal % 10_000, 4);
}
