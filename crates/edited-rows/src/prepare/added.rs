//! Rows that are added: rows of a plan that go with those that are there.

use super::scan::scan;
use super::set::parent_rows;
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
use seedbed_constraints::Constraints;
use seedbed_edit::{AddRows, Distribution, Edit};
use seedbed_rows::{Plan, table_context};
use seedbed_schema_model::{ColumnIdx, ForeignKey, TableId};
use seedbed_sql_semantics::Row;
use seedbed_sql_values::Value;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Plans that are tried, each with more rows to spare than the one before.
const ROUNDS: u32 = 4;

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
    let planned = stack.planned.plan().table(table).map_or(0, |planned| planned.rows);
    let start = planned.max(stack.count(stack.layers.len(), table));
    let mut reason = String::new();
    for round in 0..ROUNDS {
        let spare = if round == 0 { 0 } else { add.count.saturating_mul(1 << round) + 64 };
        let rows = start.saturating_add(add.count).saturating_add(spare);
        let plan = plan_with(stack.read(), stack.planned.spec(), table, &options.cancel, |wishes| {
            wishes.rows = Some(rows);
        });
        let plan = match plan {
            Ok(plan) => Arc::new(plan),
            Err(errors) if round == 0 => return Err(EditFault::of_plan(&errors).into()),
            Err(_) => break,
        };
        let made = plan.table(table).map_or(0, |planned| planned.rows);
        let candidates: Vec<u64> = (start.min(made)..made).collect();
        let found = fitting(stack, edit, table, &plan, candidates, add.count, options)?;
        let there = found.len();
        if there == add.count {
            layer.tables.entry(table).or_default().added = Some(found);
            return Ok(layer);
        }
        reason = format!("{there} rows of those that could be made go with the rows that are there");
    }
    Err(EditFault::NoRoom { table: stack.schema()[table].name.to_string(), wanted: add.count, reason }.into())
}

/// Rows of a plan that collide with none that are there, and refer to rows that are.
fn fitting(
    stack: &Stack<'_>,
    edit: &Edit,
    table: TableId,
    plan: &Arc<Plan>,
    candidates: Vec<u64>,
    wanted: u64,
    options: &EditOptions,
) -> Result<AddedRows, Stopped> {
    let schema = stack.schema();
    let level = stack.layers.len();
    let constraints = Constraints::new(schema, table);
    let cx = table_context(schema, &schema[table]);
    let mut columns: Vec<ColumnIdx> =
        constraints.keys.iter().flat_map(|k| k.reads().collect::<Vec<_>>()).collect();
    columns.extend(constraints.references.iter().flat_map(|fk| fk.columns.iter().copied()));
    columns.sort_unstable();
    columns.dedup();
    let cells = columns_of(plan, table, &candidates, &columns);
    let mut cells: BTreeMap<ColumnIdx, Vec<Value>> = columns.iter().copied().zip(cells).collect();
    let mut fits = vec![true; candidates.len()];
    let mut instead: BTreeMap<usize, Vec<(ColumnIdx, Value)>> = BTreeMap::new();
    for reference in &constraints.references {
        point_anew(
            stack,
            edit,
            (table, reference),
            &constraints,
            &mut cells,
            &mut fits,
            &mut instead,
            options,
        )?;
    }
    for key in &constraints.keys {
        let value = |row: &dyn Row| {
            key.applies_to(row, &cx).then(|| key.value_of(row, &cx, &schema[table])).flatten()
        };
        let mut taken = seedbed_constraints::TakenValues::default();
        let mine: Vec<_> = (0..candidates.len()).map(|at| value(&ValueRow { columns: &cells, at })).collect();
        let asked: HashSet<&[u8]> = mine.iter().flatten().map(|v| v.parts()).collect();
        let reads: Vec<ColumnIdx> = key.reads().collect();
        scan(stack, level, table, &reads, options, |rows, there| {
            for at in 0..rows.count() {
                if let Some(value) = value(&ValueRow { columns: there, at })
                    && (!key.overlaps.is_empty() || asked.contains(value.parts()))
                {
                    taken.take(value);
                }
            }
            Ok(())
        })?;
        for (at, value) in mine.into_iter().enumerate() {
            let Some(value) = value.filter(|_| fits[at]) else { continue };
            match taken.collides(&value) {
                true => fits[at] = false,
                false => taken.take(value),
            }
        }
    }
    let kept: Vec<usize> = (0..candidates.len()).filter(|at| fits[*at]).take(wanted as usize).collect();
    let places = kept.iter().enumerate().filter_map(|(place, at)| Some((place, instead.remove(at)?)));
    let instead = places.collect();
    Ok(AddedRows {
        plan: Arc::clone(plan),
        numbers: kept.iter().map(|at| candidates[*at]).collect(),
        instead,
    })
}

/// Candidates whose parent is not there refer to another one; where they can't, they do not fit.
#[expect(clippy::too_many_arguments, reason = "candidates, and what is found out of them")]
fn point_anew(
    stack: &Stack<'_>,
    edit: &Edit,
    (table, reference): (TableId, &ForeignKey),
    constraints: &Constraints<'_>,
    cells: &mut BTreeMap<ColumnIdx, Vec<Value>>,
    fits: &mut [bool],
    instead: &mut BTreeMap<usize, Vec<(ColumnIdx, Value)>>,
    options: &EditOptions,
) -> Result<(), Stopped> {
    let schema = stack.schema();
    let like = (reference.parent, reference.parent_columns.as_slice());
    let key = |cells: &BTreeMap<ColumnIdx, Vec<Value>>, at: usize| {
        key_of(&ValueRow { columns: cells, at }, &reference.columns, like, schema)
    };
    let mut missing: HashSet<Vec<u8>> = (0..fits.len()).filter_map(|at| key(cells, at)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    scan(stack, stack.layers.len(), reference.parent, &reference.parent_columns, options, |rows, there| {
        for at in 0..rows.count() {
            let row = ValueRow { columns: there, at };
            if let Some(key) = key_of(&row, &reference.parent_columns, like, schema) {
                missing.remove(&key);
            }
        }
        Ok(())
    })?;
    let lost: Vec<usize> =
        (0..fits.len()).filter(|at| key(cells, *at).is_some_and(|key| missing.contains(&key))).collect();
    if lost.is_empty() {
        return Ok(());
    }
    let is_shared = constraints.references.iter().any(|other| {
        other.columns != reference.columns && other.columns.iter().any(|c| reference.columns.contains(c))
    });
    let parents = match is_shared {
        true => None,
        false => parent_rows(stack, edit, table, reference, Distribution::Uniform)?,
    };
    let Some(parents) = parents else {
        if is_shared || reference.parent != table {
            lost.iter().for_each(|at| fits[*at] = false);
            return Ok(());
        }
        // A root of its own table refers to nothing, or to itself.
        let is_nullable = reference.columns.iter().all(|c| schema[table][*c].nullable);
        for at in lost {
            for (column, own) in reference.columns.iter().zip(&reference.parent_columns) {
                let key = cells.get(own).and_then(|values| values.get(at)).cloned();
                let value = key.filter(|_| !is_nullable).unwrap_or(Value::Null);
                if let Some(cells) = cells.get_mut(column) {
                    cells[at] = value.clone();
                }
                instead.entry(at).or_default().push((*column, value));
            }
        }
        return Ok(());
    };
    let picked: Vec<usize> = lost.iter().map(|at| parents.pick(*at as u64, 0)).collect();
    let keys = parents.keys(&picked, schema, table, &reference.columns)?;
    for (column, values) in reference.columns.iter().zip(keys) {
        for (at, value) in lost.iter().zip(values) {
            if let Some(cells) = cells.get_mut(column) {
                cells[*at] = value.clone();
            }
            instead.entry(*at).or_default().push((*column, value));
        }
    }
    Ok(())
}
