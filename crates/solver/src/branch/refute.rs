//! Showing that no row at all satisfies a component: every branch contradicts itself, in its NULLs, in the order of its
//! columns (`a < b` beside `b < a`), or in every combination of its short lists. What else involves longer lists is
//! never called impossible here.
//!
//! A depth-first search over the choices of the formulas. At its leaves every combination of the short lists is
//! evaluated. Bounded by [`STEPS`]; beyond them the answer is "not certain".

use super::component::Branches;
use super::formula::{Condition, Formula, Truths};
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr};
use seedbed_sql_semantics::{Context, truth};
use seedbed_sql_values::Value;

/// Cases and combinations looked at before the question is left open.
const STEPS: u32 = 20_000;

/// Conditions and choices of a case that are copied in about the time that a step takes: cases are as deep as there are
/// choices, and each level keeps its own.
const OPEN_PER_STEP: usize = 16;

/// One question, with the steps that are left for it.
struct Refutation<'a, S> {
    branches: &'a Branches<S>,
    cx: &'a Context<'a>,
    steps: u32,
}

/// A branch with choices that are still to be made.
#[derive(Clone)]
struct OpenBranch<'a> {
    /// By variable: present, NULL, or not decided.
    presence: Vec<Option<bool>>,
    /// What has to hold of the values.
    conditions: Vec<&'a Condition>,
    /// Choices that are still to be made.
    choices: Vec<&'a [Formula]>,
}

/// `less < greater`, or `less <= greater` unless it is strict.
#[derive(Clone, Copy)]
struct Edge {
    less: ColumnIdx,
    greater: ColumnIdx,
    strict: bool,
}

/// Whether one column is at most another by a chain of comparisons.
fn leads(edges: &[Edge], from: ColumnIdx, to: ColumnIdx) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(at) = reached.get(next).copied() {
        for edge in edges.iter().filter(|edge| edge.less == at) {
            if !reached.contains(&edge.greater) {
                reached.push(edge.greater);
            }
        }
        next += 1;
    }
    reached.contains(&to)
}

impl<S> Branches<S> {
    /// Whether it is certain that no row satisfies the goals.
    pub fn is_impossible(&self, cx: &Context<'_>) -> bool {
        let presence = self.variables.iter().map(|v| match v.always_null {
            true => Some(false),
            false => (!v.nullable).then_some(true),
        });
        let branch = OpenBranch { presence: presence.collect(), conditions: Vec::new(), choices: Vec::new() };
        let goals = self.goals.iter().collect();
        Refutation { branches: self, cx, steps: STEPS }.refutes(branch, goals)
    }
}

impl<'a, S> Refutation<'a, S> {
    /// Counts what it costs to look at a case, a copy of what is open in it included; false when the steps are used up.
    fn step(&mut self, open: usize) -> bool {
        let cost = 1 + open / OPEN_PER_STEP;
        self.steps = self.steps.saturating_sub(u32::try_from(cost).unwrap_or(u32::MAX));
        self.steps > 0
    }

    /// Whether no row satisfies the goals within the branch; false when the steps are used up.
    fn refutes(&mut self, mut branch: OpenBranch<'a>, mut goals: Vec<&'a Formula>) -> bool {
        if !self.step(branch.conditions.len() + branch.choices.len()) {
            return false;
        }
        while let Some(goal) = goals.pop() {
            let possible = match goal {
                Formula::All(parts) => {
                    goals.extend(parts);
                    true
                }
                Formula::Any(ways) => {
                    branch.choices.push(ways);
                    true
                }
                Formula::Null(c) => self.set(&mut branch, *c, false),
                Formula::Present(c) => self.set(&mut branch, *c, true),
                Formula::Holds(condition) => {
                    branch.conditions.push(condition);
                    true
                }
            };
            if !possible {
                return true;
            }
        }
        branch.choices.sort_by_key(|ways| std::cmp::Reverse(ways.len()));
        match branch.choices.pop() {
            None => self.orders_in_a_circle(&branch) || self.contradicts(&branch),
            Some(ways) => ways.iter().all(|way| self.refutes(branch.clone(), vec![way])),
        }
    }

    /// Whether the column can be so.
    fn set(&self, branch: &mut OpenBranch<'a>, column: ColumnIdx, present: bool) -> bool {
        let Some(i) = self.branches.variable(column) else { return true };
        match branch.presence[i] {
            Some(already) => already == present,
            None => {
                branch.presence[i] = Some(present);
                true
            }
        }
    }

    /// Whether comparisons of columns make a circle with a `<` in it: `a < b`, `b <= c`, `c = a`.
    fn orders_in_a_circle(&self, branch: &OpenBranch<'a>) -> bool {
        let edges: Vec<Edge> = branch.conditions.iter().flat_map(|c| self.edges(c)).collect();
        edges.iter().any(|edge| edge.strict && leads(&edges, edge.greater, edge.less))
    }

    /// The order that a condition asks of two columns. Only of numbers, dates and times of one type, whose order is
    /// total and transitive in every dialect; none of other conditions.
    fn edges(&self, condition: &Condition) -> Vec<Edge> {
        let Expr::Binary { op, left, right } = &condition.expr else { return Vec::new() };
        let (Expr::Column(left), Expr::Column(right)) = (&**left, &**right) else { return Vec::new() };
        let counted = |c: &ColumnIdx| {
            let variable = &self.branches.variables[self.branches.variable(*c)?];
            variable.units.is_some().then_some(&variable.ty)
        };
        let of_one_type = counted(left).is_some_and(|ty| counted(right) == Some(ty));
        if condition.truths != Truths::TRUE || !of_one_type {
            return Vec::new();
        }
        let edge =
            |less: &ColumnIdx, greater: &ColumnIdx, strict| Edge { less: *less, greater: *greater, strict };
        match op {
            BinaryOp::Lt => vec![edge(left, right, true)],
            BinaryOp::LtEq => vec![edge(left, right, false)],
            BinaryOp::Gt => vec![edge(right, left, true)],
            BinaryOp::GtEq => vec![edge(right, left, false)],
            BinaryOp::Eq => vec![edge(left, right, false), edge(right, left, false)],
            _ => Vec::new(),
        }
    }

    /// Whether no values of the short lists satisfy the conditions.
    fn contradicts(&mut self, branch: &OpenBranch<'a>) -> bool {
        let short = |c: &ColumnIdx| {
            let i = self.branches.variable(*c)?;
            let v = &self.branches.variables[i];
            Some((i, if v.always_null { &[] } else { v.short.as_deref()? }))
        };
        // Conditions over longer lists are taken to hold.
        let mut branch = branch.clone();
        branch.conditions.retain(|c| c.columns.iter().all(|c| short(c).is_some()));
        let mut open: Vec<(usize, &[Value])> =
            branch.conditions.iter().flat_map(|c| c.columns.iter().filter_map(short)).collect();
        open.sort_by_key(|(i, _)| *i);
        open.dedup_by_key(|(i, _)| *i);
        let width = self.cx.table.map_or(0, |t| t.columns.len());
        self.none_fits(&branch, &open, &mut vec![Value::Null; width])
    }

    /// Whether no combination of values of the open columns satisfies the conditions.
    fn none_fits(
        &mut self,
        branch: &OpenBranch<'a>,
        open: &[(usize, &[Value])],
        row: &mut Vec<Value>,
    ) -> bool {
        if !self.step(0) {
            return false;
        }
        let Some(((i, short), rest)) = open.split_first() else {
            let fits = |c: &&Condition| truth(&c.expr, row, self.cx).is_ok_and(|t| c.truths.has(t));
            return !branch.conditions.iter().all(fits);
        };
        let at = self.branches.variables[*i].column.position();
        let null = (branch.presence[*i] != Some(true)).then_some(Value::Null);
        let values = if branch.presence[*i] == Some(false) { &[] } else { *short };
        values.iter().cloned().chain(null).all(|value| {
            row[at] = value;
            self.none_fits(branch, rest, row)
        })
    }
}
