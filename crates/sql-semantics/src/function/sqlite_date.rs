//! SQLite's `date`, `time`, `datetime`, `strftime`, `julianday` and `unixepoch` (lang_datefunc.html).
//!
//! An instant is a text, a Julian day number or, with `unixepoch`, a count of seconds; modifiers move it from left to
//! right; then one of the functions prints it. Instants are microseconds since 1970-01-01 00:00 UTC here.

use super::{BuiltinFunction, MANY, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;
use seedbed_sql_values::calendar::{
    DAY, SECOND, civil_from_days, day_of_week, day_of_year, days_from_civil, iso_week, split_timestamp,
};
use seedbed_sql_values::literal::{parse_time_of_day, parse_timestamp};
use seedbed_sql_values::notation::push_sqlite_float;
use seedbed_sql_values::number::{numeric_text, to_float};
use seedbed_sql_values::text::{push_date, push_time};

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    strict("date",      (0, MANY), |a, cx| Ok(formatted("%Y-%m-%d", moment(a, cx)?))),
    strict("time",      (0, MANY), |a, cx| Ok(formatted("%H:%M:%S", moment(a, cx)?))),
    strict("datetime",  (0, MANY), |a, cx| Ok(formatted("%Y-%m-%d %H:%M:%S", moment(a, cx)?))),
    strict("strftime",  (1, MANY), |a, cx| strftime(&cast::as_text(&a[0], cx), moment(&a[1..], cx)?)),
    strict("julianday", (0, MANY), |a, cx| Ok(moment(a, cx)?.map_or(Value::Null, |t| Value::Float(julian_day(t))))),
    strict("unixepoch", (0, MANY), |a, cx| Ok(moment(a, cx)?.map_or(Value::Null, |t| Value::Integer(t.div_euclid(SECOND).into())))),
];

/// Julian day number of 1970-01-01 00:00.
const EPOCH_JULIAN_DAY: f64 = 2_440_587.5;

/// The instant that a time value and its modifiers name, in microseconds; `None` where SQLite answers NULL.
fn moment(args: &[Value], cx: &Context<'_>) -> Result<Option<i64>, EvaluateError> {
    let Some((first, modifiers)) = args.split_first() else { return Ok(Some(cx.now_micros)) };
    let first = &match first {
        Value::Bytes(_) => Value::Text(cast::as_text(first, cx)),
        other => other.clone(),
    };
    let mut modifiers = modifiers.iter().map(|m| cast::as_text(m, cx).to_ascii_lowercase()).peekable();
    let epoch = modifiers.next_if(|m| m == "unixepoch").is_some();
    let number = match first {
        Value::Text(text) => numeric_text(text).map(|n| to_float(&n)),
        other => Some(to_float(other)),
    };
    let mut at = match (first, number) {
        (_, Some(seconds)) if epoch => Some((seconds * 1e6) as i64),
        (_, Some(days)) if (0.0..5_373_484.5).contains(&days) => {
            Some(libm::rint((days - EPOCH_JULIAN_DAY) * 86_400e3) as i64 * 1000)
        }
        (Value::Text(text), None) if text.eq_ignore_ascii_case("now") => Some(cx.now_micros),
        (Value::Text(text), None) => iso(text),
        _ => None,
    };
    for modifier in modifiers {
        let Some(now) = at else { return Ok(None) };
        at = apply(now, modifier.trim_ascii())?;
    }
    Ok(at)
}

/// SQLite's own forms only: `YYYY-MM-DD`, with a time behind; or a bare time, on 2000-01-01.
fn iso(text: &str) -> Option<i64> {
    let text = text.trim_ascii_end();
    let bytes = text.as_bytes();
    let dated = bytes.len() >= 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && bytes[..4].iter().all(u8::is_ascii_digit);
    if !dated {
        let time = (bytes.get(2) == Some(&b':')).then(|| parse_time_of_day(text)).flatten()?;
        return Some(i64::from(days_from_civil(2000, 1, 1)) * DAY + time);
    }
    parse_timestamp(text, true).or_else(|| overflowing_day(text))
}

/// SQLite takes a 30th of February for the 1st or 2nd of March.
fn overflowing_day(text: &str) -> Option<i64> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let possible = (1..=12).contains(&month) && (1..=31).contains(&day) && text.len() == 10;
    possible.then(|| i64::from(days_from_civil(year as i32, month, 1) + day as i32 - 1) * DAY)
}

/// Moves an instant by one modifier (lang_datefunc.html, §3); `None` where SQLite answers NULL.
fn apply(at: i64, modifier: &str) -> Result<Option<i64>, EvaluateError> {
    let (days, time) = split_timestamp(at);
    let (year, month, _) = civil_from_days(days);
    let midnight = |days: i32| Some(i64::from(days) * DAY);
    Ok(match modifier {
        "start of day" => midnight(days),
        "start of month" => midnight(days_from_civil(year, month, 1)),
        "start of year" => midnight(days_from_civil(year, 1, 1)),
        "utc" | "localtime" | "auto" | "subsec" | "subsecond" => Some(at),
        _ => {
            let Some((count, unit)) = modifier.split_once(' ') else {
                return Err(EvaluateError::unsupported(format!("the date modifier `{modifier}`")));
            };
            let Some(number) = numeric_text(count) else { return Ok(None) };
            let count = to_float(&number);
            match unit.strip_suffix('s').unwrap_or(unit) {
                "day" => at.checked_add((count * DAY as f64) as i64),
                "hour" => at.checked_add((count * 3600e6) as i64),
                "minute" => at.checked_add((count * 60e6) as i64),
                "second" => at.checked_add((count * 1e6) as i64),
                "month" if count == libm::trunc(count) => shifted_months(days, time, count as i64),
                "year" if count == libm::trunc(count) => {
                    shifted_months(days, time, (count as i64).saturating_mul(12))
                }
                _ => return Err(EvaluateError::unsupported(format!("the date modifier `{modifier}`"))),
            }
        }
    })
}

/// A day past the month's end runs into the next month.
fn shifted_months(days: i32, time: i64, months: i64) -> Option<i64> {
    let (year, month, day) = civil_from_days(days);
    let count = i64::from(year) * 12 + i64::from(month) - 1 + months.clamp(-200_000, 200_000);
    let first = days_from_civil(count.div_euclid(12) as i32, count.rem_euclid(12) as u32 + 1, 1);
    Some((i64::from(first) + i64::from(day) - 1) * DAY + time)
}

/// The Julian day number with its fraction of a day, to the millisecond as SQLite keeps it.
fn julian_day(at: i64) -> f64 {
    (at.div_euclid(1000) as f64 + EPOCH_JULIAN_DAY * 86_400e3) / 86_400e3
}

/// An instant in a format that is known to be sound; NULL for no instant.
fn formatted(format: &str, at: Option<i64>) -> Value {
    at.and_then(|at| write_format(format, at)).map_or(Value::Null, Value::Text)
}

/// An instant in the caller's format.
fn strftime(format: &str, at: Option<i64>) -> Result<Value, EvaluateError> {
    let Some(at) = at else { return Ok(Value::Null) };
    Ok(write_format(format, at).map_or(Value::Null, Value::Text))
}

/// `None` for a conversion that SQLite does not know.
fn write_format(format: &str, at: i64) -> Option<String> {
    let (days, time) = split_timestamp(at);
    let (year, month, day) = civil_from_days(days);
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let seconds = time / SECOND;
        match chars.next()? {
            'Y' => out.push_str(&format!("{year:04}")),
            'm' => out.push_str(&format!("{month:02}")),
            'd' => out.push_str(&format!("{day:02}")),
            'H' => out.push_str(&format!("{:02}", seconds / 3600)),
            'M' => out.push_str(&format!("{:02}", seconds / 60 % 60)),
            'S' => out.push_str(&format!("{:02}", seconds % 60)),
            'f' => out.push_str(&format!("{:02}.{:03}", seconds % 60, time % SECOND / 1000)),
            's' => out.push_str(&at.div_euclid(SECOND).to_string()),
            'j' => out.push_str(&format!("{:03}", day_of_year(days))),
            'w' => out.push_str(&day_of_week(days).to_string()),
            'u' => out.push_str(&((day_of_week(days) + 6) % 7 + 1).to_string()),
            'W' => out.push_str(&format!("{:02}", (day_of_year(days) + 6 - (day_of_week(days) + 6) % 7) / 7)),
            'V' => out.push_str(&format!("{:02}", iso_week(days).1)),
            'G' => out.push_str(&format!("{:04}", iso_week(days).0)),
            'F' => push_date(&mut out, days),
            'T' => push_time(&mut out, time - time % SECOND),
            'R' => out.push_str(&format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)),
            'J' => push_sqlite_float(&mut out, julian_day(at), false),
            '%' => out.push('%'),
            _ => return None,
        }
    }
    Some(out)
}
