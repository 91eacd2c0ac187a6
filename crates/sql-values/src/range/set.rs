//! What is asked of ranges and computed on them: PostgreSQL's operators (manual, §9.20).

use super::end::Edge;
use super::{Range, RangeError, RangeSet};
use crate::Value;
use std::cmp::Ordering;

/// Answers that fail where ends have no order.
type Answer = Result<bool, RangeError>;

impl RangeSet {
    /// `a && b`.
    ///
    /// # Errors
    /// [`RangeError::NoOrder`], as of all questions here.
    pub fn overlaps(&self, other: &Self) -> Answer {
        any(&self.parts, |a| any(&other.parts, |b| overlap(a, b)))
    }

    /// `a @> b`.
    pub fn contains(&self, other: &Self) -> Answer {
        let within = |b: &Range| {
            any(&self.parts, |a| {
                Ok(a.lower().compare(b.lower())?.is_le() && a.upper().compare(b.upper())?.is_ge())
            })
        };
        other.parts.iter().try_fold(true, |all, b| Ok(all && within(b)?))
    }

    /// `a @> value`.
    pub fn holds(&self, value: &Value) -> Answer {
        any(&self.parts, |a| a.holds(value).ok_or(RangeError::NoOrder))
    }

    /// `a << b`: strictly left of it. False of an empty range, as is all that follows.
    pub fn is_before(&self, other: &Self) -> Answer {
        match (self.parts.last(), other.parts.first()) {
            (Some(a), Some(b)) => Ok(a.upper().compare(b.lower())?.is_lt()),
            _ => Ok(false),
        }
    }

    /// `a &< b`: does not extend to the right of it.
    pub fn ends_by(&self, other: &Self) -> Answer {
        match (self.parts.last(), other.parts.last()) {
            (Some(a), Some(b)) => Ok(a.upper().compare(b.upper())?.is_le()),
            _ => Ok(false),
        }
    }

    /// `a &> b`: does not extend to the left of it.
    pub fn begins_by(&self, other: &Self) -> Answer {
        match (self.parts.first(), other.parts.first()) {
            (Some(a), Some(b)) => Ok(a.lower().compare(b.lower())?.is_ge()),
            _ => Ok(false),
        }
    }

    /// `a -|- b`: they touch.
    pub fn is_adjacent(&self, other: &Self) -> Answer {
        let (Some(a), Some(b)) = (self.parts.last(), other.parts.first()) else { return Ok(false) };
        let (Some(c), Some(d)) = (other.parts.last(), self.parts.first()) else { return Ok(false) };
        Ok(a.upper().touches(b.lower())? || c.upper().touches(d.lower())?)
    }

    /// `a + b`.
    ///
    /// # Errors
    /// [`RangeError::NotContiguous`] of ranges that don't meet; multiranges may.
    pub fn union(&self, other: &Self) -> Result<Self, RangeError> {
        self.made_of(normalized(self.parts.iter().chain(&other.parts).cloned().collect())?)
    }

    /// `a * b`.
    pub fn intersection(&self, other: &Self) -> Result<Self, RangeError> {
        let mut parts = Vec::new();
        for a in &self.parts {
            for b in &other.parts {
                if overlap(a, b)? {
                    let low = if a.lower().compare(b.lower())?.is_ge() { a.lower() } else { b.lower() };
                    let high = if a.upper().compare(b.upper())?.is_le() { a.upper() } else { b.upper() };
                    parts.push(spanned(low, high));
                }
            }
        }
        self.made_of(normalized(parts)?)
    }

    /// `a - b`.
    ///
    /// # Errors
    /// [`RangeError::NotContiguous`] of a range that falls in two; a multirange may.
    pub fn difference(&self, other: &Self) -> Result<Self, RangeError> {
        let mut left: Vec<Range> = self.parts.clone();
        for b in &other.parts {
            let mut rest = Vec::new();
            for a in &left {
                if !overlap(a, b)? {
                    rest.push(a.clone());
                    continue;
                }
                if a.lower().compare(b.lower())?.is_lt() {
                    rest.push(spanned(a.lower(), b.lower().turned()));
                }
                if a.upper().compare(b.upper())?.is_gt() {
                    rest.push(spanned(b.upper().turned(), a.upper()));
                }
            }
            left = rest;
        }
        self.made_of(left)
    }

    /// The smallest range around all parts.
    #[must_use]
    pub fn hull(&self) -> Self {
        let ends = self.parts.first().zip(self.parts.last());
        Self::range(ends.map(|(first, last)| spanned(first.lower(), last.upper())))
    }

    /// The order of two ranges: the empty one first, then by the lower end, then by the upper one.
    pub fn compare(&self, other: &Self) -> Result<Ordering, RangeError> {
        for (a, b) in self.parts.iter().zip(&other.parts) {
            let order = a.lower().compare(b.lower())?;
            let order = if order.is_eq() { a.upper().compare(b.upper())? } else { order };
            if order.is_ne() {
                return Ok(order);
            }
        }
        Ok(self.parts.len().cmp(&other.parts.len()))
    }

    /// Parts as a set of the own kind.
    fn made_of(&self, parts: Vec<Range>) -> Result<Self, RangeError> {
        if !self.multi && parts.len() > 1 {
            return Err(RangeError::NotContiguous);
        }
        Ok(Self { multi: self.multi, parts })
    }
}

fn any<T>(of: &[T], holds: impl Fn(&T) -> Answer) -> Answer {
    of.iter().try_fold(false, |found, part| Ok(found || holds(part)?))
}

/// Whether some value belongs to both.
fn overlap(a: &Range, b: &Range) -> Answer {
    Ok(a.lower().compare(b.upper())?.is_le() && b.lower().compare(a.upper())?.is_le())
}

/// What lies between two ends in order.
fn spanned(low: Edge<'_>, high: Edge<'_>) -> Range {
    Range {
        low: low.value.cloned(),
        high: high.value.cloned(),
        low_inclusive: low.inclusive && low.value.is_some(),
        high_inclusive: high.inclusive && high.value.is_some(),
    }
}

/// Ranges in order, those that touch or overlap joined.
pub(super) fn normalized(ranges: Vec<Range>) -> Result<Vec<Range>, RangeError> {
    let mut sorted: Vec<Range> = Vec::with_capacity(ranges.len());
    for range in ranges {
        let mut at = sorted.len();
        while at > 0 && range.lower().compare(sorted[at - 1].lower())?.is_lt() {
            at -= 1;
        }
        sorted.insert(at, range);
    }
    let mut joined: Vec<Range> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match joined.last_mut() {
            Some(last) if overlap(last, &range)? || last.upper().touches(range.lower())? => {
                if range.upper().compare(last.upper())?.is_gt() {
                    *last = spanned(last.lower(), range.upper());
                }
            }
            _ => joined.push(range),
        }
    }
    Ok(joined)
}
