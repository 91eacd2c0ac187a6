//! Giving the columns of a branch their values: what they drew where it fits, else what their narrowed lists hold.
//!
//! A backtracking search over the branch's open columns, one at a time. After each, the conditions are evaluated whose
//! columns are all decided by then. Columns that an equation gives come last, and a few orders of the others are tried.

use super::cell_source::CellSource;
use super::component::Freedom;
use super::draws::SettledColumn;
use super::formula::Condition;
use super::search::{Branch, Search};
use seedbed_sql_values::Value;

/// Orders in which columns take their values.
const ORDERS: usize = 3;
/// A row that is being given its values.
pub(super) struct Assignment<C> {
    /// A value for each column of the table; NULL where none is decided.
    pub(super) values: Vec<Value>,
    /// Which of the values are decided.
    pub(super) decided: Vec<bool>,
    /// What each of the component's columns becomes.
    settled: Vec<SettledColumn<C>>,
}

impl<'a, S: CellSource> Search<'a, S> {
    /// The columns of a branch; `None` if no values were found for it.
    pub(super) fn assign(&self, branch: &Branch<'a>) -> Option<Vec<SettledColumn<S::Cell>>> {
        let variables = &self.branches.variables;
        let present = self.presence(branch)?;
        let mut row = Assignment {
            values: vec![Value::Null; self.values.len()],
            decided: vec![false; self.values.len()],
            settled: present
                .iter()
                .map(|p| if *p { SettledColumn::Own } else { SettledColumn::Null })
                .collect(),
        };
        let mut open: Vec<usize> = Vec::new();
        for (i, variable) in variables.iter().enumerate() {
            let at = variable.column.position();
            let asked = branch.conditions.iter().any(|c| c.columns.contains(&variable.column));
            let missing = variable.freedom == Freedom::Value && self.draws.values[i].is_null();
            let changes = variable.freedom == Freedom::Value && asked || self.may_be_null(branch, i);
            if present[i] && (changes || missing) || self.may_be_null(branch, i) {
                open.push(i);
                continue;
            }
            row.decided[at] = true;
            if present[i] {
                row.values[at] = self.draws.values[i].clone();
            }
        }
        // What an equation gives comes after what it is made of.
        let computed = |i: &usize| branch.conditions.iter().any(|c| c.computes(variables[*i].column));
        open.sort_by_key(computed);
        let plain = open.iter().filter(|i| !computed(i)).count();
        let settled = (0..ORDERS).any(|turn| {
            if turn > 0 && plain > 1 {
                open[..plain].rotate_left(1);
            }
            (turn == 0 || plain > 1) && self.place(branch, &open, &mut row)
        });
        settled.then_some(row.settled)
    }

    /// Whether a condition leaves it to the values whether a column is NULL.
    fn may_be_null(&self, branch: &Branch<'a>, variable: usize) -> bool {
        let v = &self.branches.variables[variable];
        branch.presence[variable].is_none()
            && v.nullable
            && v.freedom != Freedom::Fixed
            && branch.conditions.iter().any(|c| !c.strict && c.columns.contains(&v.column))
    }

    /// Which columns are present: as decided, else as drawn, and as the rest of their reference.
    fn presence(&self, branch: &Branch<'a>) -> Option<Vec<bool>> {
        let variables = &self.branches.variables;
        let mut present = Vec::with_capacity(variables.len());
        for (i, variable) in variables.iter().enumerate() {
            let of_reference = || {
                let reference = variable.reference?;
                (0..variables.len())
                    .filter(|j| variables[*j].reference == Some(reference) && variables[*j].nullable)
                    .find_map(|j| branch.presence[j])
            };
            present.push(match branch.presence[i] {
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

    /// Gives the open columns their values, the first one first; false if none was found. Each takes its own draw
    /// before others.
    fn place(&self, branch: &Branch<'a>, open: &[usize], row: &mut Assignment<S::Cell>) -> bool {
        let Some((variable, rest)) = open.split_first() else {
            return branch.conditions.iter().all(|c| self.holds(c, row));
        };
        let v = &self.branches.variables[*variable];
        let own = self.draws.values[*variable].clone();
        let mut first: Vec<(Value, SettledColumn<S::Cell>)> = Vec::new();
        if !own.is_null() && self.is_left(branch, *variable, &own) {
            first.push((own, SettledColumn::Own));
        }
        if self.may_be_null(branch, *variable) {
            let at = if self.draws.present[*variable] { first.len() } else { 0 };
            first.insert(at, (Value::Null, SettledColumn::Null));
        }
        for (value, settled) in first {
            row.settled[*variable] = settled;
            if self.try_value(branch, *variable, value, rest, row) {
                return true;
            }
        }
        if v.freedom == Freedom::Value {
            for cell in self.drawn(branch, *variable, row) {
                let value = v.cells.value(&cell);
                row.settled[*variable] = SettledColumn::Cell(cell);
                if self.try_value(branch, *variable, value, rest, row) {
                    return true;
                }
            }
        }
        row.decided[v.column] = false;
        row.values[v.column] = Value::Null;
        false
    }

    /// Gives a column a value and goes on with the rest, if the conditions that can be evaluated by then hold.
    fn try_value(
        &self,
        branch: &Branch<'a>,
        variable: usize,
        value: Value,
        rest: &[usize],
        row: &mut Assignment<S::Cell>,
    ) -> bool {
        if !self.step() {
            return false;
        }
        let column = self.branches.variables[variable].column;
        let at = column.position();
        row.values[at] = value;
        row.decided[at] = true;
        let decided = |c: &&&Condition| c.columns.iter().all(|c| row.decided[*c]);
        let fits = branch
            .conditions
            .iter()
            .filter(|c| c.columns.contains(&column))
            .filter(decided)
            .all(|c| self.holds(c, row));
        let found = fits && self.place(branch, rest, row);
        if !found {
            row.decided[at] = false;
        }
        found
    }

    /// Whether a condition comes out as the branch asks.
    fn holds(&self, condition: &Condition, row: &Assignment<S::Cell>) -> bool {
        condition.truths.has(self.truth(condition, &row.values))
    }
}
