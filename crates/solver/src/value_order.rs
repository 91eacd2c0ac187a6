//! The order of constants: numbers by magnitude, dates and timestamps by time, text by code point.
//!
//! It serves bounds and lists that come from a schema's text, where the same number may be written `1`, `1.0` and
//! `1e0`. What servers make of a comparison is the evaluator's business.

use crate::units::{DAY_MICROS, span};
use seedbed_sql_values::Value;

/// Whether two constants are the same value: numbers by magnitude, everything else by kind and content.
pub fn same(a: &Value, b: &Value) -> bool {
    a == b || order(a, b).is_some_and(std::cmp::Ordering::is_eq)
}

/// The order of two numbers, dates, times or spans of time; `None` for others, and for a mix.
pub fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) | (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Timestamp(b)) => Some((i64::from(*a) * DAY_MICROS).cmp(b)),
        (Value::Timestamp(a), Value::Date(b)) => Some(a.cmp(&(i64::from(*b) * DAY_MICROS))),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Interval(a), Value::Interval(b)) => Some(span(*a).cmp(&span(*b))),
        _ => {
            let ((a, sa), (b, sb)) = (exact(a)?, exact(b)?);
            let up = |n: i128, by: u32| 10_i128.checked_pow(by).and_then(|p| n.checked_mul(p));
            let common = sa.max(sb);
            Some(up(a, common - sa)?.cmp(&up(b, common - sb)?))
        }
    }
}

/// A number as unscaled digits and scale. Floats are taken to nine digits after the point.
pub(crate) fn exact(value: &Value) -> Option<(i128, u32)> {
    match value {
        Value::Integer(n) => Some((*n, 0)),
        Value::Boolean(b) => Some((i128::from(*b), 0)),
        Value::Decimal(d) => Some((d.unscaled, u32::from(d.scale))),
        Value::Float(f) if f.is_finite() && f.abs() < 1e27 => Some(((f * 1e9).round() as i128, 9)),
        _ => None,
    }
}
