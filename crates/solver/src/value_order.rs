//! The order of constants: numbers by magnitude, dates and timestamps by time, text by code point.
//!
//! It serves bounds and lists that come from a schema's text, where the same number may be written `1`, `1.0` and
//! `1e0`. What servers make of a comparison is the evaluator's business.

use crate::units::{DAY_MICROS, span};
use seedbed_sql_values::Value;
use std::collections::HashSet;

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

/// Constants of which no two are the [`same`], found without a look at each: lists of a schema's text have any length.
#[derive(Debug, Default)]
pub struct DistinctValues<'a> {
    known: HashSet<Identity<'a>>,
    /// Those of other kinds, which are compared one by one.
    others: Vec<&'a Value>,
}

/// What two constants have in common when they are the same.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Identity<'a> {
    /// Unscaled digits without zeros at the end, and the scale.
    Number(i128, i64),
    Instant(i64),
    TimeOfDay(i64),
    Text(&'a str),
}

impl<'a> DistinctValues<'a> {
    /// Whether the value is none of those that are here; it is one of them then.
    pub fn insert(&mut self, value: &'a Value) -> bool {
        match identity(value) {
            Some(identity) => self.known.insert(identity),
            None if self.others.iter().any(|other| same(other, value)) => false,
            None => {
                self.others.push(value);
                true
            }
        }
    }

    /// Whether one of those that are here is the same.
    pub fn contains(&self, value: &Value) -> bool {
        match identity(value) {
            Some(identity) => self.known.contains(&identity),
            None => self.others.iter().any(|other| same(other, value)),
        }
    }
}

impl<'a> FromIterator<&'a Value> for DistinctValues<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Self {
        let mut distinct = Self::default();
        for value in values {
            distinct.insert(value);
        }
        distinct
    }
}

/// `None` for values that are told apart by a comparison alone.
fn identity(value: &Value) -> Option<Identity<'_>> {
    match value {
        Value::Date(days) => Some(Identity::Instant(i64::from(*days).checked_mul(DAY_MICROS)?)),
        Value::Timestamp(micros) => Some(Identity::Instant(*micros)),
        Value::Time(micros) => Some(Identity::TimeOfDay(*micros)),
        Value::Text(text) => Some(Identity::Text(text)),
        _ => {
            let (mut unscaled, scale) = exact(value)?;
            let mut scale = i64::from(scale);
            while unscaled != 0 && unscaled % 10 == 0 {
                unscaled /= 10;
                scale -= 1;
            }
            Some(Identity::Number(unscaled, if unscaled == 0 { 0 } else { scale }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_sql_values::Decimal;

    #[test]
    fn distinct_values_are_those_that_are_not_the_same() {
        let decimal = |unscaled, scale| Value::Decimal(Decimal { unscaled, scale });
        let values = [
            Value::Integer(1),
            Value::Integer(10),
            Value::Integer(0),
            Value::Integer(-10),
            decimal(10, 1),
            decimal(1_000, 2),
            decimal(0, 3),
            decimal(15, 1),
            Value::Float(1.5),
            Value::Float(f64::NAN),
            Value::Boolean(true),
            Value::Text("1".into()),
            Value::Text("a".into()),
            Value::Text("A".into()),
            Value::Date(1),
            Value::Timestamp(DAY_MICROS),
            Value::Time(DAY_MICROS),
            Value::Null,
            Value::Bytes(vec![1]),
        ];
        for one in &values {
            let of_one: DistinctValues<'_> = std::iter::once(one).collect();
            for other in &values {
                assert_eq!(of_one.contains(other), same(one, other), "{one:?} and {other:?}");
            }
        }
        let mut seen = DistinctValues::default();
        let first = values.iter().filter(|value| seen.insert(value)).count();
        let by_comparing =
            values.iter().enumerate().filter(|(i, v)| !values[..*i].iter().any(|o| same(o, v)));
        assert_eq!(first, by_comparing.count());
    }
}
