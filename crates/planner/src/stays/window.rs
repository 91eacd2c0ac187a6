//! Where the ends of ranges may be.

use super::{Stay, measure};
use seedbed_solver::{Bound, ValueDomain, order};

impl Stay<'_> {
    /// The first and the last unit that ends may be.
    pub(super) fn window(&self, wide: bool) -> Option<(i128, i128)> {
        let tighter = |a: &Option<Bound>, b: &Option<Bound>, greatest: bool| match (a, b) {
            (Some(a), Some(b)) => {
                let is_before = order(&a.value, &b.value).is_some_and(std::cmp::Ordering::is_lt);
                Some(if is_before == greatest { b.clone() } else { a.clone() })
            }
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        // Where a value lies between both ends, the bounds of the other ends are none of all.
        let spans = self.start.high.is_some() && self.end.low.is_some();
        let domain = if spans && self.start.low.is_none() && self.end.high.is_none() {
            let (last, first) = (self.greatest(&self.start)?, self.least(&self.end)?);
            let around = 64 * measure::longest_usual(&self.units);
            return Some((
                (first.min(last) - around).max(self.units.min),
                (last.max(first) + around).min(self.units.max),
            ));
        } else if spans {
            ValueDomain { low: self.start.low.clone(), high: self.end.high.clone(), ..ValueDomain::default() }
        } else {
            ValueDomain {
                low: tighter(&self.start.low, &self.end.low, true),
                high: tighter(&self.start.high, &self.end.high, false),
                ..ValueDomain::default()
            }
        };
        let (from, to) = self.units.range(&domain, wide)?;
        let from = match self.taken_to {
            Some(taken) => from.max(taken + self.gap.max(1)),
            None => from,
        };
        (from <= to || self.taken_to.is_some()).then_some((from, to.max(from)))
    }

    /// The first and the last start of ranges of a length within a window. Where each has to hold a value, none begins
    /// after it or ends before.
    pub(super) fn starts(&self, (from, to): (i128, i128), length: i128) -> (i128, i128) {
        let first = self.least(&self.end).map_or(from, |end| from.max(end - length));
        let last = self.greatest(&self.start).map_or(to - length, |start| start.min(to - length));
        (first, last)
    }

    pub(super) fn least(&self, domain: &ValueDomain) -> Option<i128> {
        domain.low.as_ref().and_then(|low| self.units.least(low))
    }

    pub(super) fn greatest(&self, domain: &ValueDomain) -> Option<i128> {
        domain.high.as_ref().and_then(|high| self.units.greatest(high))
    }
}
