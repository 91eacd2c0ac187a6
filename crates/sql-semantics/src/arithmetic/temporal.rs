//! Dates, times and intervals.
//!
//! The table of PostgreSQL's date and time operators (manual, §9.9); MySQL has those with an interval
//! alone.

use super::DateArithmetic;
use crate::{Context, EvaluateError};
use seedbed_schema_model::{BinaryOp, SqlType};
use seedbed_sql_values::calendar::{DAY, add_months, split_timestamp};
use seedbed_sql_values::number::to_float;
use seedbed_sql_values::{Interval, Value, parse_value};

/// `a op b` when a date or time takes part; `None` when none does.
pub(super) fn binary(
    op: BinaryOp,
    a: &Value,
    b: &Value,
    cx: &Context<'_>,
) -> Option<Result<Value, EvaluateError>> {
    let temporal =
        |v: &Value| matches!(v, Value::Date(_) | Value::Time(_) | Value::Timestamp(_) | Value::Interval(_));
    if !temporal(a) && !temporal(b) {
        return None;
    }
    let with_interval = matches!(a, Value::Interval(_)) || matches!(b, Value::Interval(_));
    if cx.semantics.arithmetic.dates == DateArithmetic::Numeric && !with_interval {
        return None;
    }
    let (a, b) = match (constant(op, a, b, cx), constant(op, b, a, cx)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(error), _) | (_, Err(error)) => return Some(Err(error)),
    };
    Some(operate(op, &a, &b))
}

/// PostgreSQL reads a string constant beside a date or time: as an interval beside one, else as the same type for `-`.
fn constant(op: BinaryOp, value: &Value, other: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let Value::Text(text) = value else { return Ok(value.clone()) };
    let ty = match (op, other) {
        (BinaryOp::Sub, Value::Date(_)) => SqlType::Date,
        (BinaryOp::Sub, Value::Timestamp(_)) => SqlType::Timestamp { precision: None, zoned: true },
        (BinaryOp::Sub, Value::Time(_)) => SqlType::Time { precision: None, zoned: false },
        (BinaryOp::Mul | BinaryOp::Div, _) => SqlType::Float { bits: 64, unsigned: false, digits: None },
        _ => SqlType::Interval { fields: None, precision: None },
    };
    parse_value(text, &ty, cx.schema).map_err(|e| EvaluateError::runtime(e.to_string()))
}

/// `a op b` on two values of which one at least is a date, a time or an interval.
fn operate(op: BinaryOp, a: &Value, b: &Value) -> Result<Value, EvaluateError> {
    let out_of_range = || EvaluateError::runtime("timestamp out of range");
    let days =
        |n: i128| i32::try_from(n).map(Value::Date).map_err(|_| EvaluateError::runtime("date out of range"));
    match (op, a, b) {
        (BinaryOp::Add, Value::Date(d), Value::Integer(n))
        | (BinaryOp::Add, Value::Integer(n), Value::Date(d)) => days(i128::from(*d) + n),
        (BinaryOp::Sub, Value::Date(d), Value::Integer(n)) => days(i128::from(*d) - n),
        (BinaryOp::Sub, Value::Date(x), Value::Date(y)) => {
            Ok(Value::Integer(i128::from(*x) - i128::from(*y)))
        }
        (BinaryOp::Add, Value::Date(d), Value::Time(t)) | (BinaryOp::Add, Value::Time(t), Value::Date(d)) => {
            midnight(*d).and_then(|m| m.checked_add(*t)).map(Value::Timestamp).ok_or_else(out_of_range)
        }
        (BinaryOp::Add, Value::Date(_) | Value::Timestamp(_), Value::Interval(i)) => shifted(a, *i),
        (BinaryOp::Add, Value::Interval(i), Value::Date(_) | Value::Timestamp(_)) => shifted(b, *i),
        (BinaryOp::Sub, Value::Date(_) | Value::Timestamp(_), Value::Interval(i)) => match negate(*i)? {
            Value::Interval(i) => shifted(a, i),
            _ => Err(out_of_range()),
        },
        (BinaryOp::Sub, Value::Date(_) | Value::Timestamp(_), Value::Date(_) | Value::Timestamp(_)) => {
            let (x, y) = (micros(a).ok_or_else(out_of_range)?, micros(b).ok_or_else(out_of_range)?);
            Ok(Value::Interval(from_micros(x.checked_sub(y).ok_or_else(out_of_range)?)))
        }
        (BinaryOp::Add, Value::Time(t), Value::Interval(i))
        | (BinaryOp::Add, Value::Interval(i), Value::Time(t)) => {
            Ok(Value::Time((t + i.micros % DAY).rem_euclid(DAY)))
        }
        (BinaryOp::Sub, Value::Time(t), Value::Interval(i)) => {
            Ok(Value::Time((t - i.micros % DAY).rem_euclid(DAY)))
        }
        (BinaryOp::Sub, Value::Time(x), Value::Time(y)) => {
            Ok(Value::Interval(Interval { micros: x - y, ..Interval::default() }))
        }
        (BinaryOp::Add, Value::Interval(x), Value::Interval(y)) => sum(*x, *y),
        (BinaryOp::Sub, Value::Interval(x), Value::Interval(y)) => match negate(*y)? {
            Value::Interval(y) => sum(*x, y),
            _ => Err(out_of_range()),
        },
        (BinaryOp::Mul, Value::Interval(i), n) | (BinaryOp::Mul, n, Value::Interval(i)) => {
            scaled(*i, to_float(n))
        }
        (BinaryOp::Div, Value::Interval(_), n) if to_float(n) == 0.0 => {
            Err(EvaluateError::runtime("division by zero"))
        }
        (BinaryOp::Div, Value::Interval(i), n) => scaled(*i, 1.0 / to_float(n)),
        _ => Err(EvaluateError::unsupported("this operator on dates and times")),
    }
}

/// `-interval`.
pub(super) fn negate(i: Interval) -> Result<Value, EvaluateError> {
    let negated = i.months.checked_neg().zip(i.days.checked_neg()).zip(i.micros.checked_neg());
    negated
        .map(|((months, days), micros)| Value::Interval(Interval { months, days, micros }))
        .ok_or_else(|| EvaluateError::runtime("interval out of range"))
}

/// Field by field, without carrying from one to another.
fn sum(x: Interval, y: Interval) -> Result<Value, EvaluateError> {
    let parts =
        x.months.checked_add(y.months).zip(x.days.checked_add(y.days)).zip(x.micros.checked_add(y.micros));
    parts
        .map(|((months, days), micros)| Value::Interval(Interval { months, days, micros }))
        .ok_or_else(|| EvaluateError::runtime("interval out of range"))
}

/// Fractions of a month become days of a month of 30, fractions of a day become time (PostgreSQL's `interval_mul`).
fn scaled(i: Interval, factor: f64) -> Result<Value, EvaluateError> {
    let months = f64::from(i.months) * factor;
    let days = f64::from(i.days) * factor;
    let month_days = (months - libm::trunc(months)) * 30.0;
    let day_rest = (days - libm::trunc(days)) + (month_days - libm::trunc(month_days));
    let micros = libm::rint(i.micros as f64 * factor + day_rest * DAY as f64);
    let whole = |f: f64| (f.is_finite() && f.abs() < 2_147_483_648.0).then_some(f as i32);
    match (
        whole(libm::trunc(months)),
        whole(libm::trunc(days) + libm::trunc(month_days)),
        micros.abs() < 9_223_372_036_854_775_808.0,
    ) {
        (Some(months), Some(days), true) => {
            Ok(Value::Interval(Interval { months, days, micros: micros as i64 }))
        }
        _ => Err(EvaluateError::runtime("interval out of range")),
    }
}

/// A date or timestamp moved by months, then days, then microseconds.
fn shifted(value: &Value, by: Interval) -> Result<Value, EvaluateError> {
    let out_of_range = || EvaluateError::runtime("timestamp out of range");
    if matches!(value, Value::Timestamp(i64::MAX | i64::MIN)) {
        return Ok(value.clone());
    }
    let (days, time) = split_timestamp(micros(value).ok_or_else(out_of_range)?);
    let days = i64::from(add_months(days, by.months)) + i64::from(by.days);
    let days = i32::try_from(days).ok().and_then(midnight).ok_or_else(out_of_range)?;
    days.checked_add(time)
        .and_then(|t| t.checked_add(by.micros))
        .map(Value::Timestamp)
        .ok_or_else(out_of_range)
}

/// The interval between two instants.
fn from_micros(micros: i64) -> Interval {
    // PostgreSQL's timestamp difference: whole days and the rest, of one sign.
    Interval { months: 0, days: (micros / DAY) as i32, micros: micros % DAY }
}

/// A date or timestamp in microseconds since 1970-01-01 00:00.
fn micros(value: &Value) -> Option<i64> {
    match value {
        Value::Date(days) => midnight(*days),
        Value::Timestamp(micros) => Some(*micros),
        _ => None,
    }
}

/// The first instant of a day; the infinities stay.
fn midnight(days: i32) -> Option<i64> {
    match days {
        i32::MAX => Some(i64::MAX),
        i32::MIN => Some(i64::MIN),
        days => i64::from(days).checked_mul(DAY),
    }
}
