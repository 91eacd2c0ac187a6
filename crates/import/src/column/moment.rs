//! Dates and times in the ISO form in which they are written.

use seedbed_sql_values::calendar::{DAY, SECOND, days_from_civil, is_date};
use seedbed_sql_values::literal::round_micros;

/// `2020-01-31`.
#[inline]
pub(super) fn date(text: &[u8]) -> Option<i32> {
    let [y, e, a, r, b'-', m, n, b'-', d, f] = *text else { return None };
    let year = two(y, e)? * 100 + two(a, r)?;
    let (month, day) = (two(m, n)?, two(d, f)?);
    is_date(year as i32, month, day).then(|| days_from_civil(year as i32, month, day))
}

/// `23:59:59`, with up to six digits behind a point or none.
#[inline]
pub(super) fn time(text: &[u8], precision: Option<u8>) -> Option<i64> {
    let (micros, rest) = clock(text)?;
    rest.is_empty().then(|| rounded(micros, precision))
}

/// `2020-01-31 23:59:59`, or with a `T`, and what [`time`] may have behind it. With `zoned` there may be an offset from UTC:
/// `+00`, `-03:30`, `Z`.
#[inline]
pub(super) fn timestamp(text: &[u8], zoned: bool, precision: Option<u8>) -> Option<i64> {
    let (day, rest) = text.split_at_checked(10)?;
    let day = i64::from(date(day)?) * DAY;
    let [b' ' | b'T', rest @ ..] = rest else { return None };
    let (micros, zone) = clock(rest)?;
    let offset = match zone {
        [] => 0,
        _ if !zoned => return None,
        zone => offset(zone)?,
    };
    Some(rounded(day + micros - offset, precision))
}

/// Microseconds since midnight, and what is behind them.
#[inline]
fn clock(text: &[u8]) -> Option<(i64, &[u8])> {
    let [h, o, b':', m, i, b':', s, e, rest @ ..] = text else { return None };
    let (hours, minutes, seconds) = (two(*h, *o)?, two(*m, *i)?, two(*s, *e)?);
    (hours < 24 && minutes < 60 && seconds < 60).then_some(())?;
    let whole = i64::from((hours * 60 + minutes) * 60 + seconds) * SECOND;
    let [b'.', rest @ ..] = rest else { return Some((whole, rest)) };
    let (mut micros, mut unit, mut digits) = (0, 100_000, 0);
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        micros += i64::from(digit) * unit;
        unit /= 10;
        digits += 1;
    }
    // The seventh digit rounds.
    (1..=6).contains(&digits).then(|| (whole + micros, &rest[digits..]))
}

/// How far a zone is east of Greenwich, in microseconds.
#[inline]
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *zone {
        [b'Z'] => return Some(0),
        [sign @ (b'+' | b'-'), h, o] => (sign, two(h, o)?, 0),
        [sign @ (b'+' | b'-'), h, o, b':', m, i] => (sign, two(h, o)?, two(m, i)?),
        _ => return None,
    };
    (hours <= 15 && minutes < 60).then_some(())?;
    let east = i64::from(hours * 60 + minutes) * 60 * SECOND;
    Some(if sign == b'-' { -east } else { east })
}

#[inline]
fn rounded(micros: i64, precision: Option<u8>) -> i64 {
    match precision {
        Some(0..6) => round_micros(micros, precision),
        _ => micros,
    }
}

/// The number of two digits.
#[inline]
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens) * 10 + u32::from(ones))
}
