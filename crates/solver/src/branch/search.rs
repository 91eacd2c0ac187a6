//! Choosing a branch: depth first over the alternatives that a row's settled columns leave, least change first.
//!
//! Goals that leave no choice are followed at once; then the choice with the fewest open ways is made, the cheapest way
//! first, and taken back if nothing comes of it. Cost: at most [`STEPS`] steps a row, nearly always a handful.

use super::cell_source::CellSource;
use super::component::{Branches, Freedom};
use super::draws::{Draws, SettledColumn};
use super::formula::{Condition, Formula, Truths};
use crate::narrow::later;
use seedbed_laws::Stratified;
use seedbed_laws::{LawKey, mix};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::{Context, truth};
use seedbed_sql_values::Value;
use std::cell::{Cell, RefCell};

/// Steps of one search: parts of formulas looked at and values tried.
const STEPS: u32 = 20_000;

/// What it costs to change a column, in keeping with how much a reader would miss its own draw.
const CHANGE_OF_VALUE: u32 = 2;
/// For making a column NULL, or present, against its draw.
const CHANGE_OF_ABSENCE: u32 = 3;
/// For changing a status or a flag, whose shares a reader sees.
const CHANGE_OF_SHORT_LIST: u32 = 12;
/// For what cannot be changed at all.
const IMPOSSIBLE: u32 = u32::MAX;

/// One row being settled.
pub(super) struct Search<'a, S> {
    /// The component: goals, columns, short lists.
    pub(super) branches: &'a Branches<S>,
    /// What conditions are evaluated in.
    pub(super) cx: &'a Context<'a>,
    /// The same surroundings decades later: a condition on the clock must hold then as well.
    later: &'a Context<'a>,
    /// What the row drew.
    pub(super) draws: &'a Draws,
    /// The row of the whole table with the draws, NULLs aside; columns that the component doesn't have are NULL.
    pub(super) values: Vec<Value>,
    /// Steps that are left.
    steps: Cell<u32>,
    /// What conditions come out as on the row's own values.
    own: RefCell<Vec<Option<Option<bool>>>>,
}

/// What has been decided on the way to a branch.
#[derive(Clone)]
pub(super) struct Branch<'a> {
    /// By variable: present, NULL, or not decided.
    pub(super) presence: Vec<Option<bool>>,
    /// What has to hold of the values.
    pub(super) conditions: Vec<&'a Condition>,
    /// Which values of the short lists are left, a bit each.
    short: Vec<u64>,
}

impl<S: CellSource> Branches<S> {
    /// Columns that change so that every goal of a row holds; `None` if no branch was found. Takes the steps that it makes
    /// off `steps`.
    pub fn settle(
        &self,
        draws: &Draws,
        cx: &Context<'_>,
        steps: &mut u32,
    ) -> Option<Vec<SettledColumn<S::Cell>>> {
        let columns = cx.table.map_or(0, |t| t.columns.len());
        let mut values = vec![Value::Null; columns];
        for (variable, value) in self.variables.iter().zip(&draws.values) {
            values[variable.column] = value.clone();
        }
        let own = RefCell::new(vec![None; self.masks.len()]);
        let later = later(cx);
        let given = STEPS.min(*steps);
        let search =
            Search { branches: self, cx, later: &later, draws, values, steps: Cell::new(given), own };
        let goals = self.goals.iter().collect();
        let found = search.decide(search.start(), goals, Vec::new(), 0);
        *steps -= given - search.steps.get();
        found
    }
}

impl<'a, S: CellSource> Search<'a, S> {
    /// The branch in which nothing is decided but what the row's keys and references settle.
    fn start(&self) -> Branch<'a> {
        let presence = self.branches.variables.iter().enumerate().map(|(i, v)| {
            let here = self.draws.present[i];
            match v.freedom {
                Freedom::Fixed => Some(here),
                // Nothing lies below this NULL.
                _ if v.freedom == Freedom::Absence && self.draws.values[i].is_null() => Some(false),
                _ if !v.nullable => Some(true),
                _ => None,
            }
        });
        let short = self.branches.variables.iter().map(|v| v.short.as_ref().map_or(0, |s| all_of(s.len())));
        Branch { presence: presence.collect(), conditions: Vec::new(), short: short.collect() }
    }

    /// Counts a step; false when they are used up.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get();
        // A step looks at every column of the component, and copies what is decided of it.
        let paid = self.cx.work.is_none_or(|work| work.take(1 + self.draws.present.len() as u64 / 64));
        self.steps.set(if paid { left.saturating_sub(1) } else { 0 });
        left > 0 && paid
    }

    /// Follows goals and makes choices, depth first; the columns of the first branch that values were found for.
    fn decide(
        &self,
        mut branch: Branch<'a>,
        mut goals: Vec<&'a Formula>,
        mut open: Vec<&'a [Formula]>,
        depth: u64,
    ) -> Option<Vec<SettledColumn<S::Cell>>> {
        if !self.step() {
            return None;
        }
        loop {
            while let Some(goal) = goals.pop() {
                match goal {
                    Formula::All(parts) => goals.extend(parts),
                    Formula::Any(ways) => open.push(ways),
                    Formula::Null(c) => self.set(&mut branch, *c, false)?,
                    Formula::Present(c) => self.set(&mut branch, *c, true)?,
                    Formula::Holds(condition) => self.require(&mut branch, condition)?,
                }
            }
            // What leaves no choice is no choice.
            let mut still = Vec::new();
            for ways in std::mem::take(&mut open) {
                if ways.iter().any(|way| self.is_given(&branch, way)) {
                    continue;
                }
                let mut viable = ways.iter().filter(|way| self.is_viable(&branch, way));
                match (viable.next(), viable.next()) {
                    (None, _) => return None,
                    (Some(only), None) => goals.push(only),
                    _ => still.push(ways),
                }
            }
            open = still;
            if goals.is_empty() {
                break;
            }
        }
        // Choices with the fewest ways first.
        let count = |ways: &[Formula]| ways.iter().filter(|w| self.is_viable(&branch, w)).count();
        let Some(at) = (0..open.len()).min_by_key(|i| count(open[*i])) else {
            return self.assign(&branch);
        };
        let ways = open.remove(at);
        for way in self.ordered(&branch, ways, depth) {
            let found = self.decide(branch.clone(), vec![way], open.clone(), depth + 1);
            if found.is_some() || self.steps.get() == 0 {
                return found;
            }
        }
        None
    }

    /// The ways that are open, those that change least of the row first, equal ones in equal shares.
    fn ordered(&self, branch: &Branch<'a>, ways: &'a [Formula], depth: u64) -> Vec<&'a Formula> {
        let mut costs: Vec<(u32, &Formula)> = ways
            .iter()
            .filter(|way| self.is_viable(branch, way))
            .map(|way| (self.cost(branch, way), way))
            .filter(|(cost, _)| *cost < IMPOSSIBLE)
            .collect();
        costs.sort_by_key(|(cost, _)| *cost);
        let Some(least) = costs.first().map(|(cost, _)| *cost) else { return Vec::new() };
        let equal = costs.iter().take_while(|(cost, _)| *cost == least).count();
        if equal > 1 {
            let law = Stratified::new(self.branches.key.child(depth), &vec![1; equal]);
            let row = match self.draws.attempt {
                0 => self.draws.row,
                attempt => mix(LawKey(attempt), self.draws.row) >> 8,
            };
            costs[..equal].rotate_left(law.stratum(row).min(equal - 1));
        }
        costs.into_iter().map(|(_, way)| way).collect()
    }

    /// Decides whether a column is NULL, and with it the columns of a MATCH FULL reference; `None` if that is decided
    /// otherwise.
    fn set(&self, branch: &mut Branch<'a>, column: ColumnIdx, present: bool) -> Option<()> {
        // A column outside the component is one that is always NULL.
        let Some(i) = self.branches.variable(column) else { return (!present).then_some(()) };
        match branch.presence[i] {
            Some(already) => (already == present).then_some(()),
            None => {
                branch.presence[i] = Some(present);
                let variable = &self.branches.variables[i];
                if variable.all_or_none {
                    for (j, other) in self.branches.variables.iter().enumerate() {
                        if other.reference == variable.reference && other.nullable {
                            match branch.presence[j] {
                                Some(already) if already != present => return None,
                                _ => branch.presence[j] = Some(present),
                            }
                        }
                    }
                }
                Some(())
            }
        }
    }

    /// Asks for a condition, and takes off the short lists what it rules out; `None` if it cannot hold.
    fn require(&self, branch: &mut Branch<'a>, condition: &'a Condition) -> Option<()> {
        if !self.may_hold(branch, condition) {
            return None;
        }
        if let Some((i, mask)) = self.branches.masks[condition.number] {
            branch.short[i] &= mask;
        }
        branch.conditions.push(condition);
        Some(())
    }

    /// Whether a condition is not yet ruled out.
    fn may_hold(&self, branch: &Branch<'a>, condition: &Condition) -> bool {
        if let Some((i, mask)) = self.branches.masks[condition.number]
            && branch.short[i] & mask == 0
        {
            return false;
        }
        if self.is_settled(branch, condition) {
            condition.truths.has(self.own_truth(condition))
        } else {
            true
        }
    }

    /// Whether every column of a condition has the value that it will have: then it can be evaluated now. Of a column
    /// that may be NULL, a condition which is asked to be true speaks only when it is present.
    fn is_settled(&self, branch: &Branch<'a>, condition: &Condition) -> bool {
        condition.columns.iter().all(|c| match self.branches.variable(*c) {
            None => true,
            Some(i) => {
                let locked = self.branches.variables[i].freedom != Freedom::Value;
                locked && (condition.truths == Truths::TRUE || branch.presence[i] == Some(true))
            }
        })
    }

    /// What a condition comes out as on the row's own values, below its NULLs.
    fn own_truth(&self, condition: &Condition) -> Option<bool> {
        if let Some(known) = self.own.borrow()[condition.number] {
            return known;
        }
        let found = self.truth(condition, &self.values);
        self.own.borrow_mut()[condition.number] = Some(found);
        found
    }

    /// What a condition comes out as: the same now and in decades, or else unknown.
    pub(super) fn truth(&self, condition: &Condition, values: &[Value]) -> Option<bool> {
        let now = truth(&condition.expr, &values, self.cx).unwrap_or(None);
        if !condition.moves {
            return now;
        }
        let then = truth(&condition.expr, &values, self.later).unwrap_or(None);
        if now == then { now } else { None }
    }

    /// Whether a way is not yet ruled out.
    fn is_viable(&self, branch: &Branch<'a>, way: &Formula) -> bool {
        self.step();
        let presence = |c: &ColumnIdx| self.branches.variable(*c).map_or(Some(false), |i| branch.presence[i]);
        match way {
            Formula::All(parts) => parts.iter().all(|p| self.is_viable(branch, p)),
            Formula::Any(ways) => ways.iter().any(|w| self.is_viable(branch, w)),
            Formula::Null(c) => presence(c) != Some(true),
            Formula::Present(c) => presence(c) != Some(false),
            Formula::Holds(condition) => self.may_hold(branch, condition),
        }
    }

    /// Whether a way holds by what is decided already.
    fn is_given(&self, branch: &Branch<'a>, way: &Formula) -> bool {
        let presence = |c: &ColumnIdx| self.branches.variable(*c).map_or(Some(false), |i| branch.presence[i]);
        match way {
            Formula::All(parts) => parts.iter().all(|p| self.is_given(branch, p)),
            Formula::Any(ways) => ways.iter().any(|w| self.is_given(branch, w)),
            Formula::Null(c) => presence(c) == Some(false),
            Formula::Present(c) => presence(c) == Some(true),
            Formula::Holds(condition) => {
                branch.conditions.iter().any(|c| c.number == condition.number)
                    || self.is_settled(branch, condition) && condition.truths.has(self.own_truth(condition))
            }
        }
    }

    /// What a way changes of the row's own draws, in the units of [`CHANGE_OF_VALUE`].
    fn cost(&self, branch: &Branch<'a>, way: &Formula) -> u32 {
        let sum = |a: u32, b: u32| a.saturating_add(b);
        match way {
            Formula::All(parts) => parts.iter().map(|p| self.cost(branch, p)).fold(0, sum),
            Formula::Any(ways) => {
                let viable = ways.iter().filter(|w| self.is_viable(branch, w));
                viable.map(|w| self.cost(branch, w)).min().unwrap_or(IMPOSSIBLE)
            }
            Formula::Null(c) => self.cost_of_presence(branch, *c, false),
            Formula::Present(c) => self.cost_of_presence(branch, *c, true),
            Formula::Holds(condition) => self.cost_of(condition),
        }
    }

    /// What it costs that a column is NULL or present.
    fn cost_of_presence(&self, branch: &Branch<'a>, column: ColumnIdx, present: bool) -> u32 {
        let Some(i) = self.branches.variable(column) else { return if present { IMPOSSIBLE } else { 0 } };
        match branch.presence[i] {
            Some(already) if already == present => 0,
            Some(_) => IMPOSSIBLE,
            None if self.draws.present[i] == present => 0,
            None => CHANGE_OF_ABSENCE,
        }
    }

    /// What it costs that a condition holds: nothing if it does already, else its cheapest column.
    fn cost_of(&self, condition: &Condition) -> u32 {
        if condition.truths.has(self.own_truth(condition)) {
            return 0;
        }
        let change = |c: &ColumnIdx| {
            let v = &self.branches.variables[self.branches.variable(*c)?];
            match v.freedom {
                Freedom::Value if v.has_shares => Some(CHANGE_OF_SHORT_LIST),
                Freedom::Value => Some(CHANGE_OF_VALUE),
                _ if condition.truths == Truths::TRUE => None,
                _ => Some(CHANGE_OF_ABSENCE),
            }
        };
        condition.columns.iter().filter_map(change).min().unwrap_or(IMPOSSIBLE)
    }

    /// Which of a short list's values the branch leaves.
    pub(super) fn left(&self, branch: &Branch<'a>, variable: usize) -> Option<u64> {
        self.branches.variables[variable].short.as_ref().map(|_| branch.short[variable])
    }
}

/// A bit for each value of a list.
fn all_of(len: usize) -> u64 {
    if len >= 64 { u64::MAX } else { (1 << len) - 1 }
}
