//! The residue: constraints that no list or law holds by construction. A row that breaks one is settled by its branches
//! (see [`Branches`]); what these don't settle is drawn again, with an attempt number in the key, so that a
//! row is still a pure function of its number. Columns of keys are never redrawn. Every constraint is evaluated on what
//! comes out, whichever way it came about.

use crate::column_cells::{ColumnCells, typed};
use crate::convert::fill_blank;
use crate::fill::Filler;
use crate::filled::Filled;
use crate::program::Programs;
use crate::{CasesExplanation, ColumnBuffer};
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Span, SqlType, Table, TableId};
use seedbed_solver::{Branches, CellSource, Decision, Draws, Freedom, later, reads_clock};
use seedbed_sql_semantics::{Context, Row, Value, check_passes};
use std::collections::BTreeMap;

/// Attempts before a row is left as it is. A constraint that random rows meet once in thirty is met in nearly all of
/// ten million rows.
pub(crate) const ATTEMPTS: u64 = 480;

/// Steps that the search for a branch may make for one row, over all attempts.
const STEPS: u32 = 60_000;

/// The residue of one table.
#[derive(Debug, Default)]
pub(crate) struct Residue {
    pub(crate) groups: Vec<ResidueGroup>,
}

/// Constraints that share columns which may change, and so must be met together.
#[derive(Debug)]
pub(crate) struct ResidueGroup {
    /// None of these may be false.
    pub(crate) checks: Vec<Expr>,
    /// Columns that may be drawn again: those read, and what belongs to the same references.
    pub(crate) redrawn: Vec<ColumnIdx>,
    /// The constraints' names and places, for messages.
    pub(crate) titles: Vec<(String, Span)>,
    /// Whether trying has shown that redrawing doesn't help; rows are then left as they are.
    pub(crate) hopeless: bool,
    /// The cases that the constraints leave.
    pub(crate) branches: Branches<ColumnCells>,
}

type Variable = seedbed_solver::Variable<ColumnCells>;

/// Rows made good, in the order in which they were: for each the cells of the columns that may change.
struct Repairs {
    at: BTreeMap<usize, usize>,
    columns: BTreeMap<ColumnIdx, Filled>,
}

impl Residue {
    /// How each group's constraints are met.
    pub(crate) fn explain(&self, table: &Table) -> Vec<CasesExplanation> {
        self.groups.iter().map(|group| group.explain(table)).collect()
    }

    /// Settles rows until every group holds or its attempts, which follow `drawn`, are used up. `filled` holds every
    /// written column. Returns the groups that are not settled in all rows, and in how many they are not.
    pub(crate) fn settle(
        &self,
        programs: &Programs,
        cx: &Context<'_>,
        table: TableId,
        rows: &[u64],
        filled: &mut BTreeMap<ColumnIdx, Filled>,
        drawn: u64,
    ) -> Vec<(usize, u64)> {
        let tried = self.groups.iter().map(|group| group.settle(programs, cx, table, rows, filled, drawn));
        tried.enumerate().filter(|(_, unsettled)| *unsettled > 0).collect()
    }
}

impl ResidueGroup {
    fn explain(&self, table: &Table) -> CasesExplanation {
        let variables = &self.branches.variables;
        let named = |wanted: &dyn Fn(&Variable) -> bool| {
            variables.iter().filter(|v| wanted(v)).map(|v| table[v.column].name.clone()).collect()
        };
        let mut checks: Vec<String> = self.titles.iter().map(|(title, _)| title.clone()).collect();
        checks.dedup();
        CasesExplanation {
            checks,
            given: named(&|v| v.freedom == Freedom::Fixed),
            absences: named(&|v| v.freedom == Freedom::Absence),
            values: named(&|v| v.freedom == Freedom::Value),
            computed: named(&|v| v.freedom == Freedom::Value && self.branches.computes(v.column)),
        }
    }

    /// Returns how many rows could not be settled.
    fn settle(
        &self,
        programs: &Programs,
        cx: &Context<'_>,
        table: TableId,
        rows: &[u64],
        filled: &mut BTreeMap<ColumnIdx, Filled>,
        drawn: u64,
    ) -> u64 {
        let mut failing: Vec<usize> =
            (0..rows.len()).filter(|i| !self.holds(&self.row(filled, *i, cx), cx)).collect();
        if failing.is_empty() {
            return 0;
        }
        let mut repairs = Repairs { at: BTreeMap::new(), columns: self.blank(filled) };
        let mut steps: BTreeMap<usize, u32> = failing.iter().map(|i| (*i, STEPS)).collect();
        for attempt in drawn..=drawn + ATTEMPTS {
            if failing.is_empty() || self.hopeless || self.movable().next().is_none() {
                break;
            }
            let again = attempt > drawn;
            let cells = self.drawn(programs, table, rows, &failing, attempt, again, filled);
            let mut open = Vec::new();
            for (at, row) in failing.iter().enumerate() {
                let left = steps.entry(*row).or_insert(0);
                if self.repair(&cells, at, rows[*row], attempt, cx, left, &mut repairs.columns) {
                    repairs.at.insert(*row, repairs.at.len());
                } else {
                    open.push(*row);
                }
            }
            failing = open;
        }
        self.overlay(rows.len(), filled, &repairs);
        failing.len() as u64
    }

    /// Makes one row good and appends its cells; false if this attempt does not.
    #[expect(clippy::too_many_arguments, reason = "one row's surroundings, in one place")]
    fn repair(
        &self,
        drawn: &Drawn,
        at: usize,
        number: u64,
        attempt: u64,
        cx: &Context<'_>,
        steps: &mut u32,
        into: &mut BTreeMap<ColumnIdx, Filled>,
    ) -> bool {
        let variables = &self.branches.variables;
        let values: Vec<Value> = variables
            .iter()
            .map(|v| drawn.below.get(&v.column).map_or(Value::Null, |f| typed(f.value(at), &v.ty, cx.schema)))
            .collect();
        let present: Vec<bool> =
            variables.iter().map(|v| drawn.laid.get(&v.column).is_some_and(|f| f.is_present(at))).collect();
        let draws = Draws { row: number, attempt, values, present };
        let as_drawn = || -> Vec<Decision<ColumnBuffer>> {
            draws.present.iter().map(|p| if *p { Decision::Own } else { Decision::Null }).collect()
        };
        let settled: Option<Vec<Decision<ColumnBuffer>>> = if self.is_met(&draws, &as_drawn(), cx) {
            Some(as_drawn())
        } else {
            self.branches.settle(&draws, cx, steps).filter(|settled| self.is_met(&draws, settled, cx))
        };
        let Some(settled) = settled else { return false };
        for (variable, settled) in variables.iter().zip(settled) {
            let Some(filled) = into.get_mut(&variable.column) else { continue };
            let present = filled.present.get_or_insert_default();
            present.push(!matches!(settled, Decision::Null));
            match (settled, drawn.below.get(&variable.column)) {
                (Decision::Cell(cell), _) => filled.cells.push_from(&cell, 0),
                (Decision::Own, Some(own)) => filled.cells.push_from(&own.cells, at),
                _ => push_blank(&mut filled.cells),
            }
        }
        true
    }

    /// Whether a row as settled breaks nothing.
    fn is_met(&self, draws: &Draws, settled: &[Decision<ColumnBuffer>], cx: &Context<'_>) -> bool {
        let mut row = vec![Value::Null; cx.table.map_or(0, |t| t.columns.len())];
        for (i, variable) in self.branches.variables.iter().enumerate() {
            row[variable.column] = match &settled[i] {
                Decision::Own => draws.values[i].clone(),
                Decision::Null => Value::Null,
                Decision::Cell(cell) => variable.cells.value(cell),
            };
        }
        self.holds(&row, cx)
    }

    /// The row's values of the columns that the constraints read; others are NULL.
    fn row(&self, filled: &BTreeMap<ColumnIdx, Filled>, index: usize, cx: &Context<'_>) -> Vec<Value> {
        let mut row = vec![Value::Null; cx.table.map_or(0, |t| t.columns.len())];
        for variable in &self.branches.variables {
            if let Some(filled) = filled.get(&variable.column) {
                row[variable.column] = typed(filled.value(index), &variable.ty, cx.schema);
            }
        }
        row
    }

    fn holds(&self, row: &[Value], cx: &Context<'_>) -> bool {
        let later = later(cx);
        self.checks.iter().all(|check| {
            let passes = |cx: &Context<'_>| check_passes(check, &row, cx).unwrap_or(true);
            passes(cx) && (!reads_clock(check) || passes(&later))
        })
    }

    fn changeable(&self) -> impl Iterator<Item = ColumnIdx> {
        self.branches.variables.iter().filter(|v| v.freedom != Freedom::Fixed).map(|v| v.column)
    }

    /// The columns that a branch or another attempt may change.
    fn movable(&self) -> impl Iterator<Item = ColumnIdx> {
        let moves = |v: &&Variable| v.freedom != Freedom::Fixed || self.redrawn.contains(&v.column);
        self.branches.variables.iter().filter(moves).map(|v| v.column)
    }

    fn blank(&self, filled: &BTreeMap<ColumnIdx, Filled>) -> BTreeMap<ColumnIdx, Filled> {
        self.branches
            .variables
            .iter()
            .filter(|v| filled.contains_key(&v.column))
            .map(|v| (v.column, Filled { cells: v.cells.buffer.empty_like(), present: None }))
            .collect()
    }

    /// The group's columns for the failing rows alone, those that may change as an attempt draws them.
    #[expect(clippy::too_many_arguments, reason = "one attempt's surroundings, in one place")]
    fn drawn(
        &self,
        programs: &Programs,
        table: TableId,
        rows: &[u64],
        failing: &[usize],
        attempt: u64,
        again: bool,
        filled: &BTreeMap<ColumnIdx, Filled>,
    ) -> Drawn {
        let numbers: Vec<u64> = failing.iter().map(|i| rows[*i]).collect();
        let fill = |attempt: u64, columns: &[ColumnIdx], below: bool| {
            let filler = Filler::new(programs, table, &numbers, attempt);
            let filler = filler.map(|f| if below { f.below_nulls() } else { f });
            let cells = filler.map(|mut f| f.columns(columns)).unwrap_or_default();
            columns.iter().copied().zip(cells).collect::<BTreeMap<ColumnIdx, Filled>>()
        };
        let mut laid: BTreeMap<ColumnIdx, Filled> = self
            .branches
            .variables
            .iter()
            .filter_map(|v| Some((v.column, filled.get(&v.column)?.pick(failing))))
            .collect();
        let changeable: Vec<ColumnIdx> = self.changeable().collect();
        let mut below = laid.clone();
        below.extend(fill(0, &changeable, true));
        if again {
            laid.extend(fill(attempt, &self.redrawn, false));
        }
        if attempt > 0 {
            below.extend(fill(attempt, &self.redrawn, true));
        }
        Drawn { laid, below }
    }

    fn overlay(&self, len: usize, filled: &mut BTreeMap<ColumnIdx, Filled>, repairs: &Repairs) {
        if repairs.at.is_empty() {
            return;
        }
        for column in self.movable() {
            let (Some(before), Some(repaired)) = (filled.get(&column), repairs.columns.get(&column)) else {
                continue;
            };
            let mut cells: ColumnBuffer = before.cells.empty_like();
            let mut present = Vec::with_capacity(len);
            for i in 0..len {
                let (from, at) = repairs.at.get(&i).map_or((before, i), |at| (repaired, *at));
                cells.push_from(&from.cells, at);
                present.push(from.is_present(at));
            }
            let present = present.contains(&false).then_some(present);
            filled.insert(column, Filled { cells, present });
        }
    }
}

/// What some rows drew for a group's columns: with their NULLs, and what lies below them.
struct Drawn {
    laid: BTreeMap<ColumnIdx, Filled>,
    below: BTreeMap<ColumnIdx, Filled>,
}

/// One blank cell, to stand under a NULL.
fn push_blank(cells: &mut ColumnBuffer) {
    match cells {
        ColumnBuffer::Text(text) => text.push(""),
        cells => fill_blank(cells, cells.len() + 1),
    }
}

/// One row of filled columns, as the evaluator wants it.
pub(crate) struct FilledRow<'a> {
    pub(crate) columns: &'a BTreeMap<ColumnIdx, Filled>,
    pub(crate) index: usize,
    /// Types whose cells travel as text: [`parsed_types`].
    pub(crate) types: &'a BTreeMap<ColumnIdx, SqlType>,
    pub(crate) schema: &'a Schema,
}

impl Row for FilledRow<'_> {
    fn value(&self, column: ColumnIdx) -> Value {
        let Some(filled) = self.columns.get(&column) else { return Value::Null };
        match (filled.value(self.index), self.types.get(&column)) {
            (value, Some(ty)) => typed(value, ty, self.schema),
            (value, _) => value,
        }
    }
}

/// Of some columns, the types whose cells travel as text but mean something else.
pub(crate) fn parsed_types(columns: &[ColumnIdx], cx: &Context<'_>) -> BTreeMap<ColumnIdx, SqlType> {
    let Some(table) = cx.table else { return BTreeMap::new() };
    columns
        .iter()
        .map(|c| (*c, cx.schema.base_type(&table[*c].ty).clone()))
        .filter(|(_, ty)| {
            !ty.is_text() && !matches!(ty, SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::InlineSet(_))
        })
        .collect()
}
