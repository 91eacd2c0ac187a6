//! Spans of time and what is counted in them: `make_interval`, `justify_days`, `date_bin` (PostgreSQL's manual, §9.9).

use super::text::integer;
use super::{BuiltinFunction, mismatch, strict};
use crate::function::temporal::instant;
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::calendar::{DAY, SECOND};
use seedbed_sql_values::number::to_float;
use seedbed_sql_values::{Interval, Value};

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("make_interval",    (0, 7), make_interval),
    strict("justify_hours",    (1, 1), |a, cx| interval(&a[0], cx).and_then(justify_hours).map(Value::Interval)),
    strict("justify_days",     (1, 1), |a, cx| interval(&a[0], cx).and_then(justify_days).map(Value::Interval)),
    strict("justify_interval", (1, 1), |a, cx| interval(&a[0], cx).and_then(justify_interval).map(Value::Interval)),
    strict("date_bin",         (3, 3), date_bin),
];

/// An interval; a text constant is read as one.
fn interval(value: &Value, cx: &Context<'_>) -> Result<Interval, EvaluateError> {
    let target = SqlType::Interval { fields: None, precision: None };
    match value {
        Value::Interval(interval) => Ok(*interval),
        Value::Text(_) => match cast::cast(value.clone(), None, &target, cx)? {
            Value::Interval(interval) => Ok(interval),
            other => Err(mismatch("interval", &other)),
        },
        other => Err(mismatch("interval", other)),
    }
}

fn out_of_range() -> EvaluateError {
    EvaluateError::runtime("interval out of range")
}

/// Years, months, weeks, days, hours, minutes and seconds, the last with a fraction.
fn make_interval(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let part = |i: usize| args.get(i).map_or(Ok(0), |value| integer(value, "make_interval"));
    let seconds = args.get(6).map_or(0.0, to_float);
    if !seconds.is_finite() || seconds.abs() > 9e12 {
        return Err(out_of_range());
    }
    let micros = (part(4)? * 3600 + part(5)? * 60) * i128::from(SECOND)
        + cast::saturating_integer(libm::rint(seconds * 1e6));
    Ok(Value::Interval(Interval {
        months: i32::try_from(part(0)? * 12 + part(1)?).map_err(|_| out_of_range())?,
        days: i32::try_from(part(2)? * 7 + part(3)?).map_err(|_| out_of_range())?,
        micros: i64::try_from(micros).map_err(|_| out_of_range())?,
    }))
}

/// Days of 24 hours out of the hours, of the sign that the days have.
fn justify_hours(of: Interval) -> Result<Interval, EvaluateError> {
    let (mut days, mut micros) = (i64::from(of.days) + of.micros / DAY, of.micros % DAY);
    if days > 0 && micros < 0 {
        (days, micros) = (days - 1, micros + DAY);
    } else if days < 0 && micros > 0 {
        (days, micros) = (days + 1, micros - DAY);
    }
    Ok(Interval { months: of.months, days: i32::try_from(days).map_err(|_| out_of_range())?, micros })
}

/// Months of 30 days out of the days, of the sign that the months have.
fn justify_days(of: Interval) -> Result<Interval, EvaluateError> {
    let (mut months, mut days) = (i64::from(of.months) + i64::from(of.days / 30), of.days % 30);
    if months > 0 && days < 0 {
        (months, days) = (months - 1, days + 30);
    } else if months < 0 && days > 0 {
        (months, days) = (months + 1, days - 30);
    }
    Ok(Interval { months: i32::try_from(months).map_err(|_| out_of_range())?, days, micros: of.micros })
}

/// Hours into days and days into months, all of one sign.
fn justify_interval(of: Interval) -> Result<Interval, EvaluateError> {
    let days = i64::from(of.days) + of.micros / DAY;
    let mut micros = of.micros % DAY;
    let mut months = i64::from(of.months) + days / 30;
    let mut days = days % 30;
    if months > 0 && (days < 0 || (days == 0 && micros < 0)) {
        (months, days) = (months - 1, days + 30);
    } else if months < 0 && (days > 0 || (days == 0 && micros > 0)) {
        (months, days) = (months + 1, days - 30);
    }
    if days > 0 && micros < 0 {
        (days, micros) = (days - 1, micros + DAY);
    } else if days < 0 && micros > 0 {
        (days, micros) = (days + 1, micros - DAY);
    }
    Ok(Interval { months: i32::try_from(months).map_err(|_| out_of_range())?, days: days as i32, micros })
}

/// The beginning of the bin that a time is in; bins are of one length and counted from an origin.
fn date_bin(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let stride = interval(&args[0], cx)?;
    let (at, origin) = (instant(&args[1])?, instant(&args[2])?);
    if stride.months != 0 {
        return Err(EvaluateError::runtime("timestamps cannot be binned into intervals of months"));
    }
    let stride = i128::from(stride.days) * i128::from(DAY) + i128::from(stride.micros);
    if stride <= 0 {
        return Err(EvaluateError::runtime("stride must be greater than zero"));
    }
    if [at, origin].iter().any(|micros| matches!(*micros, i64::MAX | i64::MIN)) {
        return Err(EvaluateError::unsupported("`date_bin` of infinity"));
    }
    let distance = i128::from(at) - i128::from(origin);
    i64::try_from(i128::from(origin) + distance.div_euclid(stride) * stride)
        .map(Value::Timestamp)
        .map_err(|_| EvaluateError::runtime("timestamp out of range"))
}
