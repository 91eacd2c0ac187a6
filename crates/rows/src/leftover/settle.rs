//! Settling rows that break leftover checks.

use super::{ATTEMPTS, LeftoverChecks, LeftoverGroup};
use crate::column_cells::typed;
use crate::convert::fill_blank;
use crate::fill::Filler;
use crate::filled::Filled;
use crate::program::Programs;
use seedbed_datagen_core::ColumnBuffer;
use seedbed_schema_model::{ColumnIdx, Expr, TableId};
use seedbed_solver::{CellSource, Draws, SettledColumn};
use seedbed_sql_semantics::{Context, EvaluateError, check_passes};
use seedbed_sql_values::Value;
use std::collections::BTreeMap;

/// Steps that the search for a branch may make for one row, over all attempts.
const STEPS: u32 = 60_000;

/// Rows in which checks are tried for whether they can be evaluated: what can, can in nearly all others.
const EVALUATED: usize = 4;

impl LeftoverChecks {
    /// Settles rows until every group holds or its attempts, which follow `drawn`, are used up. `filled` holds every
    /// written column. Returns the groups that are not settled in all rows.
    pub fn settle(
        &self,
        programs: &Programs,
        cx: &Context<'_>,
        table: TableId,
        rows: &[u64],
        filled: &mut BTreeMap<ColumnIdx, Filled>,
        drawn: u64,
    ) -> Vec<UnsettledGroup> {
        let mut unsettled = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            // While a plan is made each group has a share of the work, so that none takes all of it.
            let share = cx.work.map(|whole| (whole, whole.share()));
            let given = share.as_ref().map_or(0, |(_, share)| share.left());
            let cx = Context { work: share.as_ref().map(|(_, share)| share), ..cx.clone() };
            let of_group = GroupRows { group, programs, cx: &cx, table, rows };
            let broken = of_group.settle(filled, drawn);
            let (mut undecided, mut unevaluated) = (false, Vec::new());
            if let Some((whole, share)) = &share {
                unevaluated = of_group.unevaluated(filled);
                whole.settle(given, share);
                undecided = share.is_spent();
            }
            if broken > 0 || undecided || !unevaluated.is_empty() {
                unsettled.push(UnsettledGroup { number, rows: broken, undecided, unevaluated });
            }
        }
        unsettled
    }
}

/// A group of checks that is not settled in all of some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsettledGroup {
    /// Its place among the groups.
    pub number: usize,
    /// Rows in which it is not settled.
    pub rows: u64,
    /// Whether the work was used up before that was known of all rows.
    pub undecided: bool,
    /// While a plan is made: those of its checks that can't be evaluated in one of the first rows, each with what can't, such as a
    /// text that would be too long. It is not known whether they hold.
    pub unevaluated: Vec<(usize, String)>,
}

/// Some rows of a table before the checks of one group.
struct GroupRows<'a> {
    group: &'a LeftoverGroup,
    programs: &'a Programs,
    cx: &'a Context<'a>,
    table: TableId,
    /// Their numbers.
    rows: &'a [u64],
}

/// What some rows drew for a group's columns: with their NULLs, and what lies below them.
struct DrawnRows {
    laid: BTreeMap<ColumnIdx, Filled>,
    below: BTreeMap<ColumnIdx, Filled>,
}

/// Rows made good, in the order in which they were: for each the cells of the columns that may change.
struct Repairs {
    at: BTreeMap<usize, usize>,
    columns: BTreeMap<ColumnIdx, Filled>,
}

impl GroupRows<'_> {
    /// Returns how many rows could not be settled.
    fn settle(&self, filled: &mut BTreeMap<ColumnIdx, Filled>, drawn: u64) -> u64 {
        let mut failing: Vec<usize> =
            (0..self.rows.len()).filter(|i| !self.group.holds(&self.row(filled, *i), self.cx)).collect();
        if failing.is_empty() {
            return 0;
        }
        let mut repairs = Repairs { at: BTreeMap::new(), columns: self.blank(filled) };
        let mut steps: BTreeMap<usize, u32> = failing.iter().map(|i| (*i, STEPS)).collect();
        for attempt in drawn..=drawn + ATTEMPTS {
            if failing.is_empty() || self.group.hopeless || self.group.movable().next().is_none() {
                break;
            }
            let again = attempt > drawn;
            let cells = self.drawn(&failing, attempt, again, filled);
            let mut open = Vec::new();
            for (at, row) in failing.iter().enumerate() {
                let left = steps.entry(*row).or_insert(0);
                if self.repair(&cells, at, self.rows[*row], attempt, left, &mut repairs.columns) {
                    repairs.at.insert(*row, repairs.at.len());
                } else {
                    open.push(*row);
                }
            }
            failing = open;
        }
        self.overlay(filled, &repairs);
        failing.len() as u64
    }

    /// The checks that can't be evaluated in one of the first rows, with what can't.
    fn unevaluated(&self, filled: &BTreeMap<ColumnIdx, Filled>) -> Vec<(usize, String)> {
        let few = self.rows.len().min(EVALUATED);
        let rows: Vec<Vec<Value>> = (0..few).map(|i| self.row(filled, i)).collect();
        let what = |check: &Expr| {
            rows.iter().find_map(|row| match check_passes(check, row, self.cx) {
                Err(EvaluateError::Unsupported(unsupported)) => Some(unsupported.what.to_string()),
                _ => None,
            })
        };
        self.group.checks.iter().enumerate().filter_map(|(i, check)| Some((i, what(check)?))).collect()
    }

    /// Makes one row good and appends its cells; false if this attempt does not.
    fn repair(
        &self,
        drawn: &DrawnRows,
        at: usize,
        number: u64,
        attempt: u64,
        steps: &mut u32,
        into: &mut BTreeMap<ColumnIdx, Filled>,
    ) -> bool {
        let variables = &self.group.branches.variables;
        let values: Vec<Value> = variables
            .iter()
            .map(|v| {
                drawn.below.get(&v.column).map_or(Value::Null, |f| typed(f.value(at), &v.ty, self.cx.schema))
            })
            .collect();
        let present: Vec<bool> =
            variables.iter().map(|v| drawn.laid.get(&v.column).is_some_and(|f| f.is_present(at))).collect();
        let draws = Draws { row: number, attempt, values, present };
        let as_drawn = || -> Vec<SettledColumn<ColumnBuffer>> {
            draws.present.iter().map(|p| if *p { SettledColumn::Own } else { SettledColumn::Null }).collect()
        };
        let settled: Option<Vec<SettledColumn<ColumnBuffer>>> = if self.is_met(&draws, &as_drawn()) {
            Some(as_drawn())
        } else {
            self.group.branches.settle(&draws, self.cx, steps).filter(|settled| self.is_met(&draws, settled))
        };
        let Some(settled) = settled else { return false };
        for (variable, settled) in variables.iter().zip(settled) {
            let Some(filled) = into.get_mut(&variable.column) else { continue };
            let present = filled.present.get_or_insert_default();
            present.push(!matches!(settled, SettledColumn::Null));
            match (settled, drawn.below.get(&variable.column)) {
                (SettledColumn::Cell(cell), _) => filled.cells.push_from(&cell, 0),
                (SettledColumn::Own, Some(own)) => filled.cells.push_from(&own.cells, at),
                _ => {
                    let cells = filled.cells.len() + 1;
                    fill_blank(&mut filled.cells, cells);
                }
            }
        }
        true
    }

    /// Whether a row as settled breaks nothing.
    fn is_met(&self, draws: &Draws, settled: &[SettledColumn<ColumnBuffer>]) -> bool {
        let mut row = vec![Value::Null; self.cx.table.map_or(0, |t| t.columns.len())];
        for (i, variable) in self.group.branches.variables.iter().enumerate() {
            row[variable.column] = match &settled[i] {
                SettledColumn::Own => draws.values[i].clone(),
                SettledColumn::Null => Value::Null,
                SettledColumn::Cell(cell) => variable.cells.value(cell),
            };
        }
        self.group.holds(&row, self.cx)
    }

    /// The row's values of the columns that the constraints read; others are NULL.
    fn row(&self, filled: &BTreeMap<ColumnIdx, Filled>, index: usize) -> Vec<Value> {
        let mut row = vec![Value::Null; self.cx.table.map_or(0, |t| t.columns.len())];
        for variable in &self.group.branches.variables {
            if let Some(filled) = filled.get(&variable.column) {
                row[variable.column] = typed(filled.value(index), &variable.ty, self.cx.schema);
            }
        }
        row
    }

    fn blank(&self, filled: &BTreeMap<ColumnIdx, Filled>) -> BTreeMap<ColumnIdx, Filled> {
        self.group
            .branches
            .variables
            .iter()
            .filter(|v| filled.contains_key(&v.column))
            .map(|v| (v.column, Filled { cells: v.cells.buffer.empty_like(), present: None }))
            .collect()
    }

    /// The group's columns for the failing rows alone, those that may change as an attempt draws them.
    fn drawn(
        &self,
        failing: &[usize],
        attempt: u64,
        again: bool,
        filled: &BTreeMap<ColumnIdx, Filled>,
    ) -> DrawnRows {
        let numbers: Vec<u64> = failing.iter().map(|i| self.rows[*i]).collect();
        let fill = |attempt: u64, columns: &[ColumnIdx], below: bool| {
            let filler = Filler::new(self.programs, self.table, &numbers, attempt);
            let filler = filler.map(|f| if below { f.below_nulls() } else { f });
            let cells = filler.map(|mut f| f.columns(columns)).unwrap_or_default();
            columns.iter().copied().zip(cells).collect::<BTreeMap<ColumnIdx, Filled>>()
        };
        let mut laid: BTreeMap<ColumnIdx, Filled> = self
            .group
            .branches
            .variables
            .iter()
            .filter_map(|v| Some((v.column, filled.get(&v.column)?.pick(failing))))
            .collect();
        let changeable: Vec<ColumnIdx> = self.group.changeable().collect();
        let mut below = laid.clone();
        below.extend(fill(0, &changeable, true));
        if again {
            laid.extend(fill(attempt, &self.group.redrawn, false));
        }
        if attempt > 0 {
            below.extend(fill(attempt, &self.group.redrawn, true));
        }
        DrawnRows { laid, below }
    }

    fn overlay(&self, filled: &mut BTreeMap<ColumnIdx, Filled>, repairs: &Repairs) {
        if repairs.at.is_empty() {
            return;
        }
        for column in self.group.movable() {
            let (Some(before), Some(repaired)) = (filled.get(&column), repairs.columns.get(&column)) else {
                continue;
            };
            let mut cells: ColumnBuffer = before.cells.empty_like();
            let mut present = Vec::with_capacity(self.rows.len());
            for i in 0..self.rows.len() {
                let (from, at) = repairs.at.get(&i).map_or((before, i), |at| (repaired, *at));
                cells.push_from(&from.cells, at);
                present.push(from.is_present(at));
            }
            let present = present.contains(&false).then_some(present);
            filled.insert(column, Filled { cells, present });
        }
    }
}
