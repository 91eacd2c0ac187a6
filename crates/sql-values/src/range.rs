//! Ranges and multiranges (PostgreSQL manual, §8.17): sets of values between ends.
//!
//! A range is a multirange of at most one part, so one type holds both, and all that is computed on them is computed on
//! parts in order. Ends of integers and dates are kept as PostgreSQL keeps them, from an inclusive one to an exclusive
//! one, so that equal ranges are equal here.

mod end;
mod set;

use crate::Value;
pub use end::order_of_ends;
use end::{Edge, Side, next};
use thiserror::Error;

/// A range, or a multirange: parts that neither touch nor overlap, in order. Without parts it is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeSet {
    /// Whether its type is a multirange's.
    multi: bool,
    parts: Vec<Range>,
}

/// What lies between two ends; `None` is without end. It is never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: Option<Value>,
    /// The upper end.
    pub high: Option<Value>,
    /// Whether the lower end belongs to it: `[`.
    pub low_inclusive: bool,
    /// Whether the upper end belongs to it: `]`.
    pub high_inclusive: bool,
}

/// Ends that make no range, and sets of values that are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RangeError {
    /// `[5, 1)`.
    #[error("range lower bound must be less than or equal to range upper bound")]
    EndsReversed,
    /// `[1, 2) + [5, 6)`, which only a multirange holds.
    #[error("result of range union or difference would not be contiguous")]
    NotContiguous,
    /// Ends of kinds that have no order here.
    #[error("ends of a range that have no order")]
    NoOrder,
}

impl Range {
    /// The range between two ends, of which an integer or a date is brought to the form `[)`; `None` if it is empty.
    ///
    /// # Errors
    /// [`RangeError`] of ends in the wrong order or without one.
    pub fn between(
        low: Option<Value>,
        high: Option<Value>,
        low_inclusive: bool,
        high_inclusive: bool,
    ) -> Result<Option<Self>, RangeError> {
        let (low, low_inclusive) = match low {
            Some(end) if !low_inclusive => next(end),
            Some(end) => (Some(end), true),
            None => (None, false),
        };
        let (high, high_inclusive) = match high {
            Some(end) if high_inclusive => match next(end) {
                // What has no next value stays as it is written.
                (end, false) => (end, true),
                (end, true) => (end, false),
            },
            Some(end) => (Some(end), false),
            None => (None, false),
        };
        if let (Some(a), Some(b)) = (&low, &high) {
            match order_of_ends(a, b).ok_or(RangeError::NoOrder)? {
                // `(5, 5]` of integers is `[6, 6)`, and one less than that is in order as well.
                std::cmp::Ordering::Greater if is_one_apart(a, b) => return Ok(None),
                std::cmp::Ordering::Greater => return Err(RangeError::EndsReversed),
                std::cmp::Ordering::Equal if !(low_inclusive && high_inclusive) => return Ok(None),
                _ => {}
            }
        }
        Ok(Some(Self { low, high, low_inclusive, high_inclusive }))
    }

    /// Whether it holds a value; `None` if that has no order beside its ends.
    pub fn holds(&self, value: &Value) -> Option<bool> {
        let above = match &self.low {
            Some(low) => {
                let order = order_of_ends(value, low)?;
                order.is_gt() || (order.is_eq() && self.low_inclusive)
            }
            None => true,
        };
        let below = match &self.high {
            Some(high) => {
                let order = order_of_ends(value, high)?;
                order.is_lt() || (order.is_eq() && self.high_inclusive)
            }
            None => true,
        };
        Some(above && below)
    }

    fn lower(&self) -> Edge<'_> {
        Edge { value: self.low.as_ref(), inclusive: self.low_inclusive, side: Side::Lower }
    }

    fn upper(&self) -> Edge<'_> {
        Edge { value: self.high.as_ref(), inclusive: self.high_inclusive, side: Side::Upper }
    }
}

/// `(5, 5)` of integers: the lower end was moved past the upper one.
fn is_one_apart(low: &Value, high: &Value) -> bool {
    match (low, high) {
        (Value::Integer(a), Value::Integer(b)) => a.checked_sub(1) == Some(*b),
        (Value::Date(a), Value::Date(b)) => a.checked_sub(1) == Some(*b),
        _ => false,
    }
}

impl RangeSet {
    /// The empty range.
    pub fn empty(multi: bool) -> Self {
        Self { multi, parts: Vec::new() }
    }

    /// A range, or the empty one.
    pub fn range(range: Option<Range>) -> Self {
        Self { multi: false, parts: range.into_iter().collect() }
    }

    /// The multirange of some ranges, which may touch and overlap, in any order.
    ///
    /// # Errors
    /// [`RangeError::NoOrder`].
    pub fn multirange(ranges: Vec<Range>) -> Result<Self, RangeError> {
        Ok(Self { multi: true, parts: set::normalized(ranges)? })
    }

    /// Whether its type is a multirange's.
    pub fn is_multi(&self) -> bool {
        self.multi
    }

    /// Its parts, in order; none of an empty one.
    pub fn parts(&self) -> &[Range] {
        &self.parts
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

#[cfg(test)]
mod tests;
