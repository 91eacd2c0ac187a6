//! Ends of ranges, and their order.

use super::RangeError;
use crate::number::{to_decimal, to_float};
use crate::{Interval, Value};
use std::cmp::Ordering;

/// Which end of a range it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Lower,
    Upper,
}

/// An end with what belongs to its place in the order; a `value` of `None` is without end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge<'a> {
    pub(super) value: Option<&'a Value>,
    pub(super) inclusive: bool,
    pub(super) side: Side,
}

impl Edge<'_> {
    /// The order of two ends, as PostgreSQL's `range_cmp_bounds` has it: an exclusive lower end lies behind its value,
    /// an exclusive upper end before it.
    pub(super) fn compare(self, other: Edge<'_>) -> Result<Ordering, RangeError> {
        let (a, b) = match (self.value, other.value) {
            (None, None) if self.side == other.side => return Ok(Ordering::Equal),
            (None, _) => {
                return Ok(if self.side == Side::Lower { Ordering::Less } else { Ordering::Greater });
            }
            (_, None) => {
                return Ok(if other.side == Side::Lower { Ordering::Greater } else { Ordering::Less });
            }
            (Some(a), Some(b)) => (a, b),
        };
        let order = order_of_ends(a, b).ok_or(RangeError::NoOrder)?;
        Ok(order.then(self.lean().cmp(&other.lean())))
    }

    /// Where an end lies about its value.
    fn lean(self) -> i8 {
        match (self.inclusive, self.side) {
            (true, _) => 0,
            (false, Side::Lower) => 1,
            (false, Side::Upper) => -1,
        }
    }

    /// Whether an upper end and a lower one touch: nothing lies between them, and no value belongs to both.
    pub(super) fn touches(self, lower: Edge<'_>) -> Result<bool, RangeError> {
        let (Some(a), Some(b)) = (self.value, lower.value) else { return Ok(false) };
        Ok(order_of_ends(a, b).ok_or(RangeError::NoOrder)?.is_eq() && self.inclusive != lower.inclusive)
    }

    /// The same place as an end of the other side: where one range ends, another may begin.
    pub(super) fn turned(self) -> Self {
        let side = if self.side == Side::Lower { Side::Upper } else { Side::Lower };
        Self { inclusive: !self.inclusive, side, ..self }
    }
}

/// The order of two values as ends of ranges; `None` for kinds that have none here, and for a mix of kinds.
pub fn order_of_ends(a: &Value, b: &Value) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Timestamp(b)) | (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Interval(a), Value::Interval(b)) => span(*a).cmp(&span(*b)),
        (Value::Float(_), Value::Integer(_) | Value::Decimal(_) | Value::Float(_))
        | (Value::Integer(_) | Value::Decimal(_), Value::Float(_)) => {
            let (a, b) = (to_float(a), to_float(b));
            a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
        }
        (Value::Integer(_) | Value::Decimal(_), Value::Integer(_) | Value::Decimal(_)) => {
            to_decimal(a)?.compare(to_decimal(b)?)
        }
        _ => return None,
    })
}

/// An interval as PostgreSQL compares it, with months of 30 days.
fn span(i: Interval) -> i128 {
    (i128::from(i.months) * 30 + i128::from(i.days)) * 86_400_000_000 + i128::from(i.micros)
}

/// The value after one of a kind whose values can be counted, and true; others stay, with false. So do the infinities.
pub(super) fn next(end: Value) -> (Option<Value>, bool) {
    match end {
        Value::Integer(n) => match n.checked_add(1) {
            Some(next) => (Some(Value::Integer(next)), true),
            None => (Some(Value::Integer(n)), false),
        },
        Value::Date(days) if !matches!(days, i32::MIN | i32::MAX) => (Some(Value::Date(days + 1)), true),
        other => (Some(other), false),
    }
}
