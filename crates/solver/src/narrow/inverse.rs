//! Functions of the column that only rise, turned round: `YEAR(d) < 2010` is `d < '2010-01-01'`.
//!
//! Which functions those are is not listed anywhere: it is seen from the function's values, spread over the range that
//! the column has left, and where the condition begins or ends to hold is found by halving that range. A function that
//! falls somewhere, such as `MONTH(d)`, is not read.

use super::Narrowing;
use crate::domain::Bound;
use crate::units::Units;
use crate::value_order::order;
use seedbed_schema_model::{BinaryOp, Expr};
use seedbed_sql_semantics::{evaluate, truth};
use seedbed_sql_values::Value;

/// Places of a range at which a function is looked at.
const PLACES: i128 = 96;
/// Neighbours of each that are looked at as well: what repeats within a week, a month or a year falls among them.
const STRIDES: [i128; 5] = [1, 3, 10, 45, 200];

impl Narrowing<'_> {
    /// `f(x) op constant` where f only rises; false if it is none, or if it can't be evaluated.
    pub(super) fn invert(&mut self, left: &Expr, op: BinaryOp, right: &Expr) -> bool {
        let super::Subject::Column(column) = self.subject else { return false };
        if !self.inverts
            || self.is_subject(left)
            || left.columns() != [column]
            || self.constant(right).is_none()
        {
            return false;
        }
        let Some(units) = Units::of(self.ty, self.cx.schema.dialect) else { return false };
        let wide = units.range(&self.domain, true);
        // What nobody expects of a list may still be where a bound lies.
        let whole = wide.map(|(low, high)| (if self.domain.low.is_some() { low } else { units.min }, high));
        let ranges = [whole, wide, units.range(&self.domain, false)];
        let function = Function { of: left, narrowing: self, units };
        let Some(range) = ranges.into_iter().flatten().find(|range| function.rises(*range)) else {
            return false;
        };
        let holds = |op: BinaryOp| Expr::binary(op, left.clone(), right.clone());
        let first = |op: BinaryOp| function.first(range, &|n| function.meets(&holds(op), n));
        let (low, high) = match op {
            BinaryOp::GtEq | BinaryOp::Gt => (first(op), None),
            // It ends before the first place at which the opposite holds.
            BinaryOp::Lt => (None, first(BinaryOp::GtEq)),
            BinaryOp::LtEq => (None, first(BinaryOp::Gt)),
            BinaryOp::Eq => (first(BinaryOp::GtEq), first(BinaryOp::Gt)),
            _ => return false,
        };
        // No place is left below the first one, or above the last.
        let is_empty = matches!(op, BinaryOp::GtEq | BinaryOp::Gt | BinaryOp::Eq) && low.is_none()
            || high.is_some_and(|high| high <= range.0);
        if is_empty {
            return false;
        }
        let bound = |n: i128, inclusive| units.value(n).map(|value| Bound { value, inclusive });
        let mut read = true;
        if let Some(low) = low {
            read &= bound(low, true).is_some_and(|b| self.limit_low(b));
        }
        if let Some(high) = high {
            read &= bound(high, false).is_some_and(|b| self.limit_high(b));
        }
        read
    }
}

/// A function of one column that counts.
struct Function<'s, 'a> {
    of: &'s Expr,
    narrowing: &'s Narrowing<'a>,
    units: Units,
}

impl Function<'_, '_> {
    /// The row in which the column has so many units.
    fn row(&self, n: i128) -> Option<Vec<Value>> {
        let mut row = vec![Value::Null; self.narrowing.cx.table.map_or(0, |t| t.columns.len())];
        let super::Subject::Column(column) = self.narrowing.subject else { return None };
        *row.get_mut(column.position())? = self.units.value(n)?;
        Some(row)
    }

    fn value(&self, n: i128) -> Option<Value> {
        evaluate(self.of, &self.row(n)?, self.narrowing.cx).ok().filter(|v| !v.is_null())
    }

    fn meets(&self, condition: &Expr, n: i128) -> bool {
        self.row(n).is_some_and(|row| truth(condition, &row, self.narrowing.cx) == Ok(Some(true)))
    }

    /// Whether no value that is looked at is below one before it.
    fn rises(&self, (low, high): (i128, i128)) -> bool {
        let stride = ((high - low) / PLACES).max(1);
        let near = |n: i128| STRIDES.iter().map(move |s| n + s * self.units.step.max(1) * self.grain());
        let spread = (0..=PLACES).map(|i| low + i * stride);
        let mut places: Vec<i128> =
            spread.flat_map(|n| std::iter::once(n).chain(near(n))).filter(|n| *n <= high).collect();
        places.push(high);
        places.sort_unstable();
        places.dedup();
        let mut before: Option<Value> = None;
        for n in places {
            let Some(value) = self.value(n) else { return false };
            if before.as_ref().is_some_and(|b| order(b, &value).is_none_or(std::cmp::Ordering::is_gt)) {
                return false;
            }
            before = Some(value);
        }
        true
    }

    /// Steps of a type between neighbours that are looked at: hours of a timestamp, one of anything else.
    fn grain(&self) -> i128 {
        if self.units.step > 1 { 3_600 } else { 1 }
    }

    /// The first place of a range from which on a condition holds, a whole step: values of a column may be rounded to
    /// one. `None` if it doesn't hold at the end.
    fn first(&self, (low, high): (i128, i128), holds: &dyn Fn(i128) -> bool) -> Option<i128> {
        let step = self.units.step.max(1);
        let (mut below, mut at) = ((low - 1).div_euclid(step), high.div_euclid(step));
        if !holds(at * step) {
            return None;
        }
        while at - below > 1 {
            let middle = below + (at - below) / 2;
            if holds(middle * step) {
                at = middle;
            } else {
                below = middle;
            }
        }
        Some(at * step)
    }
}
