//! Showing that no row at all satisfies a component: every case contradicts itself, in its NULLs or in every combination
//! of its short lists. What involves longer lists is never called impossible here.

use super::{Branches, Condition, Formula};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::{Context, Value, truth};

/// Cases and combinations looked at before the question is left open.
const STEPS: u32 = 20_000;

struct Refutation<'a, S> {
    branches: &'a Branches<S>,
    cx: &'a Context<'a>,
    steps: u32,
}

#[derive(Clone)]
struct Case<'a> {
    presence: Vec<Option<bool>>,
    conditions: Vec<&'a Condition>,
    /// Choices that are still to be made.
    choices: Vec<&'a [Formula]>,
}

impl<S> Branches<S> {
    /// Whether it is certain that no row satisfies the goals.
    pub fn is_impossible(&self, cx: &Context<'_>) -> bool {
        let presence = self.variables.iter().map(|v| match v.always_null {
            true => Some(false),
            false => (!v.nullable).then_some(true),
        });
        let case = Case { presence: presence.collect(), conditions: Vec::new(), choices: Vec::new() };
        let goals = self.goals.iter().collect();
        Refutation { branches: self, cx, steps: STEPS }.refutes(case, goals)
    }
}

impl<'a, S> Refutation<'a, S> {
    /// Counts a step; false when they are used up.
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.steps > 0
    }

    fn refutes(&mut self, mut case: Case<'a>, mut goals: Vec<&'a Formula>) -> bool {
        if !self.step() {
            return false;
        }
        while let Some(goal) = goals.pop() {
            let possible = match goal {
                Formula::All(parts) => {
                    goals.extend(parts);
                    true
                }
                Formula::Any(ways) => {
                    case.choices.push(ways);
                    true
                }
                Formula::Null(c) => self.set(&mut case, *c, false),
                Formula::Present(c) => self.set(&mut case, *c, true),
                Formula::Holds(condition) => {
                    case.conditions.push(condition);
                    true
                }
            };
            if !possible {
                return true;
            }
        }
        case.choices.sort_by_key(|ways| std::cmp::Reverse(ways.len()));
        match case.choices.pop() {
            None => self.contradicts(&case),
            Some(ways) => ways.iter().all(|way| self.refutes(case.clone(), vec![way])),
        }
    }

    /// Whether the column can be so.
    fn set(&self, case: &mut Case<'a>, column: ColumnIdx, present: bool) -> bool {
        let Some(i) = self.branches.variable(column) else { return true };
        match case.presence[i] {
            Some(already) => already == present,
            None => {
                case.presence[i] = Some(present);
                true
            }
        }
    }

    /// Whether no values of the short lists satisfy the conditions.
    fn contradicts(&mut self, case: &Case<'a>) -> bool {
        let short = |c: &ColumnIdx| {
            let i = self.branches.variable(*c)?;
            let v = &self.branches.variables[i];
            Some((i, if v.always_null { &[] } else { v.short.as_deref()? }))
        };
        // Conditions over longer lists are taken to hold.
        let mut case = case.clone();
        case.conditions.retain(|c| c.columns.iter().all(|c| short(c).is_some()));
        let mut open: Vec<(usize, &[Value])> =
            case.conditions.iter().flat_map(|c| c.columns.iter().filter_map(short)).collect();
        open.sort_by_key(|(i, _)| *i);
        open.dedup_by_key(|(i, _)| *i);
        let width = self.cx.table.map_or(0, |t| t.columns.len());
        self.none_fits(&case, &open, &mut vec![Value::Null; width])
    }

    fn none_fits(&mut self, case: &Case<'a>, open: &[(usize, &[Value])], row: &mut Vec<Value>) -> bool {
        if !self.step() {
            return false;
        }
        let Some(((i, short), rest)) = open.split_first() else {
            let fits = |c: &&Condition| truth(&c.expr, row, self.cx).is_ok_and(|t| c.truths.has(t));
            return !case.conditions.iter().all(fits);
        };
        let at = self.branches.variables[*i].column.position();
        let null = (case.presence[*i] != Some(true)).then_some(Value::Null);
        let values = if case.presence[*i] == Some(false) { &[] } else { *short };
        values.iter().cloned().chain(null).all(|value| {
            row[at] = value;
            self.none_fits(case, rest, row)
        })
    }
}
