//! Functions of the column that only rise or only fall, turned round: `YEAR(d) < 2010` is `d < '2010-01-01'`.
//!
//! Which functions those are is not listed anywhere: it is seen from the function's values, spread over the range that
//! the column has left, and where the condition begins or ends to hold is found by halving that range. A function that
//! does both, such as `MONTH(d)`, is not read. Other columns that are decided are constants of it:
//! `TIMESTAMPDIFF(MINUTE, a, b) < 90` beside an `a` is a bound of `b`.

use super::Narrowing;
use super::clock::reads_clock;
use crate::domain::Bound;
use crate::units::Units;
use crate::value_order::order;
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr};
use seedbed_sql_semantics::{Context, evaluate, truth};
use seedbed_sql_values::Value;
use std::cell::RefCell;
use std::cmp::Ordering;

/// Places of a range at which a function is looked at, and neighbours of each that are looked at as well: what repeats
/// within a week, a month or a year falls among them.
const PLACES: (i128, &[i128]) = (96, &[1, 3, 10, 45, 200]);
/// The same beside columns that are decided: as often as there are rows, and what is found is evaluated once more.
const PLACES_OF_ROW: (i128, &[i128]) = (8, &[3, 45]);

/// Places at which what was found is tried.
const PROVEN_AT: i128 = 24;

impl Narrowing<'_> {
    /// `f(x) op constant` where f only rises or only falls; false if it does not, or if it can't be evaluated.
    pub(super) fn invert(&mut self, left: &Expr, op: BinaryOp, right: &Expr) -> bool {
        let super::Subject::Column(column) = self.subject else { return false };
        let Some(units) = Units::of(self.ty, self.cx.schema.dialect) else { return false };
        let mut reads = left.columns();
        reads.retain(|c| !self.is_decided(*c));
        if !self.inverts || self.is_subject(left) || reads != [column] || self.constant(right).is_none() {
            return false;
        }
        let wide = units.range(&self.domain, true);
        // What nobody expects of a list may still be where a bound lies.
        let whole = wide.map(|(low, high)| (if self.domain.low.is_some() { low } else { units.min }, high));
        let ranges = [whole, wide, units.range(&self.domain, false)];
        let condition = Expr::binary(op, left.clone(), right.clone());
        let mut row = match self.known {
            Some(known) => known.values.to_vec(),
            None => vec![Value::Null; self.cx.table.map_or(0, |t| t.columns.len())],
        };
        row.resize(row.len().max(column.position() + 1), Value::Null);
        let moments = if reads_clock(&condition) { self.moments().to_vec() } else { vec![self.cx.clone()] };
        let places = if self.known.is_some() { PLACES_OF_ROW } else { PLACES };
        let function = Function { of: left, column, units, moments, places, row: RefCell::new(row) };
        let Some((range, course)) =
            ranges.into_iter().flatten().find_map(|range| Some((range, function.course(range)?)))
        else {
            return false;
        };
        let Some((low, end)) = function.holding(range, course, op, right) else { return false };
        let last = end.map_or(range.1, |end| end - function.units.step);
        if low > last || self.known.is_none() && !function.is_proven(&condition, (low, last)) {
            return false;
        }
        let bound = |n: i128, inclusive| units.value(n).map(|value| Bound { value, inclusive });
        // Values beyond a part of the range are lost, so there may be none.
        let is_part = Some(range) != whole;
        if is_part && self.known.is_none() && function.is_met_beyond(range, &condition) {
            return false;
        }
        let high = end.map_or_else(|| is_part.then(|| bound(range.1, true)), |end| Some(bound(end, false)));
        let low = (is_part || low > range.0).then(|| bound(low, true));
        low.is_none_or(|low| low.is_some_and(|b| self.limit_low(b)))
            && high.is_none_or(|high| high.is_some_and(|b| self.limit_high(b)))
    }

    /// Whether another column counts as a constant.
    fn is_decided(&self, column: ColumnIdx) -> bool {
        self.subject != super::Subject::Column(column)
            && self.known.is_some_and(|k| k.decided.get(column.position()).copied().unwrap_or(false))
    }
}

/// What a function does from the low end of a range to its high end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Rises,
    Falls,
}

impl Course {
    /// What a comparison of the function's values says of places.
    fn of_places(self, op: BinaryOp) -> BinaryOp {
        match self {
            Self::Rises => op,
            Self::Falls => op.mirrored(),
        }
    }
}

/// A function of one column that counts.
struct Function<'s, 'a> {
    of: &'s Expr,
    column: ColumnIdx,
    units: Units,
    /// When it is evaluated.
    moments: Vec<Context<'a>>,
    /// Where it is looked at.
    places: (i128, &'static [i128]),
    /// The row that it is evaluated on.
    row: RefCell<Vec<Value>>,
}

impl Function<'_, '_> {
    /// Evaluates something on the row in which the column has so many units; `None` if it has no such value.
    fn at<T>(&self, n: i128, evaluated: impl FnOnce(&Vec<Value>) -> T) -> Option<T> {
        let mut row = self.row.borrow_mut();
        row[self.column.position()] = self.units.value(n)?;
        Some(evaluated(&row))
    }

    fn value(&self, n: i128) -> Option<Value> {
        let cx = self.moments.first()?;
        self.at(n, |row| evaluate(self.of, row, cx))?.ok().filter(|v| !v.is_null())
    }

    /// Whether a condition is true at a place, at each of the moments.
    fn meets(&self, condition: &Expr, n: i128) -> bool {
        let holds =
            |row: &Vec<Value>| self.moments.iter().all(|cx| truth(condition, row, cx) == Ok(Some(true)));
        self.at(n, holds) == Some(true)
    }

    /// Whether it is true at one of them.
    fn touches(&self, condition: &Expr, n: i128) -> bool {
        let holds =
            |row: &Vec<Value>| self.moments.iter().any(|cx| truth(condition, row, cx) == Ok(Some(true)));
        self.at(n, holds) == Some(true)
    }

    /// Which way the values go that are looked at; `None` if both, or if one can't be evaluated.
    fn course(&self, (low, high): (i128, i128)) -> Option<Course> {
        let (places, strides) = self.places;
        let stride = ((high - low) / places).max(1);
        let near = |n: i128| strides.iter().map(move |s| n + s * self.units.step * self.grain());
        let spread = (0..=places).map(|i| low + i * stride);
        let mut places: Vec<i128> =
            spread.flat_map(|n| std::iter::once(n).chain(near(n))).filter(|n| *n <= high).collect();
        places.push(high);
        places.sort_unstable();
        places.dedup();
        let mut course = None;
        let mut before: Option<Value> = None;
        for n in places {
            let value = self.value(n)?;
            if let Some(before) = &before {
                let goes = match order(before, &value)? {
                    Ordering::Less => Some(Course::Rises),
                    Ordering::Greater => Some(Course::Falls),
                    Ordering::Equal => None,
                };
                if course.is_some() && goes.is_some() && course != goes {
                    return None;
                }
                course = course.or(goes);
            }
            before = Some(value);
        }
        course
    }

    /// The first place of a range at which `f(x) op right` holds, and the first after it at which it does no more, if
    /// there is one; `None` if it holds nowhere, or not between two places.
    fn holding(
        &self,
        range: (i128, i128),
        course: Course,
        op: BinaryOp,
        right: &Expr,
    ) -> Option<(i128, Option<i128>)> {
        let condition = |op| Expr::binary(op, self.of.clone(), right.clone());
        // The first place at which it is so much, and the first at which it is beyond.
        let begins = |op| self.first(range, &|n| self.meets(&condition(op), n));
        let ends = |op| self.first(range, &|n| self.touches(&condition(op), n));
        let at_least = course.of_places(BinaryOp::GtEq);
        let beyond = course.of_places(BinaryOp::Gt);
        Some(match course.of_places(op) {
            BinaryOp::GtEq | BinaryOp::Gt => (begins(op)?, None),
            BinaryOp::Lt | BinaryOp::LtEq => (range.0, ends(op.negated()?)),
            BinaryOp::Eq => (begins(at_least)?, ends(beyond)),
            _ => return None,
        })
    }

    /// Whether a condition holds all over a range: what rises at all places that were looked at may still fall between
    /// two of them.
    fn is_proven(&self, condition: &Expr, (low, high): (i128, i128)) -> bool {
        let step = self.units.step;
        let places = ((high - low) / step).min(PROVEN_AT);
        let at = |i: i128| low + (high - low) / step * i / places.max(1) * step;
        (0..=places).all(|i| self.meets(condition, at(i)))
    }

    /// Whether a condition holds somewhere outside of a range, near its ends or far from them.
    fn is_met_beyond(&self, (low, high): (i128, i128), condition: &Expr) -> bool {
        let distances = || (0..).map(|n| self.units.step << n);
        let below = distances().map(|by| low - by).take_while(|n| *n >= self.units.min);
        let above = distances().map(|by| high + by).take_while(|n| *n <= self.units.max);
        below.chain(above).any(|n| self.touches(condition, n))
    }

    /// Steps of a type between neighbours that are looked at: hours of a timestamp, one of anything else.
    fn grain(&self) -> i128 {
        if self.units.step > 1 { 3_600 } else { 1 }
    }

    /// The first place of a range from which on a condition holds, a whole step: values of a column may be rounded to
    /// one. `None` if it doesn't hold at the end.
    fn first(&self, (low, high): (i128, i128), holds: &dyn Fn(i128) -> bool) -> Option<i128> {
        let step = self.units.step;
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
