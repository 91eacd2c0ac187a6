//! The residue: constraints that no list or law holds by construction. Rows that break one are drawn again, with an
//! attempt number in the key, so that a row is still a pure function of its number. Columns of keys are never redrawn.

use crate::fill::{Filled, Filler};
use crate::key::{Key, below, mix};
use crate::plan::Programs;
use crate::{Cardinality, Sampler};
use crate::{ColumnBuffer, list::Choice};
use seedbed_schema_model::{ColumnIdx, Expr, Schema, Span, SqlType, TableId};
use seedbed_sql_semantics::{Context, Row, Value, check_passes, parse_value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Attempts before a row is left as it is. A constraint that random rows meet once in thirty is met in nearly all of
/// ten million rows.
pub(crate) const ATTEMPTS: u64 = 480;

/// The residue of one table.
#[derive(Debug, Default)]
pub(crate) struct Residue {
    pub(crate) groups: Vec<ResidueGroup>,
}

/// Constraints that share redrawn columns, and so must be met together.
#[derive(Debug)]
pub(crate) struct ResidueGroup {
    /// None of these may be false.
    pub(crate) checks: Vec<Expr>,
    /// The columns that the constraints read.
    pub(crate) reads: Vec<ColumnIdx>,
    /// Those of them that may be drawn again.
    pub(crate) redrawn: Vec<ColumnIdx>,
    /// The constraints' names and places, for messages.
    pub(crate) titles: Vec<(String, Span)>,
    /// Whether trying has shown that redrawing doesn't help; rows are then left as they are.
    pub(crate) hopeless: bool,
    /// Constants that the constraints compare a column with: tried now and then, by the key of the column.
    pub(crate) pools: BTreeMap<ColumnIdx, (Key, Arc<Choice>)>,
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
            (Value::Text(text), Some(ty)) => parse_value(&text, ty, self.schema).unwrap_or(Value::Text(text)),
            (value, _) => value,
        }
    }
}

impl Residue {
    /// The constraints' names, each once, in order.
    pub(crate) fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> =
            self.groups.iter().flat_map(|g| &g.titles).map(|(t, _)| t.clone()).collect();
        titles.sort();
        titles.dedup();
        titles
    }

    /// Redraws rows until every group holds or its attempts, which follow `drawn`, are used up. `filled` holds every
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
        let types = parsed_types(&self.reads, cx);
        let mut failing: Vec<usize> = {
            let row = |index| FilledRow { columns: filled, index, types: &types, schema: cx.schema };
            (0..rows.len()).filter(|i| !self.holds(&row(*i), cx)).collect()
        };
        let mut settled: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        let mut redraws: Vec<BTreeMap<ColumnIdx, Filled>> = Vec::new();
        for attempt in drawn + 1..=drawn + ATTEMPTS {
            if failing.is_empty() || self.redrawn.is_empty() || self.hopeless {
                break;
            }
            let mut again = self.redraw(programs, table, rows, &failing, attempt, filled);
            let row = |index| FilledRow { columns: &again, index, types: &types, schema: cx.schema };
            let (good, bad): (Vec<usize>, Vec<usize>) =
                (0..failing.len()).partition(|i| self.holds(&row(*i), cx));
            for i in &good {
                settled.insert(failing[*i], (redraws.len(), *i));
            }
            if !good.is_empty() {
                again.retain(|column, _| self.redrawn.contains(column));
                redraws.push(again);
            }
            failing = bad.into_iter().map(|i| failing[i]).collect();
        }
        if !settled.is_empty() {
            self.overlay(rows.len(), filled, &settled, &redraws);
        }
        failing.len() as u64
    }

    fn holds(&self, row: &FilledRow<'_>, cx: &Context<'_>) -> bool {
        self.checks.iter().all(|check| check_passes(check, row, cx).unwrap_or(true))
    }

    /// The columns that the constraints read, for the failing rows alone, with those that may change drawn anew.
    fn redraw(
        &self,
        programs: &Programs,
        table: TableId,
        rows: &[u64],
        failing: &[usize],
        attempt: u64,
        filled: &BTreeMap<ColumnIdx, Filled>,
    ) -> BTreeMap<ColumnIdx, Filled> {
        let numbers: Vec<u64> = failing.iter().map(|i| rows[*i]).collect();
        let drawn = Filler::new(programs, table, &numbers, attempt)
            .map(|mut f| f.columns(&self.redrawn))
            .unwrap_or_default();
        let mut all: BTreeMap<ColumnIdx, Filled> = self.redrawn.iter().copied().zip(drawn).collect();
        for (column, (key, pool)) in &self.pools {
            if let Some(cells) = all.get_mut(column) {
                draw_from_pool(key.child(attempt), pool, &numbers, cells);
            }
        }
        for column in &self.reads {
            if let (false, Some(from)) = (all.contains_key(column), filled.get(column)) {
                all.insert(*column, from.pick(failing));
            }
        }
        all
    }

    fn overlay(
        &self,
        len: usize,
        filled: &mut BTreeMap<ColumnIdx, Filled>,
        settled: &BTreeMap<usize, (usize, usize)>,
        redraws: &[BTreeMap<ColumnIdx, Filled>],
    ) {
        for column in &self.redrawn {
            let Some(before) = filled.get(column) else { continue };
            let mut cells: ColumnBuffer = before.cells.empty_like();
            let mut present = Vec::with_capacity(len);
            for i in 0..len {
                let (from, at) =
                    match settled.get(&i).and_then(|(n, at)| Some((redraws[*n].get(column)?, *at))) {
                        Some(redrawn) => redrawn,
                        None => (before, i),
                    };
                cells.push_from(&from.cells, at);
                present.push(from.is_present(at));
            }
            let present = present.contains(&false).then_some(present);
            filled.insert(*column, Filled { cells, present });
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

/// Replaces about half the cells by constants of a pool.
fn draw_from_pool(key: Key, pool: &Choice, numbers: &[u64], cells: &mut Filled) {
    let Cardinality::Exact(len) = pool.cardinality() else { return };
    let mut pooled = cells.cells.empty_like();
    for (i, number) in numbers.iter().enumerate() {
        let random = mix(key, *number);
        if random & 1 == 1 || len == 0 {
            pooled.push_from(&cells.cells, i);
            continue;
        }
        let mut one = cells.cells.empty_like();
        pool.write(&[below(random, len)], &mut one);
        pooled.push_from(&one, 0);
    }
    cells.cells = pooled;
}
