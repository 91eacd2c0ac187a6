//! Days, times and timestamps as the texts that lie in a row file, and back.

use seedbed_sql_values::calendar::{DAY, days_from_civil};
use seedbed_sql_values::text::{push_date, push_time, push_timestamp};
use std::ops::RangeInclusive;

/// The days whose texts sort as they do and are read by SQLite's functions: those of the years 1 to 9999.
const PLAIN_DAYS: RangeInclusive<i32> = -719_162..=2_932_896;

/// What stands behind a moment in UTC: `+` sorts before a digit of a fraction, as `Z` does not.
const UTC: &[u8] = b"+00:00";

const INFINITY: &[u8] = b"infinity";
const MINUS_INFINITY: &[u8] = b"-infinity";

/// Appends a day. Returns whether the text is of the form that sorts.
pub(crate) fn push_stored_date(out: &mut Vec<u8>, days: i32) -> bool {
    match days {
        i32::MAX => out.extend_from_slice(INFINITY),
        i32::MIN => out.extend_from_slice(MINUS_INFINITY),
        days => push_date(out, days),
    }
    PLAIN_DAYS.contains(&days)
}

/// Appends a time. Returns whether the text is of the form that sorts.
pub(crate) fn push_stored_time(out: &mut Vec<u8>, micros: i64) -> bool {
    push_time(out, micros);
    (0..HUNDRED_HOURS).contains(&micros)
}

const HUNDRED_HOURS: i64 = 100 * 3600 * 1_000_000;

/// Appends a timestamp. Returns whether the text is of the form that sorts.
pub(crate) fn push_stored_timestamp(out: &mut Vec<u8>, micros: i64, zoned: bool) -> bool {
    match micros {
        i64::MAX => out.extend_from_slice(INFINITY),
        i64::MIN => out.extend_from_slice(MINUS_INFINITY),
        micros => {
            push_timestamp(out, micros);
            if zoned {
                out.extend_from_slice(UTC);
            }
        }
    }
    let days = micros.div_euclid(DAY);
    i64::from(*PLAIN_DAYS.start()) <= days && days <= i64::from(*PLAIN_DAYS.end())
}

/// The day of a text; `None` for a text that [`push_stored_date`] does not write.
pub(crate) fn stored_date(text: &[u8]) -> Option<i32> {
    match text {
        INFINITY => return Some(i32::MAX),
        MINUS_INFINITY => return Some(i32::MIN),
        _ => {}
    }
    let (text, before_christ) = without_era(text);
    let days = day(text, before_christ)?;
    i32::try_from(days).ok()
}

/// The time of a text; `None` for a text that [`push_stored_time`] does not write.
pub(crate) fn stored_time(text: &[u8]) -> Option<i64> {
    match text.strip_prefix(b"-") {
        Some(text) => i64::try_from(-time(text)?).ok(),
        None => i64::try_from(time(text)?).ok(),
    }
}

/// The timestamp of a text; `None` for a text that [`push_stored_timestamp`] does not write.
pub(crate) fn stored_timestamp(text: &[u8], zoned: bool) -> Option<i64> {
    match text {
        INFINITY => return Some(i64::MAX),
        MINUS_INFINITY => return Some(i64::MIN),
        _ => {}
    }
    let text = if zoned { text.strip_suffix(UTC)? } else { text };
    let (text, before_christ) = without_era(text);
    let space = text.iter().position(|byte| *byte == b' ')?;
    let days = day(&text[..space], before_christ)?;
    let time = time(&text[space + 1..])?;
    i64::try_from(i128::from(days) * i128::from(DAY) + time).ok()
}

fn without_era(text: &[u8]) -> (&[u8], bool) {
    text.strip_suffix(b" BC").map_or((text, false), |text| (text, true))
}

/// Days since 1970-01-01 of `YYYY-MM-DD`, whose year may have more digits.
fn day(text: &[u8], before_christ: bool) -> Option<i64> {
    let year_digits = text.len().checked_sub(6)?;
    let (year, rest) = text.split_at_checked(year_digits)?;
    let [b'-', m1, m2, b'-', d1, d2] = rest else { return None };
    let year = i32::try_from(number(year)?).ok()?;
    let year = if before_christ { 1 - year } else { year };
    let (month, day) = (number(&[*m1, *m2])?, number(&[*d1, *d2])?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(days_from_civil(year, month as u32, day as u32).into())
}

/// Microseconds of `HH:MM:SS`, whose hours may have more digits, with a fraction or without.
fn time(text: &[u8]) -> Option<i128> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (hours, rest) = text.split_at_checked(colon)?;
    let (rest, fraction) = match rest.iter().position(|byte| *byte == b'.') {
        Some(point) => (&rest[..point], &rest[point + 1..]),
        None => (rest, &[][..]),
    };
    let [b':', m1, m2, b':', s1, s2] = rest else { return None };
    let seconds = number(hours)? * 3600 + number(&[*m1, *m2])? * 60 + number(&[*s1, *s2])?;
    let mut digits = [b'0'; 6];
    digits.get_mut(..fraction.len())?.copy_from_slice(fraction);
    Some(i128::from(seconds) * 1_000_000 + i128::from(number(&digits)?))
}

/// The number that up to twelve digits write.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    let mut number = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_read_by_the_date_functions() {
        let text = |micros, zoned| {
            let mut out = Vec::new();
            let sorts = push_stored_timestamp(&mut out, micros, zoned);
            (String::from_utf8(out).expect("ASCII"), sorts)
        };
        assert_eq!(text(1_500_000, false), ("1970-01-01 00:00:01.5".to_owned(), true));
        assert_eq!(text(0, true), ("1970-01-01 00:00:00+00:00".to_owned(), true));
        assert_eq!(text(i64::MAX, true), ("infinity".to_owned(), false));
        assert!(!text(-62_135_596_800_000_001, false).1, "the last moment before Christ");
        assert!(text(-62_135_596_800_000_000, false).1);
    }

    proptest! {
        #[test]
        fn days_come_back(days: i32) {
            let mut out = Vec::new();
            push_stored_date(&mut out, days);
            prop_assert_eq!(stored_date(&out), Some(days));
        }

        #[test]
        fn times_come_back(micros: i64) {
            let mut out = Vec::new();
            push_stored_time(&mut out, micros);
            prop_assert_eq!(stored_time(&out), Some(micros));
        }

        #[test]
        fn timestamps_come_back(micros: i64, zoned: bool) {
            let mut out = Vec::new();
            push_stored_timestamp(&mut out, micros, zoned);
            prop_assert_eq!(stored_timestamp(&out, zoned), Some(micros));
        }

        #[test]
        fn texts_that_sort_do(a in -62_135_596_800_000_000..253_402_300_800_000_000_i64, b in 0..10_000_000_i64, zoned: bool) {
            let (mut first, mut second) = (Vec::new(), Vec::new());
            prop_assume!(push_stored_timestamp(&mut first, a, zoned));
            prop_assume!(push_stored_timestamp(&mut second, a.saturating_add(b), zoned));
            prop_assert_eq!(first.cmp(&second), 0.cmp(&b));
        }

        #[test]
        fn no_text_is_too_odd(text: Vec<u8>) {
            let _ = (stored_date(&text), stored_time(&text), stored_timestamp(&text, true));
        }
    }
}
