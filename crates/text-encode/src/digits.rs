//! Numbers, dates and times as text in a slice, without a branch or a division for each digit. Whatever is out of the
//! ordinary (years before 1, 128-bit numbers) goes by [`seedbed_sql_values::text`], which says what all of it means.
//!
//! Each `put_` function writes its value to the start of `out`, or to `at`, answers how many bytes that are, and may
//! write over as many as [`ROOM`] behind: a copy of fixed size costs less than one of the right size.

use seedbed_sql_values::text::{self, PAIRS};

/// Bytes that every function here may write over, whatever it returns. No number, date or time begins a piece of itself
/// past [`LAST`], and eight bytes from there are within: the compiler sees that, and checks no bound.
pub(crate) const ROOM: usize = 72;
/// Where a piece of eight bytes may begin at the latest; a mask, so that an index needs no check.
const LAST: usize = 63;

/// `00000000`: added to digits from 0 to 9 it makes their characters.
const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;
/// What eight digits do not hold any more.
const TEN_8: u64 = 100_000_000;
/// What sixteen digits do not hold any more.
const TEN_16: u64 = TEN_8 * TEN_8;

/// The digits of a number below 10^8, from 0 to 9 each, the first one in the lowest byte: the number is halved into two
/// of four digits, four of two and eight of one, and each step divides all parts with one multiplication.
#[inline(always)]
fn eight_digits(number: u64) -> u64 {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    // 10486 / 2^20 is 1/100 closely enough for numbers below 10^4, as 103 / 2^10 is 1/10 for numbers below 100.
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds + ((fours - hundreds * 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens + ((pairs - tens * 10) << 8)
}

/// Writes a number below 10^8.
#[inline(always)]
fn put_short(out: &mut [u8; ROOM], at: usize, number: u64) -> usize {
    let digits = eight_digits(number);
    let skip = (digits.trailing_zeros() / 8).min(7);
    put_eight(out, at, digits >> (8 * skip));
    8 - skip as usize
}

/// Writes eight digits at once, the first one from the lowest byte.
#[inline(always)]
fn put_eight(out: &mut [u8; ROOM], at: usize, digits: u64) {
    let at = at & LAST;
    out[at..at + 8].copy_from_slice(&(digits | ASCII_ZEROS).to_le_bytes());
}

/// Writes a whole number without a sign.
#[inline(always)]
pub(crate) fn put_unsigned(out: &mut [u8; ROOM], at: usize, number: u64) -> usize {
    if number < TEN_8 {
        return put_short(out, at, number);
    }
    put_long(out, at, number)
}

/// Writes a number from 10^8 on, in parts of eight digits.
#[inline]
fn put_long(out: &mut [u8; ROOM], at: usize, number: u64) -> usize {
    let mut len = if number < TEN_16 {
        put_short(out, at, number / TEN_8)
    } else {
        let len = put_short(out, at, number / TEN_16);
        put_eight(out, at + len, eight_digits(number / TEN_8 % TEN_8));
        len + 8
    };
    put_eight(out, at + len, eight_digits(number % TEN_8));
    len += 8;
    len
}

/// Writes a whole number; nearly all are short and not negative.
#[inline(always)]
pub(crate) fn put_integer(out: &mut [u8; ROOM], number: i64) -> usize {
    if (number as u64) < TEN_8 {
        return put_short(out, 0, number as u64);
    }
    put_signed(out, number)
}

/// Writes a number of any length and sign. To the compiler a rare case, so that the loop around the short ones keeps
/// its registers to itself.
#[cold]
fn put_signed(out: &mut [u8; ROOM], number: i64) -> usize {
    if number > 0 {
        return put_long(out, 0, number as u64);
    }
    out[0] = b'-';
    1 + put_unsigned(out, 1, number.unsigned_abs())
}

/// Writes `unscaled / 10^SCALE` with all its digits after the point. `SCALE` is at most 8.
#[inline(always)]
pub(crate) fn put_decimal<const SCALE: u32>(out: &mut [u8; ROOM], unscaled: i128) -> usize {
    if SCALE == 0 || SCALE == 8 || !(0..i128::from(TEN_8)).contains(&unscaled) {
        return put_any_decimal::<SCALE>(out, unscaled);
    }
    // All digits at once; at least one stands before the point.
    let digits = eight_digits(unscaled as u64);
    let whole = 8 - SCALE;
    let skip = (digits.trailing_zeros() / 8).min(whole - 1);
    put_eight(out, 0, digits >> (8 * skip));
    let point = (whole - skip) as usize;
    out[point & LAST] = b'.';
    put_eight(out, point + 1, digits >> (8 * whole));
    point + 1 + SCALE as usize
}

/// Writes a decimal of any length and sign.
fn put_any_decimal<const SCALE: u32>(out: &mut [u8; ROOM], unscaled: i128) -> usize {
    let Ok(number) = i64::try_from(unscaled) else {
        return put_by(out, |text| text::push_decimal(text, unscaled, SCALE as u8));
    };
    let sign = usize::from(number < 0);
    out[0] = b'-';
    let (number, unit) = (number.unsigned_abs(), const { 10_u64.pow(SCALE) });
    let len = sign + put_unsigned(out, sign, number / unit);
    if SCALE == 0 {
        return len;
    }
    out[len & LAST] = b'.';
    put_eight(out, len + 1, eight_digits(number % unit) >> (8 * (8 - SCALE)));
    len + 1 + SCALE as usize
}

/// Writes what a function of [`seedbed_sql_values::text`] makes of a rare value.
#[cold]
pub(crate) fn put_by(out: &mut [u8], push: impl FnOnce(&mut Vec<u8>)) -> usize {
    let mut text = Vec::with_capacity(ROOM);
    push(&mut text);
    out[..text.len()].copy_from_slice(&text);
    text.len()
}

/// The two digits of a number below 100.
#[inline(always)]
fn pair(number: u32) -> [u8; 2] {
    PAIRS[(number % 100) as usize]
}

/// Days from 0000-03-01 to 1970-01-01: years that begin in March have their odd day at the end.
const MARCH_0: i32 = 719_468;
/// 0001-01-01 and 9999-12-31: years of four digits.
pub(crate) const FOUR_DIGITS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

/// Year, month and day by the multiplications of Neri and Schneider, "Euclidean affine functions and their application
/// to calendar algorithms" (2023), for days that [`FOUR_DIGITS`] holds.
#[inline(always)]
fn civil(days: i32) -> (u32, u32, u32) {
    let quarters = 4 * (days + MARCH_0) as u32 + 3;
    let century = quarters / 146_097;
    let of_century = (quarters % 146_097) | 3;
    let product = u64::from(of_century) * 2_939_745;
    let year = 100 * century + (product >> 32) as u32;
    let day_of_year = (product as u32) / 2_939_745 / 4;
    let months = 2_141 * day_of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xffff) / 2_141 + 1);
    let next = u32::from(day_of_year >= 306);
    (year + next, month - 12 * next, day)
}

/// `YYYY-MM-DD` of a day that [`FOUR_DIGITS`] holds.
#[inline(always)]
fn date(days: i32) -> [u8; 10] {
    let (year, month, day) = civil(days);
    let ([a, b], [c, d]) = (pair(year / 100), pair(year));
    let ([e, f], [g, h]) = (pair(month), pair(day));
    [a, b, c, d, b'-', e, f, b'-', g, h]
}

/// The texts of days next to each other: writing a day that was written before is a look into a table. A table is made
/// when the days of a batch span less than eleven years.
#[derive(Debug, Default)]
pub(crate) struct Days {
    /// The day of the first text, counted from 1970-01-01.
    first: i32,
    /// `YYYY-MM-DD` and spaces, a day each.
    texts: Vec<[u8; 16]>,
}

/// Days of a table: eleven years in 64 kB.
const MOST_DAYS: i64 = 4_096;
/// The text of a day costs a little less in the table than in a cell, and is used by other batches.
const DAYS_A_CELL: i64 = 2;

impl Days {
    /// Makes room for the days of so many cells, if they are few enough to be worth it. Others are written without the
    /// table, and so are those of a small table over many years.
    pub(crate) fn cover(&mut self, days: impl Iterator<Item = i64> + Clone, cells: usize) {
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return };
        let held = i64::from(self.first)..i64::from(self.first) + self.texts.len() as i64;
        if held.contains(&first) && held.contains(&last) {
            return;
        }
        let (first, last) = match self.texts.is_empty() {
            true => (first, last),
            false => (first.min(held.start), last.max(held.end - 1)),
        };
        let all_fit = i64::from(*FOUR_DIGITS.start()) <= first && last <= i64::from(*FOUR_DIGITS.end());
        let worth = last - first < MOST_DAYS.min(DAYS_A_CELL * cells as i64);
        if worth && all_fit {
            self.first = first as i32;
            self.texts = (first as i32..=last as i32).map(padded_date).collect();
        }
    }

    /// The text of a day, if the table has it.
    #[inline(always)]
    fn get(&self, day: i64) -> Option<&[u8; 16]> {
        self.texts.get(usize::try_from(day - i64::from(self.first)).ok()?)
    }
}

/// A date, and a space behind.
#[inline]
fn padded_date(days: i32) -> [u8; 16] {
    let mut text = [b' '; 16];
    text[..10].copy_from_slice(&date(days));
    text
}

/// Writes a date, given as days since 1970-01-01.
#[inline(always)]
pub(crate) fn put_date(out: &mut [u8; ROOM], day: i32, days: &Days) -> usize {
    if let Some(text) = days.get(day.into()) {
        out[..16].copy_from_slice(text);
        return 10;
    }
    if !FOUR_DIGITS.contains(&day) {
        return put_by(out, |text| text::push_date(text, day));
    }
    out[..10].copy_from_slice(&date(day));
    10
}

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;
/// Microseconds of a day.
const DAY: i64 = 86_400 * SECOND;

/// `HH:MM:` of each minute of a day.
static MINUTES: [[u8; 8]; 1440] = {
    let mut minutes = [*b"00:00:00"; 1440];
    let mut n = 0;
    while n < 1440 {
        [minutes[n][0], minutes[n][1]] = PAIRS[n / 60];
        [minutes[n][3], minutes[n][4]] = PAIRS[n % 60];
        n += 1;
    }
    minutes
};

/// Writes a second of a day, and the microseconds behind it if there are any.
#[inline(always)]
fn put_clock(out: &mut [u8; ROOM], at: usize, second: u32, micros: u64) -> usize {
    let (minute, [a, b]) = (second / 60, pair(second % 60));
    let [h, i, c, m, n, d, ..] = MINUTES[minute as usize];
    let at = at & LAST;
    out[at..at + 8].copy_from_slice(&[h, i, c, m, n, d, a, b]);
    8 + put_fraction(out, at + 8, micros)
}

/// Writes the time of a day, in microseconds.
#[inline(always)]
pub(crate) fn put_time(out: &mut [u8; ROOM], micros: i64) -> usize {
    if !(0..DAY).contains(&micros) {
        return put_by(out, |text| text::push_time(text, micros));
    }
    put_clock(out, 0, (micros / SECOND) as u32, (micros % SECOND) as u64)
}

/// The day of an instant in microseconds.
#[inline]
pub(crate) fn day_of(micros: i64) -> i64 {
    micros.div_euclid(DAY)
}

/// Writes the point and the digits of microseconds, if there are any, without zeros at the end.
#[inline(always)]
fn put_fraction(out: &mut [u8; ROOM], at: usize, micros: u64) -> usize {
    if micros == 0 {
        return 0;
    }
    out[at & LAST] = b'.';
    let digits = eight_digits(micros) >> 16;
    put_eight(out, at + 1, digits);
    1 + 8 - (digits.leading_zeros() / 8) as usize
}

/// Writes a timestamp, given in microseconds since 1970-01-01 00:00, as `YYYY-MM-DD HH:MM:SS[.ffffff]`.
#[inline(always)]
pub(crate) fn put_timestamp(out: &mut [u8; ROOM], micros: i64, days: &Days) -> usize {
    let day = day_of(micros);
    match days.get(day) {
        Some(text) => out[..16].copy_from_slice(text),
        None => {
            let Some(day) = i32::try_from(day).ok().filter(|day| FOUR_DIGITS.contains(day)) else {
                return put_by(out, |text| text::push_timestamp(text, micros));
            };
            out[..16].copy_from_slice(&padded_date(day));
        }
    }
    let of_day = micros - day * DAY;
    11 + put_clock(out, 11, (of_day / SECOND) as u32, (of_day % SECOND) as u64)
}

/// The two hex digits of each byte, lower case.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut n = 0;
    while n < 256 {
        pairs[n] = [digits[n / 16], digits[n % 16]];
        n += 1;
    }
    pairs
};

/// Writes two digits for each byte.
#[inline(always)]
pub(crate) fn put_hex(out: &mut [u8], bytes: &[u8]) -> usize {
    for (pair, byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = HEX[usize::from(*byte)];
    }
    2 * bytes.len()
}

/// Writes a UUID in groups of 8-4-4-4-12 hex digits.
#[inline(always)]
pub(crate) fn put_uuid(out: &mut [u8], uuid: &[u8; 16]) -> usize {
    let out = &mut out[..36];
    let mut at = 0;
    for part in [0..4, 4..6, 6..8, 8..10, 10..16] {
        if at > 0 {
            out[at] = b'-';
            at += 1;
        }
        at += put_hex(&mut out[at..], &uuid[part]);
    }
    at
}

/// Writes a number with a fraction as the standard library does: by the shortest digits that read back as the same.
/// Most are a few decimals, whose digits an integer gives. `exact` is the power of ten up to which the type tells all
/// numbers of so many digits apart, `is` whether a number becomes this one in the type, and `write` writes the others.
#[inline(always)]
pub(crate) fn put_float(
    out: &mut [u8; ROOM],
    value: f64,
    exact: f64,
    is: impl Fn(f64) -> bool,
    write: impl FnOnce(&mut Vec<u8>),
) -> usize {
    let scaled = (value * 1e4).round_ties_even();
    if scaled.abs() >= exact || !is(scaled / 1e4) || (scaled == 0.0 && value.is_sign_negative()) {
        return put_by(out, write);
    }
    let number = scaled as i64;
    let sign = usize::from(number < 0);
    out[0] = b'-';
    let number = number.unsigned_abs();
    let len = sign + put_unsigned(out, sign, number / 10_000);
    let fraction = eight_digits(number % 10_000) >> 32;
    if fraction == 0 {
        return len;
    }
    out[len & LAST] = b'.';
    put_eight(out, len + 1, fraction);
    len + 1 + 8 - (fraction.leading_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn put(write: impl FnOnce(&mut [u8; ROOM]) -> usize) -> String {
        let mut out = [b'?'; ROOM];
        let len = write(&mut out);
        String::from_utf8(out[..len].to_vec()).expect("ASCII")
    }

    fn said(push: impl FnOnce(&mut String)) -> String {
        let mut text = String::new();
        push(&mut text);
        text
    }

    /// Numbers of every length.
    fn numbers() -> impl Strategy<Value = i64> {
        (any::<i64>(), 0..64_u32).prop_map(|(n, bits)| n >> bits)
    }

    #[test]
    fn borders_of_lengths_are_right() {
        for power in 0..19 {
            for number in [10_i64.pow(power) - 1, 10_i64.pow(power), -10_i64.pow(power)] {
                assert_eq!(put(|o| put_integer(o, number)), number.to_string());
            }
        }
        assert_eq!(put(|o| put_integer(o, i64::MIN)), i64::MIN.to_string());
        assert_eq!(put(|o| put_unsigned(o, 0, u64::MAX)), u64::MAX.to_string());
    }

    #[test]
    fn every_day_of_four_digit_years_is_itself() {
        for days in FOUR_DIGITS {
            let (year, month, day) = seedbed_sql_values::calendar::civil_from_days(days);
            assert_eq!(civil(days), (year as u32, month, day), "{days}");
        }
        for days in [i32::MIN, *FOUR_DIGITS.start() - 1, *FOUR_DIGITS.start(), *FOUR_DIGITS.end() + 1] {
            assert_eq!(put(|o| put_date(o, days, &Days::default())), said(|t| text::push_date(t, days)));
        }
    }

    proptest! {
        #[test]
        fn numbers_are_as_the_dialects_read_them(number in numbers(), wide in any::<i128>()) {
            prop_assert_eq!(put(|o| put_integer(o, number)), number.to_string());
            prop_assert_eq!(put(|o| put_unsigned(o, 0, number as u64)), (number as u64).to_string());
            for unscaled in [i128::from(number), wide] {
                prop_assert_eq!(put(|o| put_decimal::<0>(o, unscaled)), unscaled.to_string());
                prop_assert_eq!(put(|o| put_decimal::<2>(o, unscaled)), said(|t| text::push_decimal(t, unscaled, 2)));
                prop_assert_eq!(put(|o| put_decimal::<8>(o, unscaled)), said(|t| text::push_decimal(t, unscaled, 8)));
            }
        }

        #[test]
        fn instants_are_as_the_dialects_read_them(micros in numbers(), second in -80_000_000_000..300_000_000_000_i64) {
            for micros in [micros, second * SECOND, second * SECOND + micros % SECOND] {
                let mut days = Days::default();
                prop_assert_eq!(put(|o| put_timestamp(o, micros, &days)), said(|t| text::push_timestamp(t, micros)));
                days.cover([day_of(micros), day_of(micros) - 9, day_of(micros) + 80].into_iter(), 100);
                prop_assert_eq!(put(|o| put_timestamp(o, micros, &days)), said(|t| text::push_timestamp(t, micros)));
                prop_assert_eq!(put(|o| put_time(o, micros % (2 * DAY))), said(|t| text::push_time(t, micros % (2 * DAY))));
            }
        }

        #[test]
        fn uuids_and_bytes_are_hexadecimal(bytes in any::<[u8; 16]>()) {
            prop_assert_eq!(put(|o| put_uuid(o, &bytes)), said(|t| text::push_uuid(t, bytes)));
            prop_assert_eq!(put(|o| put_hex(o, &bytes)), format!("{:032x}", u128::from_be_bytes(bytes)));
        }
    }
}
