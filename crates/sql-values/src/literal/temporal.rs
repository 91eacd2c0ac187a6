//! Dates, times and zones, in the forms that PostgreSQL reads (manual, §8.5.1 and appendix B) and the ISO forms that
//! all servers share.

use crate::calendar::{DAY, SECOND, days_from_civil, is_date};

/// The letters that names of months begin with.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A date as days since 1970-01-01: `2020-01-31`, `2020/1/31`, `20200131`, `31 Jan 2020`, `January 31, 2020`, `epoch`,
/// `[-]infinity`; also with ` BC`, and with a time behind, which is dropped.
pub fn parse_date(text: &str) -> Option<i32> {
    if let Some(days) = named(text, 0, i32::MIN, i32::MAX) {
        return Some(days);
    }
    let (days, rest) = leading_date(text)?;
    (rest.is_empty() || time_and_zone(rest).is_some()).then_some(days)
}

/// A timestamp in microseconds since 1970-01-01 00:00: a date with a time and zone behind, both optional. With `zoned`
/// it is brought to UTC; without, the zone is read and ignored, as PostgreSQL does (manual, §8.5.1.3).
pub fn parse_timestamp(text: &str, zoned: bool) -> Option<i64> {
    if let Some(micros) = named(text, 0, i64::MIN, i64::MAX) {
        return Some(micros);
    }
    let (days, rest) = leading_date(text)?;
    let (time, offset) = if rest.is_empty() { (0, 0) } else { time_and_zone(rest)? };
    let local = i64::from(days).checked_mul(DAY)?.checked_add(time)?;
    local.checked_sub(if zoned { offset } else { 0 })
}

/// A moment that has a name (PostgreSQL's manual, table 8.13), by what stands for each.
fn named<T>(text: &str, epoch: T, before_all: T, behind_all: T) -> Option<T> {
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    if is("epoch") {
        Some(epoch)
    } else if is("infinity") {
        Some(behind_all)
    } else {
        is("-infinity").then_some(before_all)
    }
}

/// A time of day in microseconds since midnight: `HH:MM[:SS[.ffffff]]` up to `24:00:00`, a zone behind it ignored.
pub fn parse_time_of_day(text: &str) -> Option<i64> {
    let (time, _) = time_and_zone(text)?;
    Some(time)
}

/// MySQL's time in microseconds, which has a sign and goes to 838 hours (manual, §11.2.3): `-12:30:00`.
pub fn parse_signed_time(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (time, rest) = clock(digits, 838)?;
    rest.is_empty().then_some(if negative { -time } else { time })
}

/// A time with a zone, as the time of day in UTC, in microseconds: `01:00+02` is 23:00.
pub fn parse_zoned_time(text: &str) -> Option<i64> {
    let (time, offset) = time_and_zone(text)?;
    Some((time - offset).rem_euclid(DAY))
}

/// Microseconds rounded to so many digits of a second, halves up; unchanged without a number of digits or with six, and at
/// both ends, which stand for infinity.
///
/// ```
/// use seedbed_sql_values::literal::round_micros;
/// assert_eq!(round_micros(1_500_000, Some(0)), 2_000_000);
/// assert_eq!(round_micros(i64::MIN, Some(0)), i64::MIN);
/// ```
pub fn round_micros(micros: i64, digits: Option<u8>) -> i64 {
    let Some(digits @ 0..6) = digits else { return micros };
    if matches!(micros, i64::MIN | i64::MAX) {
        return micros;
    }
    let unit = 10i64.pow(6 - u32::from(digits));
    let rest = micros.rem_euclid(unit);
    let down = micros.saturating_sub(rest);
    if rest * 2 >= unit { down.saturating_add(unit) } else { down }
}

/// A date and what follows it, the separator taken off.
fn leading_date(text: &str) -> Option<(i32, &str)> {
    let (text, before_christ) = match text.strip_suffix("BC").or_else(|| text.strip_suffix("bc")) {
        Some(rest) => (rest.trim_ascii_end(), true),
        None => (text, false),
    };
    let ((year, month, day), rest) = numeric_date(text).or_else(|| worded_date(text))?;
    let year = if before_christ { 1 - year } else { year };
    let rest = match rest.as_bytes().first() {
        None => "",
        Some(b' ' | b'T' | b't') => rest[1..].trim_ascii_start(),
        Some(_) => return None,
    };
    let plausible = (-4713..=5_874_897).contains(&year) && is_date(year, month, day);
    plausible.then(|| (days_from_civil(year, month, day), rest))
}

/// Year, month and day.
type Civil = (i32, u32, u32);

/// `2020-01-31`, `2020/1/31`, `20200131`, and the rest of the text.
fn numeric_date(text: &str) -> Option<(Civil, &str)> {
    let (first, digits, rest) = number(text)?;
    if digits == 8 && !rest.starts_with(['-', '/']) {
        return Some(((first as i32 / 10_000, first / 100 % 100, first % 100), rest));
    }
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    if digits < 3 {
        return None;
    }
    let (month, _, rest) = number(&rest[1..])?;
    let (day, day_digits, rest) = number(rest.strip_prefix(mark)?)?;
    (day_digits <= 2).then_some(((first as i32, month, day), rest))
}

/// A date in words: `8 Jan 1999`, `8-Jan-1999`, `Jan 8, 1999`, `January 8, 1999`.
fn worded_date(text: &str) -> Option<(Civil, &str)> {
    let skip = |t: &str| -> usize { t.len() - t.trim_start_matches([' ', '-', ',']).len() };
    let (day, month, rest) = match number(text) {
        Some((day, _, rest)) => {
            let (month, rest) = month_name(&rest[skip(rest)..])?;
            (day, month, rest)
        }
        None => {
            let (month, rest) = month_name(text)?;
            let (day, _, rest) = number(&rest[skip(rest)..])?;
            (day, month, rest)
        }
    };
    let (year, digits, rest) = number(&rest[skip(rest)..])?;
    (digits >= 4).then_some(((year as i32, month, day), rest))
}

/// The number of a month by the first three letters of its name, and the rest of the text.
fn month_name(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len());
    let word = text[..end].to_ascii_lowercase();
    let month = MONTHS.iter().position(|m| word.starts_with(m))?;
    Some((month as u32 + 1, &text[end..]))
}

/// A number of up to nine digits, how many they are, and the rest.
fn number(text: &str) -> Option<(u32, usize, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 || end > 9 {
        return None;
    }
    Some((text[..end].parse().ok()?, end, &text[end..]))
}

/// Microseconds since midnight, and the zone's offset from UTC in microseconds.
fn time_and_zone(text: &str) -> Option<(i64, i64)> {
    let (time, rest) = clock(text, 24)?;
    let rest = rest.trim_ascii_start();
    let (time, rest) = match rest.to_ascii_lowercase().as_str() {
        "am" => (time % (12 * 3600 * SECOND), ""),
        "pm" => (time % (12 * 3600 * SECOND) + 12 * 3600 * SECOND, ""),
        _ => (time, rest),
    };
    (time <= DAY).then_some(())?;
    Some((time, zone(rest)?))
}

/// `HH:MM[:SS[.f]]` in microseconds, and the rest.
fn clock(text: &str, max_hours: u32) -> Option<(i64, &str)> {
    let (hours, _, rest) = number(text)?;
    let (minutes, digits, rest) = number(rest.strip_prefix(':')?)?;
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(rest) => {
            let (seconds, _, rest) = number(rest)?;
            (seconds, rest)
        }
        None => (0, rest),
    };
    let (micros, rest) = match rest.strip_prefix('.') {
        Some(rest) => fraction(rest),
        None => (0, rest),
    };
    let sound = hours <= max_hours && minutes < 60 && seconds <= 60 && digits == 2;
    sound.then(|| {
        (((i64::from(hours) * 60 + i64::from(minutes)) * 60 + i64::from(seconds)) * SECOND + micros, rest)
    })
}

/// Digits after a point as microseconds, the seventh rounding the sixth.
pub(super) fn fraction(text: &str) -> (i64, &str) {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let mut micros = 0;
    for i in 0..6 {
        micros = micros * 10 + text.as_bytes()[..end].get(i).map_or(0, |b| i64::from(b - b'0'));
    }
    let up = text.as_bytes()[..end].get(6).is_some_and(|b| *b >= b'5');
    (micros + i64::from(up), &text[end..])
}

/// The offset of a zone east of Greenwich in microseconds.
fn zone(text: &str) -> Option<i64> {
    match text.to_ascii_lowercase().as_str() {
        "" | "z" | "utc" | "gmt" | "zulu" => return Some(0),
        _ => {}
    }
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (first, length, rest) = number(digits)?;
    let (hours, minutes) = match (length, rest.strip_prefix(':')) {
        (1 | 2, None) if rest.is_empty() => (first, 0),
        (1 | 2, Some(rest)) => {
            let (minutes, _, rest) = number(rest)?;
            rest.is_empty().then_some((first, minutes))?
        }
        (3 | 4, None) if rest.is_empty() => (first / 100, first % 100),
        _ => return None,
    };
    (hours < 16 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)) * 60 * SECOND)
}
