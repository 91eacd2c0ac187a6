//! Codes that businesses and standards hand out.
//!
//! | provider | values | distinct ones |
//! |---|---|---|
//! | `code.sku` | `KTR-04821` | 26³ · 10⁵ |
//! | `code.isbn` | `9780306406157`; `0306406152` in fewer than 13 characters | 10⁹ |
//! | `code.ean` | `2001234567893` | 10⁹ |
//! | `code.order_number` | `ORD-00004821`, `00004821` in fewer than 12 characters; a number from 10 000 | 10⁸ |
//! | `code.invoice_number` | `INV-00004821`, `00004821` in fewer than 12 characters | 10⁸ |
//! | `code.account_number` | ten digits; a number of eight | 10¹⁰ |
//! | `code.coupon` | eight capital letters and digits | 36⁸ |
//! | `code.short` | as many capital letters and digits as fit, up to eight | 36 to 36⁸ |
//! | `code.license_plate` | `KTR 4821` | 26³ · 10⁴ |
//! | `code.tracking_number` | twelve digits, eight in fewer than 12 characters; a number from 100 000 | 10¹² |
//! | `code.bic` | `KTRMDEF0` | 26⁴ · 36 |
//! | `code.last_four` | `4821` | 10⁴ |
//! | `code.iban` | `DE43123456789012345678` | 10¹⁸ |
//! | `code.card_number` | `4000001234567899` | 10⁹ |
//! | `code.tax_number` | nine digits | 10⁹ |
//!
//! Each list is injective: the ordinal is written into the digits, and can be read back. Check digits are right, so
//! that a program that verifies them takes the rows; where a standard sets a range aside for tests or for use within a
//! shop, the codes come from there.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::mix::{digit, push_number};
use crate::quantity::Quantity;
use seedbed_datagen_core::Pen;
use seedbed_sql_values::text::PAIRS;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("code.sku", |r| {
        Composed::exactly(LETTERS * LETTERS * LETTERS * 100_000, push_sku).of_chars(9..=9).for_text(r)
    }),
    Builtin::alone("code.isbn", isbn),
    Builtin::alone("code.ean", |r| Composed::exactly(10u64.pow(9), push_ean).of_chars(13..=13).for_text(r)),
    Builtin::alone("code.order_number", order_number),
    Builtin::alone("code.invoice_number", |r| prefixed(r, |o, out| push_prefixed(out, "INV-", o))),
    Builtin::alone("code.account_number", account_number),
    Builtin::alone("code.coupon", |r| {
        Composed::exactly(36u64.pow(8), |o, out| push_code(out, o, 8)).for_text(r)
    }),
    Builtin::alone("code.short", short),
    Builtin::alone("code.license_plate", |r| {
        Composed::exactly(LETTERS.pow(3) * 10_000, push_plate).for_text(r)
    }),
    Builtin::alone("code.tracking_number", tracking_number),
    Builtin::alone("code.bic", |r| Composed::exactly(LETTERS.pow(4) * 36, push_bic).for_text(r)),
    Builtin::alone("code.last_four", |r| {
        Composed::exactly(10_000, |o, out| push_number(out, o % 10_000, 4)).for_text(r)
    }),
    Builtin::alone("code.iban", |r| Composed::exactly(10u64.pow(18), push_iban).for_text(r)),
    Builtin::alone("code.card_number", |r| Composed::exactly(10u64.pow(9), push_card).for_text(r)),
    Builtin::alone("code.tax_number", |r| {
        Composed::exactly(10u64.pow(9), |o, out| push_number(out, o % 10u64.pow(9), 9)).for_text(r)
    }),
];

/// Capital letters of the Latin alphabet.
const LETTERS: u64 = 26;

/// Appends `count` capital letters, and takes as many digits of radix 26 off the number.
fn push_letters(out: &mut Pen, number: &mut u64, count: usize) {
    for _ in 0..count {
        out.push(char::from(b'A' + digit(number, LETTERS as usize) as u8));
    }
}

/// `KTR-04821`.
fn push_sku(mut ordinal: u64, out: &mut Pen) {
    push_letters(out, &mut ordinal, 3);
    out.push('-');
    push_number(out, ordinal % 100_000, 5);
}

/// `KTR 4821`.
fn push_plate(mut ordinal: u64, out: &mut Pen) {
    push_letters(out, &mut ordinal, 3);
    out.push(' ');
    push_number(out, ordinal % 10_000, 4);
}

/// ISBN-13 where there is room for it, ISBN-10 elsewhere, both with a right check digit.
fn isbn(request: &BindRequest<'_>) -> BindResult {
    let (chars, write): (u32, Write) =
        if request.max_chars() < 13 { (10, push_isbn10) } else { (13, push_isbn13) };
    Composed::exactly(10u64.pow(9), write).of_chars(chars..=chars).for_text(request)
}

/// 978, nine digits that are the ordinal, and the check digit.
fn push_isbn13(ordinal: u64, out: &mut Pen) {
    push_with_ean_check(out, *b"978", ordinal);
}

fn push_ean(ordinal: u64, out: &mut Pen) {
    // 200 to 299 are for use inside a shop, so no article elsewhere has them (GS1 General Specifications).
    push_with_ean_check(out, *b"200", ordinal);
}

/// Twelve digits and the check digit of ISO/IEC 15420: weights 1 and 3 in turn.
fn push_with_ean_check(out: &mut Pen, prefix: [u8; 3], ordinal: u64) {
    let mut digits = [b'0'; 13];
    digits[..3].copy_from_slice(&prefix);
    let mut rest = (ordinal % 10u64.pow(9)) as usize;
    for at in [10, 8, 6, 4] {
        digits[at..at + 2].copy_from_slice(&PAIRS[rest % 100]);
        rest /= 100;
    }
    digits[3] += rest as u8;
    // All twelve are ASCII digits, which a weight of 1 or 3 makes 24 times `0` too many.
    let weighted = digits[..12].chunks_exact(2).map(|pair| u32::from(pair[0]) + 3 * u32::from(pair[1]));
    let sum = weighted.sum::<u32>() - 24 * u32::from(b'0');
    digits[12] += ((10 - sum % 10) % 10) as u8;
    out.push_ascii(&digits);
}

/// Nine digits and the check digit of ISO 2108 (1992): weights 10 to 2, modulo 11, `X` for ten.
fn push_isbn10(ordinal: u64, out: &mut Pen) {
    let start = out.position();
    push_number(out, ordinal % 10u64.pow(9), 9);
    let sum: u32 =
        out.since(start).iter().zip((2..=10).rev()).map(|(d, weight)| u32::from(d - b'0') * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => out.push('X'),
        check => push_number(out, check.into(), 1),
    }
}

/// A number from 10 000 to 9 999 999 in a numeric column, else `ORD-` and eight digits.
fn order_number(request: &BindRequest<'_>) -> BindResult {
    if request.ty().is_numeric() {
        return Quantity { low: 10_000, high: 9_999_999, digits: 0 }.even(request);
    }
    prefixed(request, |o, out| push_prefixed(out, "ORD-", o))
}

/// `long` where twelve characters fit, the eight digits alone elsewhere.
fn prefixed(request: &BindRequest<'_>, long: Write) -> BindResult {
    if request.max_chars() < 12 {
        return Composed::exactly(10u64.pow(8), |o, out| push_number(out, o % 10u64.pow(8), 8))
            .of_chars(8..=8)
            .for_text(request);
    }
    Composed::exactly(10u64.pow(8), long).of_chars(12..=12).for_text(request)
}

fn push_prefixed(out: &mut Pen, prefix: &str, ordinal: u64) {
    out.push_str(prefix);
    push_number(out, ordinal % 10u64.pow(8), 8);
}

/// Eight digits in a numeric column, none of them a leading zero; ten in text.
fn account_number(request: &BindRequest<'_>) -> BindResult {
    if request.ty().is_numeric() {
        return Quantity { low: 10_000_000, high: 99_999_999, digits: 0 }.even(request);
    }
    Composed::exactly(10u64.pow(10), |o, out| push_number(out, o % 10u64.pow(10), 10))
        .of_chars(10..=10)
        .for_text(request)
}

/// Twelve digits, as some parcel services have it, or eight; a number from 100 000 to 999 999 999 in a numeric column.
fn tracking_number(request: &BindRequest<'_>) -> BindResult {
    if request.ty().is_numeric() {
        return Quantity { low: 100_000, high: 999_999_999, digits: 0 }.even(request);
    }
    let digits: (u64, Write) = match request.max_chars() {
        12.. => (10u64.pow(12), |o, out| push_number(out, o % 10u64.pow(12), 12)),
        _ => (10u64.pow(8), |o, out| push_number(out, o % 10u64.pow(8), 8)),
    };
    Composed::exactly(digits.0, digits.1).for_text(request)
}

/// Eight characters in the form of ISO 9362; `0` at the end of the location makes it a test code, which no bank has.
fn push_bic(mut ordinal: u64, out: &mut Pen) {
    push_letters(out, &mut ordinal, 4);
    out.push_str("DE");
    push_code(out, ordinal % 36, 1);
    out.push('0');
}

/// A code that fills a short column: capital letters and digits.
fn short(request: &BindRequest<'_>) -> BindResult {
    let write: Write = match request.max_chars() {
        0 | 1 => |o, out| push_code(out, o, 1),
        2 => |o, out| push_code(out, o, 2),
        3 => |o, out| push_code(out, o, 3),
        4 => |o, out| push_code(out, o, 4),
        5 => |o, out| push_code(out, o, 5),
        6 | 7 => |o, out| push_code(out, o, 6),
        _ => |o, out| push_code(out, o, 8),
    };
    let places = match request.max_chars() {
        0 => 1,
        n @ 1..=6 => n,
        7 => 6,
        _ => 8,
    };
    Composed::exactly(36u64.pow(places), write).of_chars(places..=places).for_text(request)
}

/// Appends so many capital letters and digits, the ordinal's lowest digit in radix 36 first.
fn push_code(out: &mut Pen, mut ordinal: u64, places: u32) {
    for _ in 0..places {
        out.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[digit(&mut ordinal, 36)]));
    }
}

/// A German-looking IBAN with right check digits (ISO 13616: the number, `DE00` moved to the end, modulo 97).
fn push_iban(ordinal: u64, out: &mut Pen) {
    let account = ordinal % 10u64.pow(18);
    // "DE" is 1314 when letters count from A = 10.
    let remainder = (u128::from(account) * 1_000_000 + 131_400) % 97;
    out.push_str("DE");
    push_number(out, (98 - remainder) as u64, 2);
    push_number(out, account, 18);
}

/// Sixteen digits with a right Luhn digit (ISO/IEC 7812-1) under a range that the brands use for tests.
fn push_card(ordinal: u64, out: &mut Pen) {
    let start = out.position();
    out.push_str("400000");
    push_number(out, ordinal % 10u64.pow(9), 9);
    let sum: u32 = out
        .since(start)
        .iter()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(*d - b'0');
            if i % 2 == 0 { (2 * d) / 10 + (2 * d) % 10 } else { d }
        })
        .sum();
    push_number(out, u64::from((10 - sum % 10) % 10), 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: Write, ordinal: u64) -> String {
        let mut out = Pen::default();
        write(ordinal, &mut out);
        out.into_string()
    }

    #[test]
    fn check_digits_are_those_of_known_numbers() {
        // The ISBN standard's own example, 978-0-306-40615-7, and its ten-digit form.
        assert_eq!(text(push_isbn13, 30_640_615), "9780306406157");
        assert_eq!(text(push_isbn10, 30_640_615), "0306406152");
        // The example of the IBAN registry for Germany.
        assert_eq!(text(push_iban, 370_400_440_532_013_000), "DE89370400440532013000");
        assert_eq!(text(push_card, 0), "4000000000000002");
    }
}
