//! Edits on top of each other: the rows of any of them, made of those below.

use crate::cells::{ValueRow, picked, plain, replaced, values};
use crate::change::For;
use crate::layer::{Layer, TableLayer};
use crate::ledger::Ledger;
use crate::made::Made;
use arrow_array::ArrayRef;
use arrow_schema::ArrowError;
use arrow_select::concat::concat;
use seedbed_datagen_core::RowSource;
use seedbed_job::{PlannedJob, ReadSchema, check_of_now};
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::{Value, stored_value};
use seedbed_validate::Check;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Rows, and the edits on top of them.
pub(crate) struct Stack<'a> {
    pub(crate) planned: &'a PlannedJob,
    base: &'a dyn RowSource,
    counts: BTreeMap<TableId, u64>,
    pub(crate) layers: Vec<Layer>,
    /// Says which rows break what by themselves.
    pub(crate) judge: Check<'a>,
    /// What is noted, while something is.
    ledger: Mutex<Option<Ledger>>,
}

impl fmt::Debug for Stack<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack").field("layers", &self.layers).finish_non_exhaustive()
    }
}

impl<'a> Stack<'a> {
    pub(crate) fn new(planned: &'a PlannedJob, base: &'a dyn RowSource) -> Self {
        let counts = base.row_counts().into_iter().collect();
        let judge = check_of_now(&planned.read().schema, seedbed_job::CheckMemory::default());
        Self { planned, base, counts, layers: Vec::new(), judge, ledger: Mutex::new(None) }
    }

    pub(crate) fn read(&self) -> &'a ReadSchema {
        self.planned.read()
    }

    pub(crate) fn schema(&self) -> &'a Schema {
        &self.planned.read().schema
    }

    /// The tables that have rows, in the order in which they are handed over.
    pub(crate) fn tables(&self) -> Vec<TableId> {
        self.base.row_counts().into_iter().map(|(table, _)| table).collect()
    }

    /// The columns that a table's rows have.
    pub(crate) fn columns(&self, table: TableId) -> Result<Vec<ColumnIdx>, ArrowError> {
        Ok(self.base_rows(table, &[], None)?.columns)
    }

    /// Rows of a table above so many edits.
    pub(crate) fn count(&self, level: usize, table: TableId) -> u64 {
        let base = self.counts.get(&table).copied().unwrap_or(0);
        let above = |below: u64, layer: &Layer| layer.tables.get(&table).map_or(below, |t| t.count(below));
        self.layers.iter().take(level).fold(base, above)
    }

    /// Notes from now on, or no longer; gives back what was noted.
    pub(crate) fn note(&self, is_noting: bool) -> Option<Ledger> {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *ledger, is_noting.then(Ledger::default))
    }

    fn noting(&self, note: impl FnOnce(&mut Ledger)) {
        if let Some(ledger) = self.ledger.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            note(ledger);
        }
    }

    /// Rows of a table above so many edits, by their ascending numbers there.
    pub(crate) fn rows(&self, level: usize, table: TableId, numbers: &[u64]) -> Result<Made, ArrowError> {
        self.rows_with(level, table, numbers, None)
    }

    /// The same rows with at least some of their columns, which cost less where no edit below touches the table.
    pub(crate) fn rows_with(
        &self,
        level: usize,
        table: TableId,
        numbers: &[u64],
        columns: Option<&[ColumnIdx]>,
    ) -> Result<Made, ArrowError> {
        let Some(below) = level.checked_sub(1) else { return self.base_rows(table, numbers, columns) };
        let Some(layer) = self.layers.get(below).and_then(|layer| layer.tables.get(&table)) else {
            return self.rows_with(below, table, numbers, columns);
        };
        let kept = layer.kept_count(self.count(below, table));
        let (old, new) = numbers.split_at(numbers.partition_point(|number| *number < kept));
        let lower: Vec<u64> = match &layer.kept {
            Some(kept) => old.iter().map(|number| kept.nth(*number)).collect(),
            None => old.to_vec(),
        };
        let mut made = self.rows(below, table, &lower)?;
        self.apply(below, table, layer, &lower, &mut made)?;
        if let Some(added) = layer.added.as_ref().filter(|_| !new.is_empty()) {
            let places: Vec<usize> = new.iter().map(|number| (number - kept) as usize).collect();
            let columns = made.columns.clone();
            let arrays = added.rows(table, &places, &columns, self.schema())?;
            let from = made.len();
            made = made.followed_by(&arrays, places.len(), self.schema(), table)?;
            let places: Vec<usize> = (from..made.len()).collect();
            self.compute(table, &mut made, &places, None)?;
        }
        Ok(made)
    }

    /// Rows as they are before any edit.
    fn base_rows(
        &self,
        table: TableId,
        numbers: &[u64],
        only: Option<&[ColumnIdx]>,
    ) -> Result<Made, ArrowError> {
        let mut parts: Vec<(Vec<ArrayRef>, usize)> = Vec::new();
        let mut columns: Vec<ColumnIdx>;
        let mut rest = numbers;
        loop {
            // Rows close together are read in one go, whatever lies between them.
            let mut len = 1.min(rest.len());
            while len < rest.len() && rest[len] - rest[len - 1] <= 32 {
                len += 1;
            }
            let (near, others) = rest.split_at(len);
            let range = match (near.first(), near.last()) {
                (Some(first), Some(last)) => *first..last + 1,
                _ => 0..0,
            };
            let is_whole = range.end - range.start == near.len() as u64;
            let batch = match only {
                Some(columns) => self.base.make_columns(table, range.clone(), columns),
                None => self.base.make_rows(table, range.clone()),
            };
            columns = batch.columns;
            let arrays: Vec<ArrayRef> = batch.rows.columns().iter().map(plain).collect::<Result<_, _>>()?;
            let places: Vec<usize> = near.iter().map(|number| (number - range.start) as usize).collect();
            // A source that has failed gives fewer rows than it was asked for, and says so.
            let there = batch.rows.num_rows();
            parts.push(match is_whole {
                true => (arrays, there),
                false => {
                    let places: Vec<usize> = places.into_iter().filter(|place| *place < there).collect();
                    (picked(&arrays, &places)?, places.len())
                }
            });
            rest = others;
            if rest.is_empty() {
                break;
            }
        }
        let count: usize = parts.iter().map(|(_, count)| count).sum();
        let arrays = match parts.len() {
            1 => parts.swap_remove(0).0,
            _ => (0..columns.len())
                .map(|at| concat(&parts.iter().map(|(arrays, _)| &*arrays[at]).collect::<Vec<_>>()))
                .collect::<Result<_, _>>()?,
        };
        let origin = numbers.iter().take(count).map(|number| Some(*number)).collect();
        Ok(Made { columns, before: arrays.clone(), arrays, origin })
    }

    /// Makes the changes of one edit in rows below it.
    fn apply(
        &self,
        below: usize,
        table: TableId,
        layer: &TableLayer,
        numbers: &[u64],
        made: &mut Made,
    ) -> Result<(), ArrowError> {
        if layer.changes.is_empty() || made.len() == 0 {
            return Ok(());
        }
        let numbers = &numbers[..made.len().min(numbers.len())];
        let lower = made.arrays.clone();
        let mut touched: Vec<usize> = Vec::new();
        let (mut refused, mut without) = (BTreeSet::new(), Vec::new());
        for change in &layer.changes {
            let cells = self.cells(table, made, &lower, &change.reads());
            let places = change.places(numbers, &cells, self.schema());
            if places.is_empty() {
                continue;
            }
            let new =
                change.values(&self.wanted(numbers, &places, &cells).view(self.schema(), table), None)?;
            if let Some(words) = change.how.words() {
                without.extend(new.without.iter().map(|at| (words.clone(), places[*at])));
            }
            for (column, values) in change.columns.iter().zip(&new.columns) {
                refused.extend(self.put(table, made, *column, &places, values)?);
            }
            touched = union(touched, places);
        }
        let changed = layer.changed_columns();
        let computed = self.compute(table, made, &touched, Some(&changed))?;
        self.noting(|ledger| {
            for (text, _) in &without {
                *ledger.without.entry((below, table, text.clone())).or_default() += 1;
            }
            if !refused.is_empty() {
                let column = &self.schema()[table][changed[0]];
                let name = format!("{} {}", column.name, column.declared_type);
                *ledger.broken.entry((below, table, name)).or_default() += refused.len() as u64;
            }
        });
        let skipped: BTreeSet<usize> = without.into_iter().map(|(_, place)| place).chain(refused).collect();
        let judged = match skipped.is_empty() {
            true => touched,
            false => touched.into_iter().filter(|place| !skipped.contains(place)).collect(),
        };
        let changed = [changed, computed].concat();
        self.repair(below, table, layer, (numbers, &lower), made, &judged, &changed)
    }

    /// The values of some columns, as they are below.
    pub(crate) fn cells(
        &self,
        table: TableId,
        made: &Made,
        arrays: &[ArrayRef],
        columns: &[ColumnIdx],
    ) -> BTreeMap<ColumnIdx, Vec<Value>> {
        let column = |column: &ColumnIdx| {
            let array = &arrays[made.place(*column)?];
            Some((*column, values(array, &self.schema()[table][*column], self.schema())))
        };
        columns.iter().filter_map(column).collect()
    }

    /// Some of the rows, to make values for.
    pub(crate) fn wanted(
        &self,
        numbers: &[u64],
        places: &[usize],
        cells: &BTreeMap<ColumnIdx, Vec<Value>>,
    ) -> Wanted {
        let pick = |values: &Vec<Value>| places.iter().map(|place| values[*place].clone()).collect();
        Wanted {
            numbers: places.iter().map(|place| numbers[*place]).collect(),
            cells: cells.iter().map(|(column, values)| (*column, pick(values))).collect(),
        }
    }

    /// Puts values into some places of a column; gives back those that it can't hold.
    pub(crate) fn put(
        &self,
        table: TableId,
        made: &mut Made,
        column: ColumnIdx,
        places: &[usize],
        values: &[Value],
    ) -> Result<Vec<usize>, ArrowError> {
        let Some(at) = made.place(column) else { return Ok(Vec::new()) };
        let (array, refused) =
            replaced(&made.arrays[at], places, values, &self.schema()[table][column], self.schema())?;
        made.arrays[at] = array;
        Ok(refused)
    }

    /// Computes generated columns anew in some places: those that read any of the columns, or all. Gives them back.
    pub(crate) fn compute(
        &self,
        table: TableId,
        made: &mut Made,
        places: &[usize],
        reading: Option<&[ColumnIdx]>,
    ) -> Result<Vec<ColumnIdx>, ArrowError> {
        let schema = self.schema();
        let mut changed: Vec<ColumnIdx> = reading.map(<[_]>::to_vec).unwrap_or_default();
        let mut computed = Vec::new();
        let mut open: Vec<ColumnIdx> =
            made.columns.iter().copied().filter(|c| schema[table][*c].generated.is_some()).collect();
        if places.is_empty() || open.is_empty() {
            return Ok(computed);
        }
        let cx = table_context(schema, &schema[table]);
        // One that reads another comes after it.
        while !open.is_empty() {
            let is_ready = |column: &ColumnIdx| {
                let reads =
                    schema[table][*column].generated.as_ref().map(|g| g.expr.columns()).unwrap_or_default();
                !reads.iter().any(|read| open.contains(read) && read != column)
            };
            let Some(at) = open.iter().position(is_ready) else { break };
            let column = open.remove(at);
            let Some(generated) = &schema[table][column].generated else { continue };
            let reads = generated.expr.columns();
            if reading.is_some() && !reads.iter().any(|read| changed.contains(read)) {
                continue;
            }
            let arrays = picked(&made.arrays, places)?;
            let cells = self.cells(table, made, &arrays, &reads);
            let new: Vec<Value> = (0..places.len())
                .map(|at| {
                    let value = evaluate(&generated.expr, &ValueRow { columns: &cells, at }, &cx);
                    value.map_or(Value::Null, |v| stored_value(v, &schema[table][column], schema))
                })
                .collect();
            self.put(table, made, column, places, &new)?;
            changed.push(column);
            computed.push(column);
        }
        Ok(computed)
    }

    /// Rows that break what by themselves, by their place.
    pub(crate) fn broken(
        &self,
        table: TableId,
        made: &Made,
        places: &[usize],
        changed: &[ColumnIdx],
    ) -> Result<BTreeMap<usize, BTreeSet<usize>>, ArrowError> {
        let batch = made.batch(places, self.schema(), table)?;
        let broken = self.judge.broken_rows(table, &batch, changed);
        let broken = broken.map_err(|error| ArrowError::ExternalError(error.into()))?;
        let mut found: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for row in broken {
            found.entry(places[row.row]).or_default().insert(row.constraint);
        }
        Ok(found)
    }

    pub(crate) fn note_repaired(
        &self,
        edit: usize,
        table: TableId,
        columns: &[ColumnIdx],
        constraints: &BTreeSet<usize>,
    ) {
        self.noting(|ledger| {
            let first = constraints.first().and_then(|c| self.judge.constraint(table, *c));
            let name = first.map_or_else(String::new, |(name, _)| name.to_owned());
            for column in columns {
                *ledger.repaired.entry((edit, table, *column, name.clone())).or_default() += 1;
            }
        });
    }

    pub(crate) fn note_broken(&self, edit: usize, table: TableId, constraints: &BTreeSet<usize>) {
        self.noting(|ledger| {
            for constraint in constraints {
                if let Some((name, _)) = self.judge.constraint(table, *constraint) {
                    *ledger.broken.entry((edit, table, name.to_owned())).or_default() += 1;
                }
            }
        });
    }
}

/// Rows to make values for, with what is read of them.
pub(crate) struct Wanted {
    pub(crate) numbers: Vec<u64>,
    pub(crate) cells: BTreeMap<ColumnIdx, Vec<Value>>,
}

impl Wanted {
    pub(crate) fn view<'v>(&'v self, schema: &'v Schema, table: TableId) -> For<'v> {
        For { schema, table, numbers: &self.numbers, cells: &self.cells }
    }
}

/// All of two ascending lists, each number once.
fn union(mut a: Vec<usize>, b: Vec<usize>) -> Vec<usize> {
    if a.is_empty() {
        return b;
    }
    a.extend(b);
    a.sort_unstable();
    a.dedup();
    a
}
