//! Rows that are added: rows of a plan that go with those that are there.
//!
//! What a candidate takes of a key, and what it refers to, is remembered as a hash: 8 bytes each. Two keys of one hash cost a
//! candidate, and a parent of the same hash as one that is missing is found by the check of all rows.

use super::scan::{batches, scan};
use super::spread::parent_rows;
use super::{Stopped, named};
use crate::EditFault;
use crate::added_rows::AddedRows;
use crate::cells::ValueRow;
use crate::donor::plan_with;
use crate::edited_rows::EditOptions;
use crate::fresh::columns_of;
use crate::key_map::key_of;
use crate::layer::Layer;
use crate::stack::Stack;
use seedbed_constraints::{Constraints, EffectiveKey, KeyValue, TakenValues};
use seedbed_datagen_core::Spec;
use seedbed_edit::{AddRows, Distribution, Edit};
use seedbed_rows::{Plan, table_context};
use seedbed_schema_model::{ColumnIdx, ForeignKey, Schema, TableId};
use seedbed_sql_semantics::Row;
use seedbed_sql_values::Value;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use twox_hash::XxHash3_64;

/// Plans that are tried, each with more rows to spare than the one before.
const ROUNDS: u32 = 4;

/// Rows that one edit adds to a table at most: each costs some bytes of memory.
const MOST: u64 = 50_000_000;

pub(crate) fn add(
    stack: &Stack<'_>,
    edit: &Edit,
    add: &AddRows,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let table = named(stack, &add.table)?;
    let mut layer = Layer::default();
    if add.count == 0 {
        return Ok(layer);
    }
    let none = |reason: String| EditFault::NoRoom {
        table: stack.schema()[table].name.to_string(),
        wanted: add.count,
        reason,
    };
    if add.count > MOST {
        return Err(none(format!("one edit adds {MOST} at most")).into());
    }
    let planned = stack.planned.plan().table(table).map_or(0, |planned| planned.rows);
    let start = planned.max(stack.count(stack.layers.len(), table));
    let spec = spec_of_now(stack, table);
    let mut reason = String::new();
    for round in 0..ROUNDS {
        let spare = if round == 0 { 0 } else { add.count.saturating_mul(1 << round).saturating_add(64) };
        let rows = start.saturating_add(add.count).saturating_add(spare);
        let plan = plan_with(stack.read(), &spec, table, &options.cancel, |wishes| wishes.rows = Some(rows));
        let plan = match plan {
            Ok(plan) => Arc::new(plan),
            Err(errors) if round == 0 => return Err(EditFault::of_plan(&errors).into()),
            Err(_) => break,
        };
        let made = plan.table(table).map_or(0, |planned| planned.rows);
        let found =
            Fitting::new(stack, edit, table, &plan, start.min(made)..made).rows(add.count, options)?;
        let there = found.len();
        if there == add.count {
            layer.tables.entry(table).or_default().added = Some(found);
            return Ok(layer);
        }
        reason = format!("{there} rows of those that could be made go with the rows that are there");
    }
    Err(none(reason).into())
}

/// The wishes, with as many rows of all other tables as there are by now: what refers to them has them to choose from.
fn spec_of_now(stack: &Stack<'_>, table: TableId) -> Spec {
    let (schema, plan) = (stack.schema(), stack.planned.plan());
    let mut spec = stack.planned.spec().clone();
    for other in stack.tables().into_iter().filter(|other| *other != table) {
        let now = stack.count(stack.layers.len(), other);
        if plan.table(other).is_some_and(|planned| planned.rows != now) {
            let names = spec.tables.keys().cloned().collect::<Vec<_>>();
            let is_it = |name: &String| {
                seedbed_datagen_core::resolve_table(schema, name)
                    .is_ok_and(|t| schema.partition_root(t) == other)
            };
            let mut known: Vec<String> = names.into_iter().filter(is_it).collect();
            if known.is_empty() {
                known.push(schema[other].name.to_string());
            }
            known.into_iter().for_each(|name| spec.tables.entry(name).or_default().rows = Some(now));
        }
    }
    spec
}

/// Rows of a plan that are looked at for whether they collide with none that are there, and refer to rows that are.
struct Fitting<'s, 'a> {
    stack: &'s Stack<'a>,
    edit: &'s Edit,
    table: TableId,
    plan: &'s Arc<Plan>,
    candidates: Range<u64>,
    constraints: Constraints<'a>,
    /// The columns that keys and references read.
    columns: Vec<ColumnIdx>,
    fits: Vec<bool>,
    instead: BTreeMap<usize, Vec<(ColumnIdx, Value)>>,
}

impl<'s, 'a> Fitting<'s, 'a> {
    fn new(
        stack: &'s Stack<'a>,
        edit: &'s Edit,
        table: TableId,
        plan: &'s Arc<Plan>,
        candidates: Range<u64>,
    ) -> Self {
        let constraints = Constraints::new(stack.schema(), table);
        let mut columns: Vec<ColumnIdx> =
            constraints.keys.iter().flat_map(|k| k.reads().collect::<Vec<_>>()).collect();
        columns.extend(constraints.references.iter().flat_map(|fk| fk.columns.iter().copied()));
        columns.sort_unstable();
        columns.dedup();
        let fits = vec![true; (candidates.end - candidates.start) as usize];
        Self { stack, edit, table, plan, candidates, constraints, columns, fits, instead: BTreeMap::new() }
    }

    /// So many of the candidates that fit, the first ones.
    fn rows(mut self, wanted: u64, options: &EditOptions) -> Result<AddedRows, Stopped> {
        for reference in self.constraints.references.clone() {
            self.point_anew(&reference, options)?;
        }
        for key in self.constraints.keys.clone() {
            self.keep_apart(&key, options)?;
        }
        let fitting = (0..self.fits.len()).filter(|at| self.fits[*at]);
        let kept: Vec<usize> = fitting.take(usize::try_from(wanted).unwrap_or(usize::MAX)).collect();
        let instead = &mut self.instead;
        let places = kept.iter().enumerate().filter_map(|(place, at)| Some((place, instead.remove(at)?)));
        let instead = places.collect();
        let start = self.candidates.start;
        let numbers = kept.iter().map(|at| start + *at as u64).collect();
        Ok(AddedRows { plan: Arc::clone(self.plan), numbers, instead })
    }

    /// Shows the cells of all candidates, a batch at a time, with the place of the first.
    fn each(
        &self,
        options: &EditOptions,
        mut see: impl FnMut(usize, &BTreeMap<ColumnIdx, Vec<Value>>),
    ) -> Result<(), Stopped> {
        for batch in batches(self.fits.len() as u64) {
            options.cancel.check()?;
            let first = batch.start as usize;
            let numbers: Vec<u64> = batch.map(|at| self.candidates.start + at).collect();
            let cells = columns_of(self.plan, self.table, &numbers, &self.columns);
            let mut cells: BTreeMap<ColumnIdx, Vec<Value>> =
                self.columns.iter().copied().zip(cells).collect();
            for (at, others) in self.instead.range(first..first + numbers.len()) {
                for (column, value) in others {
                    if let Some(values) = cells.get_mut(column) {
                        values[at - first] = value.clone();
                    }
                }
            }
            see(first, &cells);
        }
        Ok(())
    }

    /// Candidates whose key a row has that is there, or another candidate, do not fit.
    fn keep_apart(&mut self, key: &EffectiveKey, options: &EditOptions) -> Result<(), Stopped> {
        let schema = self.stack.schema();
        let cx = table_context(schema, &schema[self.table]);
        let value = |row: &dyn Row| -> Option<KeyValue> {
            key.applies_to(row, &cx).then(|| key.value_of(row, &cx, &schema[self.table])).flatten()
        };
        let (level, reads) = (self.stack.layers.len(), key.reads().collect::<Vec<ColumnIdx>>());
        let mut fits = std::mem::take(&mut self.fits);
        if key.overlaps.is_empty() {
            let mut hashes: Vec<Option<u64>> = Vec::with_capacity(fits.len());
            self.fits = fits;
            self.each(options, |_, cells| {
                let count = cells.values().next().map_or(0, Vec::len);
                let hash =
                    |at| value(&ValueRow { columns: cells, at }).map(|v| XxHash3_64::oneshot(v.parts()));
                hashes.extend((0..count).map(hash));
            })?;
            let asked: HashSet<u64> = hashes.iter().flatten().copied().collect();
            let mut taken: HashSet<u64> = HashSet::new();
            scan(self.stack, level, self.table, &reads, options, |rows, there| {
                for at in 0..rows.count() {
                    let hash =
                        value(&ValueRow { columns: there, at }).map(|v| XxHash3_64::oneshot(v.parts()));
                    taken.extend(hash.filter(|hash| asked.contains(hash)));
                }
                Ok(())
            })?;
            for (fits, hash) in self.fits.iter_mut().zip(hashes) {
                if let Some(hash) = hash.filter(|_| *fits) {
                    *fits = taken.insert(hash);
                }
            }
            return Ok(());
        }
        // Ranges that may not overlap are compared as they are.
        let mut taken = TakenValues::default();
        scan(self.stack, level, self.table, &reads, options, |rows, there| {
            let values = rows.enumerate().filter_map(|(at, _)| value(&ValueRow { columns: there, at }));
            values.for_each(|value| taken.take(value));
            Ok(())
        })?;
        self.fits = fits.clone();
        self.each(options, |first, cells| {
            for at in 0..cells.values().next().map_or(0, Vec::len) {
                if let Some(value) = value(&ValueRow { columns: cells, at }).filter(|_| fits[first + at]) {
                    match taken.collides(&value) {
                        true => fits[first + at] = false,
                        false => taken.take(value),
                    }
                }
            }
        })?;
        self.fits = fits;
        Ok(())
    }

    /// Candidates whose parent is not there refer to another one; where they can't, they do not fit.
    fn point_anew(&mut self, reference: &ForeignKey, options: &EditOptions) -> Result<(), Stopped> {
        let is_shared = self.constraints.references.iter().any(|other| {
            other.columns != reference.columns && other.columns.iter().any(|c| reference.columns.contains(c))
        });
        let is_alone = |key: &EffectiveKey| {
            key.predicate.is_none() && key.columns.iter().all(|c| reference.columns.contains(c))
        };
        if !is_shared && self.constraints.keys.iter().any(is_alone) {
            return self.choose_unused(reference, options);
        }
        let schema = self.stack.schema();
        let parent_columns = &reference.parent_columns;
        let mut asked: Vec<Option<u64>> = Vec::with_capacity(self.fits.len());
        self.each(options, |_, cells| {
            let count = cells.values().next().map_or(0, Vec::len);
            asked.extend((0..count).map(|at| hash_of(cells, at, &reference.columns, reference, schema)));
        })?;
        let mut missing: HashSet<u64> = asked.iter().flatten().copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        scan(
            self.stack,
            self.stack.layers.len(),
            reference.parent,
            parent_columns,
            options,
            |rows, there| {
                for at in 0..rows.count() {
                    if let Some(hash) = hash_of(there, at, parent_columns, reference, schema) {
                        missing.remove(&hash);
                    }
                }
                Ok(())
            },
        )?;
        let is_lost = |at: &usize| asked[*at].is_some_and(|hash| missing.contains(&hash));
        let lost: Vec<usize> = (0..self.fits.len()).filter(is_lost).collect();
        if lost.is_empty() {
            return Ok(());
        }
        if is_shared {
            lost.iter().for_each(|at| self.fits[*at] = false);
            return Ok(());
        }
        match parent_rows(self.stack, self.edit, self.table, reference, Distribution::Even)? {
            Some(parents) => {
                let picked: Vec<usize> = (0..lost.len()).map(|nth| parents.pick(nth as u64, 0)).collect();
                let keys = parents.keys(&picked, schema, self.table, &reference.columns)?;
                for (column, values) in reference.columns.iter().zip(keys) {
                    for (at, value) in lost.iter().zip(values) {
                        self.instead.entry(*at).or_default().push((*column, value));
                    }
                }
            }
            None if reference.parent == self.table => self.make_roots(reference, &lost),
            None => lost.iter().for_each(|at| self.fits[*at] = false),
        }
        Ok(())
    }

    /// Of a parent that each row has for itself, candidates take those that none has yet; where there are no more, they do not
    /// fit.
    fn choose_unused(&mut self, reference: &ForeignKey, options: &EditOptions) -> Result<(), Stopped> {
        let (schema, level) = (self.stack.schema(), self.stack.layers.len());
        let mut used: HashSet<u64> = HashSet::new();
        scan(self.stack, level, self.table, &reference.columns, options, |rows, there| {
            used.extend(
                rows.enumerate()
                    .filter_map(|(at, _)| hash_of(there, at, &reference.columns, reference, schema)),
            );
            Ok(())
        })?;
        let Some(parents) = parent_rows(self.stack, self.edit, self.table, reference, Distribution::Even)?
        else {
            if reference.parent == self.table {
                self.make_roots(reference, &(0..self.fits.len()).collect::<Vec<_>>());
            } else {
                self.fits.fill(false);
            }
            return Ok(());
        };
        let all: Vec<usize> = (0..parents.rows as usize).collect();
        let keys = parents.keys(&all, schema, self.table, &reference.columns)?;
        let cells: BTreeMap<ColumnIdx, Vec<Value>> = reference.columns.iter().copied().zip(keys).collect();
        let is_unused = |at: &usize| {
            hash_of(&cells, *at, &reference.columns, reference, schema)
                .is_some_and(|hash| !used.contains(&hash))
        };
        let mut unused = all.into_iter().filter(is_unused);
        let is_nullable = reference.columns.iter().all(|c| schema[self.table][*c].nullable);
        for at in 0..self.fits.len() {
            let parent = unused.next();
            if parent.is_none() && !is_nullable {
                self.fits[at] = false;
                continue;
            }
            for column in &reference.columns {
                let value = parent.map_or(Value::Null, |parent| cells[column][parent].clone());
                self.instead.entry(at).or_default().push((*column, value));
            }
        }
        Ok(())
    }

    /// Rows of an empty table that refer to their own table: a root refers to nothing, or to itself.
    fn make_roots(&mut self, reference: &ForeignKey, lost: &[usize]) {
        let model = &self.stack.schema()[self.table];
        let is_nullable = reference.columns.iter().all(|c| model[*c].nullable);
        let numbers: Vec<u64> = lost.iter().map(|at| self.candidates.start + *at as u64).collect();
        let keys = columns_of(self.plan, self.table, &numbers, &reference.parent_columns);
        for (column, keys) in reference.columns.iter().zip(keys) {
            for (at, key) in lost.iter().zip(keys) {
                let value = if is_nullable { Value::Null } else { key };
                self.instead.entry(*at).or_default().push((*column, value));
            }
        }
    }
}

/// What a row has in some columns, compared as a reference compares with its parent.
fn hash_of(
    cells: &BTreeMap<ColumnIdx, Vec<Value>>,
    at: usize,
    columns: &[ColumnIdx],
    reference: &ForeignKey,
    schema: &Schema,
) -> Option<u64> {
    let like = (reference.parent, reference.parent_columns.as_slice());
    key_of(&ValueRow { columns: cells, at }, columns, like, schema).map(|key| XxHash3_64::oneshot(&key))
}
