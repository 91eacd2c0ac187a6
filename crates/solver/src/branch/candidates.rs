//! Cells that a column may take beside what is decided already: what its narrowed list holds.
//!
//! A short list is gone through from a place that the row's random number picks. Numbers, dates and times are drawn
//! between the ends that the conditions leave, by the same [`Narrowing`] that reads CHECKs when a plan is made, with
//! the decided columns as constants. Text comes from the column's own list.

use super::assign::Assignment;
use super::cell_source::CellSource;
use super::component::Variable;
use super::formula::{Condition, Truths};
use super::search::{Branch, Search};
use crate::domain::ValueDomain;
use crate::narrow::{Known, Narrowing, Subject};
use crate::units::Units;
use crate::value_order::{order, same};
use regex::Regex;
use seedbed_laws::{LawKey, below, mix};
use seedbed_sql_values::Value;

/// Ranges of up to so many values are tried whole.
const TRIED_WHOLE: i128 = 24;
/// Of longer ones, so many values between the ends.
const TRIED: u64 = 6;
/// Columns whose ends are combined to see what is left for another.
const MOST_CORNERS: usize = 3;

impl<'a, S: CellSource> Search<'a, S> {
    /// Whether the branch's conditions leave a value of the column's short list. True of any value where there is no
    /// such list.
    pub(super) fn is_left(&self, branch: &Branch<'a>, variable: usize, value: &Value) -> bool {
        let (Some(short), Some(left)) =
            (&self.branches.variables[variable].short, self.left(branch, variable))
        else {
            return true;
        };
        short.iter().position(|v| same(v, value)).is_none_or(|i| left >> i & 1 == 1)
    }

    /// Cells that a column may take beside what is decided.
    pub(super) fn drawn(
        &self,
        branch: &Branch<'a>,
        variable: usize,
        row: &Assignment<S::Cell>,
    ) -> Vec<S::Cell> {
        let v = &self.branches.variables[variable];
        let random = mix(v.key.child(self.draws.attempt), self.draws.row);
        if let (Some(short), Some(left)) = (&v.short, self.left(branch, variable)) {
            let values: Vec<&Value> =
                short.iter().enumerate().filter(|(i, _)| left >> i & 1 == 1).map(|(_, v)| v).collect();
            return self.rotated(v, &values, random);
        }
        let conditions: Vec<&Condition> = branch
            .conditions
            .iter()
            .copied()
            .filter(|c| c.truths == Truths::TRUE && c.columns.contains(&v.column))
            .collect();
        let known = Known { values: &row.values, decided: &row.decided };
        let Some(domain) = self.narrowed(v, &conditions, known, true) else {
            return Vec::new();
        };
        if let Some(values) = &domain.allowed {
            let values: Vec<&Value> = values.iter().filter(|v| self.admits(&domain, v)).collect();
            return self.rotated(v, &values, random);
        }
        match &v.units {
            Some(units) => {
                let hint = self.hull(v, units, &conditions, row);
                self.counted(v, units, &domain, hint, random)
            }
            None => v.cells.draw(&domain, random, TRIED),
        }
    }

    /// The domain that conditions leave whose other columns are decided; with functions of the column turned round if
    /// asked.
    fn narrowed(
        &self,
        v: &Variable<S>,
        conditions: &[&Condition],
        known: Known<'_>,
        inverts: bool,
    ) -> Option<ValueDomain> {
        let narrowing = Narrowing::new(Subject::Column(v.column), &v.ty, self.cx).beside(known);
        let mut narrowing = if inverts { narrowing } else { narrowing.plain() };
        narrowing.domain = v.domain.clone();
        for condition in conditions {
            let ready = condition.columns.iter().all(|c| *c == v.column || known.decided[*c]);
            if ready {
                narrowing.apply(&condition.expr);
            }
        }
        (!narrowing.must_be_null).then_some(narrowing.domain)
    }

    /// The widest range that conditions leave, whichever ends of their ranges the columns take that are still open.
    fn hull(
        &self,
        v: &Variable<S>,
        units: &Units,
        conditions: &[&Condition],
        row: &Assignment<S::Cell>,
    ) -> Option<(i128, i128)> {
        let mut hull: Option<(i128, i128)> = None;
        for condition in conditions {
            let others: Vec<&Variable<S>> = condition
                .columns
                .iter()
                .filter(|c| **c != v.column && !row.decided[**c])
                .filter_map(|c| Some(&self.branches.variables[self.branches.variable(*c)?]))
                .collect();
            if others.is_empty() || others.len() > MOST_CORNERS {
                continue;
            }
            let mut here: Option<(i128, i128)> = None;
            for corner in 0..1_u32 << others.len() {
                let (mut values, mut decided) = (row.values.clone(), row.decided.clone());
                for (bit, other) in others.iter().enumerate() {
                    let Some(end) = self.end_of(other, corner >> bit & 1 == 1) else { continue };
                    values[other.column] = end;
                    decided[other.column] = true;
                }
                let known = Known { values: &values, decided: &decided };
                let Some(domain) = self.narrowed(v, &[condition], known, false) else { continue };
                let range = match &domain.allowed {
                    Some(allowed) => {
                        let found: Vec<i128> =
                            allowed.iter().filter_map(|a| Some(units.floor(a)?.0)).collect();
                        found.iter().min().copied().zip(found.iter().max().copied())
                    }
                    None => units.range(&domain, true),
                };
                here = match (here, range) {
                    (Some((low, high)), Some((l, h))) => Some((low.min(l), high.max(h))),
                    (here, range) => here.or(range),
                };
            }
            hull = match (hull, here) {
                (Some((low, high)), Some((l, h))) => Some((low.max(l), high.min(h))),
                (hull, here) => hull.or(here),
            };
        }
        hull
    }

    /// The least or greatest value of a column's list.
    fn end_of(&self, v: &Variable<S>, greatest: bool) -> Option<Value> {
        let units = v.units.as_ref()?;
        let (low, high) = units.range(&v.domain, false).or_else(|| units.range(&v.domain, true))?;
        let cell = v.cells.number(units, if greatest { high } else { low })?;
        Some(v.cells.value(&cell))
    }

    /// Numbers, dates and times of a range.
    fn counted(
        &self,
        v: &Variable<S>,
        units: &Units,
        domain: &ValueDomain,
        hint: Option<(i128, i128)>,
        random: u64,
    ) -> Vec<S::Cell> {
        let usual = units.range(domain, false);
        let within = |range: Option<(i128, i128)>| match (range, hint) {
            (Some((low, high)), Some((l, h))) if low.max(l) <= high.min(h) => Some((low.max(l), high.min(h))),
            (_, Some(_)) => None,
            (range, None) => range,
        };
        let Some((low, high)) = within(usual).or_else(|| within(units.range(domain, true))).or(usual) else {
            return Vec::new();
        };
        // Whole seconds, where there is one.
        let low = units.whole_from(low, high);
        let count = (high.saturating_sub(low) / units.step).saturating_add(1);
        let mut places: Vec<i128> = if count <= TRIED_WHOLE {
            (0..count).map(|i| low + i * units.step).collect()
        } else {
            let span = u64::try_from(count).unwrap_or(u64::MAX);
            let inner = (0..TRIED).map(|i| below(mix(LawKey(random), i), span));
            inner.map(|i| low + i128::from(i) * units.step).chain([low, high]).collect()
        };
        if count <= TRIED_WHOLE {
            let turn = below(random, places.len() as u64) as usize;
            places.rotate_left(turn);
        }
        places
            .into_iter()
            .filter_map(|at| v.cells.number(units, at))
            .filter(|cell| self.admits(domain, &v.cells.value(cell)))
            .collect()
    }

    /// Cells of all values, from one of them on that a random number picks.
    fn rotated(&self, v: &Variable<S>, values: &[&Value], random: u64) -> Vec<S::Cell> {
        if values.is_empty() {
            return Vec::new();
        }
        let turn = below(random, values.len() as u64) as usize;
        (0..values.len()).filter_map(|i| v.cells.constant(values[(i + turn) % values.len()])).collect()
    }

    /// Whether a value is within what a column's own CHECKs and type leave.
    fn admits(&self, domain: &ValueDomain, value: &Value) -> bool {
        let above = domain
            .low
            .as_ref()
            .is_none_or(|b| order(value, &b.value).is_none_or(|o| o.is_gt() || (o.is_eq() && b.inclusive)));
        let below = domain
            .high
            .as_ref()
            .is_none_or(|b| order(value, &b.value).is_none_or(|o| o.is_lt() || (o.is_eq() && b.inclusive)));
        let text = match value {
            Value::Text(t) => {
                let chars = t.chars().count() as u64;
                chars >= domain.text.min_chars.into()
                    && domain.text.max_chars.is_none_or(|most| chars <= most.into())
                    && domain.text.max_bytes.is_none_or(|most| t.len() as u64 <= most)
                    && domain.text.patterns.iter().all(|p| Regex::new(p).is_ok_and(|p| p.is_match(t)))
            }
            _ => true,
        };
        above && below && text && !domain.forbidden.iter().any(|f| same(f, value))
    }
}
