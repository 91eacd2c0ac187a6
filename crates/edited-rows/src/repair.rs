//! Repairs: the smallest change with which a row that an edit has broken keeps its constraints.
//!
//! The fixes are tried one after the other, each for all rows of a batch that are still broken: another draw of the edited
//! cell itself where it was drawn; then one other cell, moved as the edited one was, computed as a CHECK says, or taken from a donor, a row that goes with
//! the edited value; then several cells together, of one donor. Columns of keys and references are never changed.

use crate::cells::ValueRow;
use crate::change::{How, scaled, shifted};
use crate::layer::{Repair, TableLayer};
use crate::made::Made;
use crate::stack::Stack;
use arrow_array::ArrayRef;
use arrow_schema::ArrowError;
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::{Value, stored_value};
use std::collections::{BTreeMap, BTreeSet};

/// One way to repair a row.
#[derive(Clone, Debug)]
enum Fix {
    /// The edited cell in another attempt.
    Redraw(u64),
    /// Another cell, moved as the edited one was.
    Along(ColumnIdx),
    /// Another cell that a CHECK says to equal an expression, by its place among those.
    Equal(ColumnIdx, usize),
    /// Another cell that holds what the edited one does.
    Same(ColumnIdx),
    /// Another cell becomes NULL.
    Null(ColumnIdx),
    /// Cells of a donor.
    Donor(Vec<ColumnIdx>, u64),
}

impl Fix {
    /// The columns besides the edited ones that it changes.
    fn columns(&self) -> &[ColumnIdx] {
        match self {
            Self::Redraw(_) => &[],
            Self::Along(column) | Self::Equal(column, _) | Self::Same(column) | Self::Null(column) => {
                std::slice::from_ref(column)
            }
            Self::Donor(columns, _) => columns,
        }
    }
}

impl Stack<'_> {
    /// Repairs the rows in some places that break a constraint, and notes those that stay broken.
    #[expect(clippy::too_many_arguments, reason = "the state of one table's batch in the middle of an edit")]
    pub(crate) fn repair(
        &self,
        edit: usize,
        table: TableId,
        layer: &TableLayer,
        (numbers, lower): (&[u64], &[ArrayRef]),
        made: &mut Made,
        places: &[usize],
        changed: &[ColumnIdx],
    ) -> Result<(), ArrowError> {
        if places.is_empty() {
            return Ok(());
        }
        let mut open = self.broken(table, made, places, changed)?;
        let Some(repair) = layer.repair.as_ref().filter(|_| !open.is_empty()) else {
            open.values().for_each(|constraints| self.note_broken(edit, table, constraints));
            return Ok(());
        };
        for fix in self.fixes(table, layer, repair, &open) {
            if open.is_empty() {
                break;
            }
            let applies = |constraints: &BTreeSet<usize>| {
                fix.columns().is_empty()
                    || self.reach(table, repair, constraints).iter().any(|c| fix.columns().contains(c))
            };
            let rows: Vec<usize> = open.iter().filter(|(_, c)| applies(c)).map(|(place, _)| *place).collect();
            if rows.is_empty() {
                continue;
            }
            let Some(new) = self.fixed(table, layer, repair, (numbers, lower), made, &rows, &fix)? else {
                continue;
            };
            let mut trial = made.clone();
            let mut unfit: BTreeSet<usize> = BTreeSet::new();
            for (column, values) in &new {
                unfit.extend(self.put(table, &mut trial, *column, &rows, values)?);
            }
            let touched = [changed, fix.columns()].concat();
            let computed = self.compute(table, &mut trial, &rows, Some(&touched))?;
            let still = self.broken(table, &trial, &rows, &[touched.clone(), computed.clone()].concat())?;
            let good: Vec<usize> =
                rows.iter().copied().filter(|row| !still.contains_key(row) && !unfit.contains(row)).collect();
            if good.is_empty() {
                continue;
            }
            // The good rows keep the trial's cells.
            for column in new.iter().map(|(column, _)| *column).chain(computed) {
                if let Some(at) = trial.place(column) {
                    made.arrays[at] = mixed(&made.arrays[at], &trial.arrays[at], &good)?;
                }
            }
            for row in good {
                if let Some(constraints) = open.remove(&row) {
                    self.note_repaired(edit, table, fix.columns(), &constraints);
                }
            }
        }
        open.values().for_each(|constraints| self.note_broken(edit, table, constraints));
        Ok(())
    }

    /// The free columns that the constraints read.
    fn reach(&self, table: TableId, repair: &Repair, constraints: &BTreeSet<usize>) -> Vec<ColumnIdx> {
        let read = constraints
            .iter()
            .filter_map(|c| self.judge.constraint(table, *c))
            .flat_map(|(_, columns)| columns);
        let mut columns: Vec<ColumnIdx> = read.copied().filter(|c| repair.free.contains(c)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// What to try, the smallest first.
    fn fixes(
        &self,
        table: TableId,
        layer: &TableLayer,
        repair: &Repair,
        open: &BTreeMap<usize, BTreeSet<usize>>,
    ) -> Vec<Fix> {
        let schema = self.schema();
        let all: BTreeSet<usize> = open.values().flatten().copied().collect();
        let near = self.reach(table, repair, &all);
        let edited = layer.changes.first();
        let is_drawn = edited
            .is_some_and(|change| change.is_drawn() && change.attempts.is_empty() && !is_distinct(change));
        let is_moved =
            edited.is_some_and(|change| matches!(change.how, How::Shift { .. } | How::Scale { .. }));
        let mut fixes = Vec::new();
        if is_drawn {
            fixes.extend((1..=8).map(Fix::Redraw));
        }
        if is_moved {
            fixes.extend(near.iter().copied().map(Fix::Along));
        }
        let equal = repair.equal.iter().enumerate().filter(|(_, (column, _))| near.contains(column));
        fixes.extend(equal.map(|(at, (column, _))| Fix::Equal(*column, at)));
        for attempt in 0..3 {
            fixes.extend(near.iter().map(|column| Fix::Donor(vec![*column], attempt)));
        }
        let ty = |column: ColumnIdx| schema.base_type(&schema[table][column].ty);
        if let Some(from) = edited.and_then(|change| change.columns.first()) {
            fixes.extend(near.iter().copied().filter(|c| ty(*c) == ty(*from)).map(Fix::Same));
        }
        fixes.extend(near.iter().copied().filter(|c| schema[table][*c].nullable).map(Fix::Null));
        if near.len() > 1 {
            fixes.extend((0..8).map(|attempt| Fix::Donor(near.clone(), attempt)));
        }
        let far = self.closure(table, repair, &near);
        if far.len() > near.len() {
            fixes.extend((0..8).map(|attempt| Fix::Donor(far.clone(), attempt)));
        }
        fixes.extend(
            (3..24).flat_map(|attempt| near.iter().map(move |column| Fix::Donor(vec![*column], attempt))),
        );
        if is_drawn {
            fixes.extend((9..=48).map(Fix::Redraw));
        }
        fixes
    }

    /// The columns, and all free ones that constraints tie to them.
    fn closure(&self, table: TableId, repair: &Repair, columns: &[ColumnIdx]) -> Vec<ColumnIdx> {
        let mut found = columns.to_vec();
        loop {
            let before = found.len();
            let mut number = 0;
            while let Some((_, reads)) = self.judge.constraint(table, number) {
                if reads.iter().any(|c| found.contains(c)) {
                    let more: Vec<ColumnIdx> = reads
                        .iter()
                        .copied()
                        .filter(|c| repair.free.contains(c) && !found.contains(c))
                        .collect();
                    found.extend(more);
                }
                number += 1;
            }
            if found.len() == before {
                found.sort_unstable();
                return found;
            }
        }
    }

    /// The cells of a fix for some rows.
    #[expect(clippy::too_many_arguments, reason = "the state of one table's batch in the middle of an edit")]
    #[expect(clippy::type_complexity, reason = "columns with their cells")]
    fn fixed(
        &self,
        table: TableId,
        layer: &TableLayer,
        repair: &Repair,
        (numbers, lower): (&[u64], &[ArrayRef]),
        made: &Made,
        rows: &[usize],
        fix: &Fix,
    ) -> Result<Option<Vec<(ColumnIdx, Vec<Value>)>>, ArrowError> {
        let schema = self.schema();
        let Some(edited) = layer.changes.first() else { return Ok(None) };
        let now = |column: ColumnIdx| {
            let values = self.cells(table, made, &made.arrays, &[column]).remove(&column).unwrap_or_default();
            rows.iter().map(|row| values.get(*row).cloned().unwrap_or(Value::Null)).collect::<Vec<_>>()
        };
        Ok(match fix {
            Fix::Redraw(attempt) => {
                let cells = self.cells(table, made, lower, &edited.reads());
                let wanted = self.wanted(numbers, rows, &cells);
                let new = edited.values(&wanted.view(schema, table), Some(*attempt))?;
                Some(edited.columns.iter().copied().zip(new.columns).collect())
            }
            Fix::Along(column) => {
                let moved = |value: Value| match &edited.how {
                    How::Shift { by, unit } => shifted(&value, *by, *unit),
                    How::Scale { factor } => scaled(&value, *factor, &schema[table][*column], schema),
                    _ => None,
                };
                let new: Vec<Value> =
                    now(*column).into_iter().map(|v| moved(v.clone()).unwrap_or(v)).collect();
                Some(vec![(*column, new)])
            }
            Fix::Equal(column, at) => {
                let (_, expr) = &repair.equal[*at];
                let cells = self.cells(table, made, &made.arrays, &expr.columns());
                let cx = table_context(schema, &schema[table]);
                let value = |row: &usize| {
                    let value = evaluate(expr, &ValueRow { columns: &cells, at: *row }, &cx);
                    value.map_or(Value::Null, |v| stored_value(v, &schema[table][*column], schema))
                };
                Some(vec![(*column, rows.iter().map(value).collect())])
            }
            Fix::Same(column) => edited.columns.first().map(|from| vec![(*column, now(*from))]),
            Fix::Null(column) => Some(vec![(*column, vec![Value::Null; rows.len()])]),
            Fix::Donor(columns, attempt) => {
                let Some(first) = edited.columns.first() else { return Ok(None) };
                let values = now(*first);
                let mut cells: Vec<Vec<Value>> = vec![vec![Value::Null; rows.len()]; columns.len()];
                // Rows with the same value have donors of one plan.
                let mut groups: Vec<(Option<&Value>, Vec<usize>)> = Vec::new();
                for (at, value) in values.iter().enumerate() {
                    let value = Some(value).filter(|v| repair.donor.pinned.iter().any(|(of, _)| of == *v));
                    match groups.iter_mut().find(|(of, _)| *of == value) {
                        Some((_, group)) => group.push(at),
                        None => groups.push((value, vec![at])),
                    }
                }
                for (value, group) in groups {
                    let numbers: Vec<u64> = group.iter().map(|at| numbers[rows[*at]]).collect();
                    let Some(given) = repair.donor.values(&numbers, value, columns, *attempt) else {
                        return Ok(None);
                    };
                    for (cells, given) in cells.iter_mut().zip(given) {
                        group.iter().zip(given).for_each(|(at, value)| cells[*at] = value);
                    }
                }
                Some(columns.iter().copied().zip(cells).collect())
            }
        })
    }
}

/// Whether a change draws values that must stay distinct, each of which is a row's own.
fn is_distinct(change: &crate::change::Change) -> bool {
    matches!(&change.how, How::Fresh(fresh) if fresh.distinct_from.is_some())
}

/// One array with some rows of another.
fn mixed(old: &ArrayRef, new: &ArrayRef, rows: &[usize]) -> Result<ArrayRef, ArrowError> {
    let mut from: Vec<(usize, usize)> = (0..old.len()).map(|row| (0, row)).collect();
    for row in rows {
        from[*row] = (1, *row);
    }
    arrow_select::interleave::interleave(&[&**old, &**new], &from)
}
