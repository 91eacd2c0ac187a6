//! Giving the columns of a case their values: what they drew where it fits, else what their narrowed lists hold.

use super::search::{Case, Search};
use super::{CellSource, Condition, Freedom, Settled, Truths, Variable};
use crate::ValueDomain;
use crate::narrow::{Known, Narrowing, Subject, order, same};
use crate::units::Units;
use regex::Regex;
use seedbed_laws::{Key, below, mix};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::Value;

/// Ranges of up to so many values are tried whole.
const TRIED_WHOLE: i128 = 24;
/// Of longer ones, so many values between the ends.
const TRIED: u64 = 6;
/// Orders in which columns take their values.
const ORDERS: usize = 3;
/// Columns whose ends are combined to see what is left for another.
const MOST_CORNERS: usize = 3;

/// A row on its way.
struct Row<C> {
    values: Vec<Value>,
    decided: Vec<bool>,
    settled: Vec<Settled<C>>,
}

impl<'a, S: CellSource> Search<'a, S> {
    /// The columns of a case; `None` if no values were found for it.
    pub(super) fn assign(&self, case: &Case<'a>) -> Option<Vec<Settled<S::Cell>>> {
        let variables = &self.branches.variables;
        let present = self.presence(case)?;
        let mut row = Row {
            values: vec![Value::Null; self.values.len()],
            decided: vec![false; self.values.len()],
            settled: present.iter().map(|p| if *p { Settled::Own } else { Settled::Null }).collect(),
        };
        let mut open: Vec<usize> = Vec::new();
        for (i, variable) in variables.iter().enumerate() {
            let at = variable.column.position();
            let asked = case.conditions.iter().any(|c| c.columns.contains(&variable.column));
            let missing = variable.freedom == Freedom::Value && self.draws.values[i].is_null();
            let changes = variable.freedom == Freedom::Value && asked || self.may_be_null(case, i);
            if present[i] && (changes || missing) || self.may_be_null(case, i) {
                open.push(i);
                continue;
            }
            row.decided[at] = true;
            if present[i] {
                row.values[at] = self.draws.values[i].clone();
            }
        }
        // What an equation gives comes after what it is made of.
        let computed = |i: &usize| case.conditions.iter().any(|c| computes(c, variables[*i].column));
        open.sort_by_key(computed);
        let plain = open.iter().filter(|i| !computed(i)).count();
        let settled = (0..ORDERS).any(|turn| {
            if turn > 0 && plain > 1 {
                open[..plain].rotate_left(1);
            }
            (turn == 0 || plain > 1) && self.place(case, &open, &mut row)
        });
        settled.then_some(row.settled)
    }

    /// Whether a condition leaves it to the values whether a column is NULL.
    fn may_be_null(&self, case: &Case<'a>, variable: usize) -> bool {
        let v = &self.branches.variables[variable];
        case.presence[variable].is_none()
            && v.nullable
            && v.freedom != Freedom::Fixed
            && case.conditions.iter().any(|c| !c.strict && c.columns.contains(&v.column))
    }

    /// Which columns are present: as decided, else as drawn, and as the rest of their reference.
    fn presence(&self, case: &Case<'a>) -> Option<Vec<bool>> {
        let variables = &self.branches.variables;
        let mut present = Vec::with_capacity(variables.len());
        for (i, variable) in variables.iter().enumerate() {
            let of_reference = || {
                let reference = variable.reference?;
                (0..variables.len())
                    .filter(|j| variables[*j].reference == Some(reference) && variables[*j].nullable)
                    .find_map(|j| case.presence[j])
            };
            present.push(match case.presence[i] {
                Some(decided) => decided,
                None => of_reference().unwrap_or(self.draws.present[i]),
            });
        }
        let mixed = variables.iter().enumerate().any(|(i, v)| {
            v.all_or_none
                && v.nullable
                && variables.iter().enumerate().any(|(j, other)| {
                    other.reference == v.reference && other.nullable && present[i] != present[j]
                })
        });
        (!mixed).then_some(present)
    }

    fn place(&self, case: &Case<'a>, open: &[usize], row: &mut Row<S::Cell>) -> bool {
        let Some((variable, rest)) = open.split_first() else {
            return case.conditions.iter().all(|c| self.holds(c, row));
        };
        let v = &self.branches.variables[*variable];
        let own = self.draws.values[*variable].clone();
        let mut first: Vec<(Value, Settled<S::Cell>)> = Vec::new();
        if !own.is_null() && self.is_left(case, *variable, &own) {
            first.push((own, Settled::Own));
        }
        if self.may_be_null(case, *variable) {
            let at = if self.draws.present[*variable] { first.len() } else { 0 };
            first.insert(at, (Value::Null, Settled::Null));
        }
        for (value, settled) in first {
            row.settled[*variable] = settled;
            if self.try_value(case, *variable, value, rest, row) {
                return true;
            }
        }
        if v.freedom == Freedom::Value {
            for cell in self.drawn(case, *variable, row) {
                let value = v.cells.value(&cell);
                row.settled[*variable] = Settled::Cell(cell);
                if self.try_value(case, *variable, value, rest, row) {
                    return true;
                }
            }
        }
        row.decided[v.column] = false;
        row.values[v.column] = Value::Null;
        false
    }

    fn try_value(
        &self,
        case: &Case<'a>,
        variable: usize,
        value: Value,
        rest: &[usize],
        row: &mut Row<S::Cell>,
    ) -> bool {
        if !self.step() {
            return false;
        }
        let column = self.branches.variables[variable].column;
        let at = column.position();
        row.values[at] = value;
        row.decided[at] = true;
        let decided = |c: &&&Condition| c.columns.iter().all(|c| row.decided[*c]);
        let fits = case
            .conditions
            .iter()
            .filter(|c| c.columns.contains(&column))
            .filter(decided)
            .all(|c| self.holds(c, row));
        let found = fits && self.place(case, rest, row);
        if !found {
            row.decided[at] = false;
        }
        found
    }

    fn holds(&self, condition: &Condition, row: &Row<S::Cell>) -> bool {
        condition.truths.has(self.truth(condition, &row.values))
    }

    fn is_left(&self, case: &Case<'a>, variable: usize, value: &Value) -> bool {
        let (Some(short), Some(left)) = (&self.branches.variables[variable].short, self.left(case, variable))
        else {
            return true;
        };
        short.iter().position(|v| same(v, value)).is_none_or(|i| left >> i & 1 == 1)
    }

    /// Cells that a column may take beside what is decided.
    fn drawn(&self, case: &Case<'a>, variable: usize, row: &Row<S::Cell>) -> Vec<S::Cell> {
        let v = &self.branches.variables[variable];
        let random = mix(v.key.child(self.draws.attempt), self.draws.row);
        if let (Some(short), Some(left)) = (&v.short, self.left(case, variable)) {
            let values: Vec<&Value> =
                short.iter().enumerate().filter(|(i, _)| left >> i & 1 == 1).map(|(_, v)| v).collect();
            return self.rotated(v, &values, random);
        }
        let conditions: Vec<&Condition> = case
            .conditions
            .iter()
            .copied()
            .filter(|c| c.truths == Truths::TRUE && c.columns.contains(&v.column))
            .collect();
        let Some(domain) = self.narrowed(v, &conditions, &row.values, &row.decided) else {
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

    /// The domain that conditions leave whose other columns are decided.
    fn narrowed(
        &self,
        v: &Variable<S>,
        conditions: &[&Condition],
        values: &[Value],
        decided: &[bool],
    ) -> Option<ValueDomain> {
        let mut narrowing =
            Narrowing::new(Subject::Column(v.column), &v.ty, self.cx).beside(Known { values, decided });
        narrowing.domain = v.domain.clone();
        for condition in conditions {
            let ready = condition.columns.iter().all(|c| *c == v.column || decided[*c]);
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
        row: &Row<S::Cell>,
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
                let Some(domain) = self.narrowed(v, &[condition], &values, &decided) else { continue };
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
        let aligned = -(-low).div_euclid(units.step) * units.step;
        let low = if aligned <= high { aligned } else { low };
        let count = (high - low) / units.step + 1;
        let mut places: Vec<i128> = if count <= TRIED_WHOLE {
            (0..count).map(|i| low + i * units.step).collect()
        } else {
            let span = u64::try_from(count).unwrap_or(u64::MAX);
            let inner = (0..TRIED).map(|i| below(mix(Key(random), i), span));
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

/// Whether a condition is an equation with the column alone on one side.
pub(super) fn computes(condition: &Condition, column: ColumnIdx) -> bool {
    use seedbed_schema_model::{BinaryOp, Expr};
    let is_column = |e: &Expr| matches!(crate::narrow::strip(e), Expr::Column(c) if *c == column);
    match &condition.expr {
        Expr::Binary { op: BinaryOp::Eq, left, right } => {
            (is_column(left) && right.columns().len() > 1) || (is_column(right) && left.columns().len() > 1)
        }
        _ => false,
    }
}
