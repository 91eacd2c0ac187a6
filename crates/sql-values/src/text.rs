//! Cells as text into a buffer, by integer arithmetic, for millions of them.
//!
//! Everything here is dialect free: ISO dates, plain digits, lower-case hex. Each function costs a pass over the digits
//! that it writes, and no allocation but the buffer's own.
//!
//! ```
//! use seedbed_sql_values::text::{push_decimal, push_timestamp};
//! let mut line = Vec::new();
//! push_decimal(&mut line, 1050, 2);
//! line.push(b',');
//! push_timestamp(&mut line, 1_500_000);
//! assert_eq!(line, b"10.50,1970-01-01 00:00:01.5");
//! ```

use crate::calendar::{civil_from_days, split_timestamp};

/// The two digits of each number below 100: `PAIRS[7]` is `07`.
pub const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// A buffer that takes ASCII: `String` and `Vec<u8>`.
pub trait TextOutput {
    /// Appends ASCII bytes. Bytes that are not ASCII are dropped by a `String`.
    fn push_ascii(&mut self, ascii: &[u8]);
}

impl TextOutput for Vec<u8> {
    fn push_ascii(&mut self, ascii: &[u8]) {
        self.extend_from_slice(ascii);
    }
}

impl TextOutput for String {
    fn push_ascii(&mut self, ascii: &[u8]) {
        if let Ok(text) = std::str::from_utf8(ascii) {
            self.push_str(text);
        }
    }
}

/// Appends a whole number: `-12`.
pub fn push_integer<B: TextOutput + ?Sized>(out: &mut B, value: i64) {
    let mut digits = [0u8; 20];
    let at = digits_of(value.unsigned_abs(), &mut digits);
    push_signed(out, value < 0, &digits[at..]);
}

/// Appends a whole number of any width.
pub fn push_wide_integer<B: TextOutput + ?Sized>(out: &mut B, value: i128) {
    push_decimal(out, value, 0);
}

/// Appends `unscaled / 10^scale`, always with `scale` digits after the point: `(1050, 2)` is `10.50`.
pub fn push_decimal<B: TextOutput + ?Sized>(out: &mut B, unscaled: i128, scale: u8) {
    let mut digits = [b'0'; 40];
    let mut magnitude = unscaled.unsigned_abs();
    let mut at = digits.len();
    // 64-bit division is several times cheaper than 128-bit, and nearly every number fits.
    while magnitude > u128::from(u64::MAX) {
        at -= 1;
        digits[at] = b'0' + (magnitude % 10) as u8;
        magnitude /= 10;
    }
    let mut low = magnitude as u64;
    while low > 0 {
        at -= 1;
        digits[at] = b'0' + (low % 10) as u8;
        low /= 10;
    }
    let scale = usize::from(scale);
    let point = digits.len().saturating_sub(scale);
    if unscaled < 0 {
        out.push_ascii(b"-");
    }
    if at < point {
        out.push_ascii(&digits[at..point]);
    } else {
        out.push_ascii(b"0");
    }
    if scale > 0 {
        out.push_ascii(b".");
        for _ in digits.len()..scale {
            out.push_ascii(b"0");
        }
        out.push_ascii(&digits[point..]);
    }
}

/// Appends a date, given as days since 1970-01-01, as `YYYY-MM-DD`. Years before 1 are written as PostgreSQL does, with
/// ` BC` behind.
pub fn push_date<B: TextOutput + ?Sized>(out: &mut B, days: i32) {
    if push_plain_date(out, days) {
        out.push_ascii(b" BC");
    }
}

/// Appends a time, given in microseconds since midnight, as `HH:MM:SS`, with up to six digits of a second's fraction
/// behind when there is one.
pub fn push_time<B: TextOutput + ?Sized>(out: &mut B, micros: i64) {
    if micros < 0 {
        out.push_ascii(b"-");
    }
    let micros = micros.unsigned_abs();
    let seconds = micros / 1_000_000;
    let hours = seconds / 3600;
    if hours > 99 {
        push_integer(out, hours as i64);
    } else {
        push_two(out, hours as u32);
    }
    out.push_ascii(b":");
    push_two(out, (seconds / 60 % 60) as u32);
    out.push_ascii(b":");
    push_two(out, (seconds % 60) as u32);
    push_fraction(out, (micros % 1_000_000) as u32);
}

/// Appends a timestamp, given in microseconds since 1970-01-01 00:00, as `YYYY-MM-DD HH:MM:SS`, with the fraction of a
/// second behind when there is one.
pub fn push_timestamp<B: TextOutput + ?Sized>(out: &mut B, micros: i64) {
    let (days, time) = split_timestamp(micros);
    let before_christ = push_plain_date(out, days);
    out.push_ascii(b" ");
    push_time(out, time);
    if before_christ {
        out.push_ascii(b" BC");
    }
}

/// Appends a UUID, most significant byte first, in groups of 8-4-4-4-12 hex digits.
pub fn push_uuid<B: TextOutput + ?Sized>(out: &mut B, bytes: [u8; 16]) {
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (i, byte) in bytes.into_iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    out.push_ascii(&text);
}

/// Appends two hex digits a byte, lower case.
pub fn push_hex<B: TextOutput + ?Sized>(out: &mut B, bytes: &[u8]) {
    for byte in bytes {
        out.push_ascii(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

/// The hex digits, lower case.
const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends the date and says whether its year is before 1.
fn push_plain_date<B: TextOutput + ?Sized>(out: &mut B, days: i32) -> bool {
    let (year, month, day) = civil_from_days(days);
    let shown = if year <= 0 { 1 - i64::from(year) } else { i64::from(year) };
    if shown > 9999 {
        push_integer(out, shown);
    } else {
        push_two(out, shown as u32 / 100);
        push_two(out, shown as u32 % 100);
    }
    let two = |n: u32| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
    let ([a, b], [c, d]) = (two(month), two(day));
    out.push_ascii(&[b'-', a, b, b'-', c, d]);
    year <= 0
}

/// Appends a point and the digits of a fraction of a second, without zeros behind.
fn push_fraction<B: TextOutput + ?Sized>(out: &mut B, micros: u32) {
    if micros == 0 {
        return;
    }
    let mut digits = [b'0'; 6];
    digits_of(u64::from(micros), &mut digits);
    let end = digits.iter().rposition(|d| *d != b'0').map_or(1, |i| i + 1);
    out.push_ascii(b".");
    out.push_ascii(&digits[..end]);
}

/// Appends two digits.
fn push_two<B: TextOutput + ?Sized>(out: &mut B, n: u32) {
    out.push_ascii(&[b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]);
}

/// Appends digits with a minus sign before them or without.
fn push_signed<B: TextOutput + ?Sized>(out: &mut B, negative: bool, digits: &[u8]) {
    if negative {
        out.push_ascii(b"-");
    }
    out.push_ascii(digits);
}

/// Writes the digits at the end of `out` and returns where they begin.
fn digits_of(mut value: u64, out: &mut [u8]) -> usize {
    let mut at = out.len();
    loop {
        at -= 1;
        out[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 || at == 0 {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        push(&mut out);
        out
    }

    #[test]
    fn numbers() {
        for value in [0, 7, -7, 10, i64::MAX, i64::MIN] {
            assert_eq!(text(|o| push_integer(o, value)), value.to_string());
        }
        for value in [0, -1, i128::MAX, i128::MIN, i128::from(u64::MAX) * 10] {
            assert_eq!(text(|o| push_wide_integer(o, value)), value.to_string());
        }
        assert_eq!(text(|o| push_decimal(o, 1050, 2)), "10.50");
        assert_eq!(text(|o| push_decimal(o, -5, 2)), "-0.05");
        assert_eq!(text(|o| push_decimal(o, 5, 45)), format!("0.{}5", "0".repeat(44)));
    }

    #[test]
    fn times() {
        assert_eq!(text(|o| push_date(o, 0)), "1970-01-01");
        assert_eq!(text(|o| push_date(o, -719_529)), "0002-12-31 BC");
        assert_eq!(text(|o| push_timestamp(o, -1)), "1969-12-31 23:59:59.999999");
        assert_eq!(text(|o| push_timestamp(o, 1_500_000)), "1970-01-01 00:00:01.5");
        assert_eq!(text(|o| push_time(o, -3_600_000_000)), "-01:00:00");
        text(|o| push_timestamp(o, i64::MIN));
        text(|o| push_time(o, i64::MIN));
    }

    #[test]
    fn uuids() {
        let bytes = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff_u128.to_be_bytes();
        assert_eq!(text(|o| push_uuid(o, bytes)), "00112233-4455-6677-8899-aabbccddeeff");
    }
}
