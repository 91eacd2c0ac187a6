//! Functions of dates and times.
//!
//! PostgreSQL's manual, §9.9; MySQL's, §12.7. The present time is the context's; the session's zone is UTC.

use super::{BuiltinFunction, Clock, ExtractResult, lenient, mismatch, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::{DateField, SqlType};
use seedbed_sql_values::calendar::{
    DAY, SECOND, civil_from_days, day_of_week, day_of_year, days_from_civil, days_in_month, is_date,
    iso_week, split_timestamp,
};
use seedbed_sql_values::literal::{parse_date, parse_timestamp};
use seedbed_sql_values::number::to_float;
use seedbed_sql_values::{Decimal, Interval, Value};

/// What all have.
#[rustfmt::skip]
pub(crate) const COMMON: &[BuiltinFunction] = &[
    lenient("current_timestamp", (0, 1), current_timestamp),
    lenient("current_date",      (0, 0), current_date),
    lenient("current_time",      (0, 1), current_time),
];

/// What SQLite lacks.
#[rustfmt::skip]
pub(crate) const POSTGRES_AND_MYSQL: &[BuiltinFunction] = &[
    lenient("now",            (0, 1), |_, cx| Ok(Value::Timestamp(cx.now_micros))),
    lenient("localtimestamp", (0, 1), current_timestamp),
    lenient("localtime",      (0, 1), current_time),
    strict("date",            (1, 1), |a, cx| cast::cast(a[0].clone(), None, &SqlType::Date, cx)),
];

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    lenient("transaction_timestamp", (0, 0), |_, cx| Ok(Value::Timestamp(cx.now_micros))),
    lenient("statement_timestamp",   (0, 0), |_, cx| Ok(Value::Timestamp(cx.now_micros))),
    lenient("clock_timestamp",       (0, 0), |_, cx| Ok(Value::Timestamp(cx.now_micros))),
    strict("date_trunc",             (2, 2), date_trunc),
    strict("date_part",              (2, 2), date_part),
    strict("age",                    (1, 2), age),
    strict("make_date",              (3, 3), make_date),
    strict("isfinite",               (1, 1), is_finite),
    strict("timezone",               (2, 2), timezone),
    strict("to_timestamp",           (1, 1), to_timestamp),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    lenient("sysdate",       (0, 1), current_timestamp),
    lenient("utc_timestamp", (0, 1), current_timestamp),
    lenient("curdate",       (0, 0), current_date),
    lenient("curtime",       (0, 1), current_time),
    strict("year",           (1, 1), |a, cx| extract(DateField::Year, &a[0], cx)),
    strict("quarter",        (1, 1), |a, cx| extract(DateField::Quarter, &a[0], cx)),
    strict("month",          (1, 1), |a, cx| extract(DateField::Month, &a[0], cx)),
    strict("day",            (1, 1), |a, cx| extract(DateField::Day, &a[0], cx)),
    strict("dayofmonth",     (1, 1), |a, cx| extract(DateField::Day, &a[0], cx)),
    strict("dayofyear",      (1, 1), |a, cx| extract(DateField::DayOfYear, &a[0], cx)),
    strict("hour",           (1, 1), |a, cx| extract(DateField::Hour, &a[0], cx)),
    strict("minute",         (1, 1), |a, cx| extract(DateField::Minute, &a[0], cx)),
    strict("second",         (1, 1), |a, cx| extract(DateField::Second, &a[0], cx)),
    strict("to_days",        (1, 1), to_days),
    strict("to_seconds",     (1, 1), to_seconds),
    strict("unix_timestamp", (1, 1), unix_timestamp),
    strict("weekday",        (1, 1), |a, _| Ok(Value::Integer(((day_of_week(day(&a[0])?) + 6) % 7).into()))),
    strict("dayofweek",      (1, 1), |a, _| Ok(Value::Integer((day_of_week(day(&a[0])?) + 1).into()))),
    strict("weekofyear",     (1, 1), |a, _| Ok(Value::Integer(iso_week(day(&a[0])?).1.into()))),
    strict("yearweek",       (1, 1), year_week),
    strict("time_to_sec",    (1, 1), time_to_seconds),
];

/// The present time with the digits that the dialect gives it.
fn current_timestamp(_: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let seconds = Value::Timestamp(cx.now_micros - cx.now_micros.rem_euclid(SECOND));
    Ok(match cx.semantics.functions.clock {
        Clock::Micros => Value::Timestamp(cx.now_micros),
        Clock::Seconds => seconds,
        Clock::Text => Value::Text(cast::as_text(&seconds, cx)),
    })
}

/// The present day in UTC.
fn current_date(_: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let date = Value::Date(split_timestamp(cx.now_micros).0);
    Ok(match cx.semantics.functions.clock {
        Clock::Micros | Clock::Seconds => date,
        Clock::Text => Value::Text(cast::as_text(&date, cx)),
    })
}

/// The present time of day in UTC.
fn current_time(_: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let time = split_timestamp(cx.now_micros).1;
    let seconds = Value::Time(time - time % SECOND);
    Ok(match cx.semantics.functions.clock {
        Clock::Micros => Value::Time(time),
        Clock::Seconds => seconds,
        Clock::Text => Value::Text(cast::as_text(&seconds, cx)),
    })
}

/// A date or timestamp in microseconds; text is read as a timestamp.
pub(super) fn instant(value: &Value) -> Result<i64, EvaluateError> {
    match value {
        Value::Timestamp(micros) => Ok(*micros),
        Value::Date(i32::MAX) => Ok(i64::MAX),
        Value::Date(i32::MIN) => Ok(i64::MIN),
        Value::Date(days) => Ok(i64::from(*days).saturating_mul(DAY)),
        Value::Text(text) => parse_timestamp(text.trim_ascii(), true).ok_or_else(|| {
            EvaluateError::runtime(format!("invalid input syntax for type timestamp: `{text}`"))
        }),
        other => Err(mismatch("date", other)),
    }
}

/// `EXTRACT(field FROM value)`: a numeric in PostgreSQL, seconds with six digits.
pub(crate) fn extract(field: DateField, value: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Interval(interval) => {
            extract_interval(field, *interval).ok_or_else(|| mismatch("extract", value))
        }
        Value::Time(micros) => extract_time(field, *micros, cx.semantics.functions.extract)
            .ok_or_else(|| mismatch("extract", value)),
        other => {
            let micros = instant(other)?;
            if matches!(micros, i64::MAX | i64::MIN) {
                return Err(EvaluateError::unsupported("`extract` of infinity"));
            }
            let (days, time) = split_timestamp(micros);
            if let Some(part) = extract_time_of_day(field, time, cx.semantics.functions.extract) {
                return Ok(part);
            }
            Ok(extract_date(field, days, micros, cx))
        }
    }
}

/// A field of a date or timestamp that its day decides, or its count of seconds since 1970.
fn extract_date(field: DateField, days: i32, micros: i64, cx: &Context<'_>) -> Value {
    let (year, month, day) = civil_from_days(days);
    // There is no year 0: 1 BC is -1.
    let year = if year <= 0 { year - 1 } else { year };
    let number = match field {
        DateField::Year => i64::from(year),
        DateField::Quarter => i64::from((month - 1) / 3 + 1),
        DateField::Month => month.into(),
        DateField::Week => iso_week(days).1.into(),
        DateField::Day => day.into(),
        DateField::DayOfWeek => day_of_week(days).into(),
        DateField::IsoYear => iso_week(days).0.into(),
        DateField::IsoDayOfWeek => i64::from((day_of_week(days) + 6) % 7 + 1),
        DateField::DayOfYear => day_of_year(days).into(),
        _ => return exact(micros, 6, cx.semantics.functions.extract),
    };
    exact(number, 0, cx.semantics.functions.extract)
}

/// PostgreSQL answers a numeric, MySQL an integer where there is no fraction.
fn exact(unscaled: i64, scale: u8, result: ExtractResult) -> Value {
    match (result, scale) {
        (ExtractResult::Decimal, _) => Value::Decimal(Decimal::new(unscaled.into(), scale)),
        (ExtractResult::Integer, 0) => Value::Integer(unscaled.into()),
        (ExtractResult::Integer, _) => Value::Integer((unscaled / SECOND).into()),
    }
}

/// A field of the time of day, in microseconds since midnight; `None` for a field of the day.
fn extract_time_of_day(field: DateField, time: i64, result: ExtractResult) -> Option<Value> {
    let minute = time % (60 * SECOND);
    Some(match field {
        DateField::Hour => exact(time / (3600 * SECOND), 0, result),
        DateField::Minute => exact(time / (60 * SECOND) % 60, 0, result),
        DateField::Second => exact(minute, 6, result),
        DateField::Milliseconds => exact(minute, 3, result),
        DateField::Microseconds => exact(minute, 0, result),
        _ => return None,
    })
}

/// A field of a `time`; it has an epoch too, the seconds since midnight.
fn extract_time(field: DateField, time: i64, result: ExtractResult) -> Option<Value> {
    if field == DateField::Epoch {
        return Some(exact(time, 6, result));
    }
    extract_time_of_day(field, time, result)
}

/// A field of an interval; `None` for those that intervals lack, such as the week.
fn extract_interval(field: DateField, interval: Interval) -> Option<Value> {
    // Only dialects whose fields are decimals have intervals.
    let result = ExtractResult::Decimal;
    let number = |n: i64| exact(n, 0, result);
    Some(match field {
        DateField::Year => number((interval.months / 12).into()),
        DateField::Month => number((interval.months % 12).into()),
        DateField::Quarter => number((interval.months % 12 / 3 + 1).into()),
        DateField::Day => number(interval.days.into()),
        // A year has 365.25 days here, a month 30 (PostgreSQL's `interval_part`).
        DateField::Epoch => {
            let years = i128::from(interval.months / 12) * 31_557_600;
            let months = i128::from(interval.months % 12) * 30 * 86_400;
            let days = i128::from(interval.days) * 86_400;
            let micros = (years + months + days) * i128::from(SECOND) + i128::from(interval.micros);
            Value::Decimal(Decimal::new(micros, 6))
        }
        other => return extract_time_of_day(other, interval.micros, result),
    })
}

/// The field that a word names.
fn field_named(name: &str) -> Option<DateField> {
    Some(match name.to_ascii_lowercase().as_str() {
        "year" | "years" => DateField::Year,
        "quarter" => DateField::Quarter,
        "month" | "months" => DateField::Month,
        "week" | "weeks" => DateField::Week,
        "day" | "days" => DateField::Day,
        "dow" => DateField::DayOfWeek,
        "isoyear" => DateField::IsoYear,
        "isodow" => DateField::IsoDayOfWeek,
        "doy" => DateField::DayOfYear,
        "hour" | "hours" => DateField::Hour,
        "minute" | "minutes" => DateField::Minute,
        "second" | "seconds" => DateField::Second,
        "milliseconds" => DateField::Milliseconds,
        "microseconds" => DateField::Microseconds,
        "epoch" => DateField::Epoch,
        _ => return None,
    })
}

/// `date_part` answers a float where `extract` answers a numeric.
fn date_part(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let name = cast::as_text(&args[0], cx);
    let field =
        field_named(&name).ok_or_else(|| EvaluateError::unsupported(format!("the date field `{name}`")))?;
    Ok(match extract(field, &args[1], cx)? {
        Value::Decimal(d) => Value::Float(d.to_float()),
        other => other,
    })
}

/// The timestamp with all fields below a unit set to their beginning; a week begins on Monday.
fn date_trunc(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let unit = cast::as_text(&args[0], cx).to_ascii_lowercase();
    let unknown = || EvaluateError::unsupported(format!("`date_trunc` to `{unit}`"));
    if matches!(args[1], Value::Interval(_)) {
        return Err(unknown());
    }
    let micros = instant(&args[1])?;
    let (days, time) = split_timestamp(micros);
    let (year, month, _) = civil_from_days(days);
    let whole = |unit: i64| time - time % unit;
    let (days, time) = match unit.as_str() {
        "microsecond" | "microseconds" => (days, time),
        "millisecond" | "milliseconds" => (days, whole(1000)),
        "second" | "seconds" => (days, whole(SECOND)),
        "minute" | "minutes" => (days, whole(60 * SECOND)),
        "hour" | "hours" => (days, whole(3600 * SECOND)),
        "day" | "days" => (days, 0),
        "week" | "weeks" => (days - ((day_of_week(days) + 6) % 7) as i32, 0),
        "month" | "months" => (days_from_civil(year, month, 1), 0),
        "quarter" => (days_from_civil(year, (month - 1) / 3 * 3 + 1, 1), 0),
        "year" | "years" => (days_from_civil(year, 1, 1), 0),
        _ => return Err(unknown()),
    };
    Ok(Value::Timestamp(i64::from(days).saturating_mul(DAY).saturating_add(time)))
}

/// The difference in years, months and days, borrowing days from the earlier month as PostgreSQL does.
fn age(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let midnight = cx.now_micros - cx.now_micros.rem_euclid(DAY);
    let (later, earlier) = match args {
        [since] => (midnight, instant(since)?),
        _ => (instant(&args[0])?, instant(&args[1])?),
    };
    let negative = later < earlier;
    let (from, to) = if negative { (later, earlier) } else { (earlier, later) };
    let ((days1, time1), (days2, time2)) = (split_timestamp(from), split_timestamp(to));
    let ((y1, m1, d1), (y2, m2, d2)) = (civil_from_days(days1), civil_from_days(days2));
    let mut months = (i64::from(y2) - i64::from(y1)) * 12 + i64::from(m2) - i64::from(m1);
    let mut days = i64::from(d2) - i64::from(d1);
    let mut micros = time2 - time1;
    if micros < 0 {
        micros += DAY;
        days -= 1;
    }
    if days < 0 {
        // The days of the month of the earlier date, or of the later one's predecessor when the sign turns.
        let (year, month) = if negative { (y2, m2 + 11) } else { (y1, m1 + 12) };
        let (year, month) = if negative {
            (year + if m2 == 1 { -1 } else { 0 }, (month - 1) % 12 + 1)
        } else {
            (year, (month - 1) % 12 + 1)
        };
        days += i64::from(days_in_month(year, month));
        months -= 1;
    }
    let sign = if negative { -1 } else { 1 };
    Ok(Value::Interval(Interval {
        months: i32::try_from(months * sign).unwrap_or(i32::MAX),
        days: (days * sign) as i32,
        micros: micros * sign,
    }))
}

/// The date of a year, month and day; an error where the calendar has none.
fn make_date(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let part = |value: &Value| match value {
        Value::Integer(n) => i32::try_from(*n).ok(),
        _ => None,
    };
    let parts = part(&args[0]).zip(part(&args[1])).zip(part(&args[2]));
    let Some(((year, month), day)) = parts else { return Err(mismatch("make_date", &args[0])) };
    match (u32::try_from(month), u32::try_from(day)) {
        (Ok(month), Ok(day)) if (1..=5_874_897).contains(&year) && is_date(year, month, day) => {
            Ok(Value::Date(days_from_civil(year, month, day)))
        }
        _ => Err(EvaluateError::runtime("date field value out of range")),
    }
}

/// Whether a date or timestamp is not `infinity`.
fn is_finite(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Boolean(match &args[0] {
        Value::Date(days) => !matches!(*days, i32::MAX | i32::MIN),
        Value::Timestamp(micros) => !matches!(*micros, i64::MAX | i64::MIN),
        Value::Text(text) => {
            let days = parse_date(text.trim_ascii())
                .ok_or_else(|| EvaluateError::runtime("invalid input syntax for type date"))?;
            !matches!(days, i32::MAX | i32::MIN)
        }
        _ => true,
    }))
}

/// `timezone('UTC', t)`: with the session in UTC the instant stays.
fn timezone(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let zone = cast::as_text(&args[0], cx);
    match zone.to_ascii_lowercase().as_str() {
        "utc" | "gmt" | "etc/utc" | "z" => Ok(Value::Timestamp(instant(&args[1])?)),
        _ => Err(EvaluateError::unsupported(format!("the time zone `{zone}`"))),
    }
}

/// The instant so many seconds after 1970-01-01.
fn to_timestamp(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match &args[0] {
        Value::Text(_) => Err(mismatch("to_timestamp", &args[0])),
        seconds => {
            let micros = libm::rint(to_float(seconds) * 1e6);
            if micros.abs() > 9e18 {
                return Err(EvaluateError::runtime("timestamp out of range"));
            }
            Ok(Value::Timestamp(micros as i64))
        }
    }
}

/// MySQL counts from year 0: 1970-01-01 is day 719528.
fn to_days(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(i128::from(split_timestamp(instant(&args[0])?).0) + 719_528))
}

/// The day of a date or timestamp.
fn day(value: &Value) -> Result<i32, EvaluateError> {
    Ok(split_timestamp(instant(value)?).0)
}

/// Seconds from year 0 on.
fn to_seconds(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let (days, time) = split_timestamp(instant(&args[0])?);
    Ok(Value::Integer((i128::from(days) + 719_528) * 86_400 + i128::from(time / SECOND)))
}

/// Seconds since 1970 in the session's zone, with a fraction where there is one; 0 of what is before.
fn unix_timestamp(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let micros = instant(&args[0])?.max(0);
    Ok(match micros % SECOND {
        0 => Value::Integer((micros / SECOND).into()),
        _ => Value::Decimal(Decimal::new(micros.into(), 6)),
    })
}

/// Year and week in mode 0: weeks begin on Sunday, and the first one has the year's first Sunday in it. Days before are of
/// the last week of the year before.
fn year_week(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let day = day(&args[0])?;
    let sunday = day - day_of_week(day) as i32;
    let (year, _, _) = civil_from_days(sunday);
    let week = (day_of_year(sunday) - 1) / 7 + 1;
    Ok(Value::Integer(i128::from(year) * 100 + i128::from(week)))
}

/// Seconds since midnight.
fn time_to_seconds(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let micros = match &args[0] {
        Value::Time(micros) => *micros,
        other => split_timestamp(instant(other)?).1,
    };
    Ok(Value::Integer((micros / SECOND).into()))
}
