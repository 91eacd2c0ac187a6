//! Edits that give columns other values.

use super::columns::{is_in_key, reference_of, repair_of, targets};
use super::literal::{shown, value_of};
use super::selection::{chosen, holding, part, some_of, wanted};
use super::{Stopped, key_of};
use crate::EditFault;
use crate::change::{Change, Chosen, How};
use crate::donor::{plan_with, wish_for};
use crate::edited_rows::EditOptions;
use crate::fresh::{Fresh, columns_of};
use crate::layer::Layer;
use crate::names;
use crate::row_set::RowSet;
use crate::stack::Stack;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{ColumnSpec, Range, WeightedValue};
use seedbed_edit::{Edit, Literal, LiteralRange, NullShare, SetColumn, Source};
use seedbed_laws::Stratified;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Puts a change of one table into a layer.
pub(super) fn add(
    layer: &mut Layer,
    stack: &Stack<'_>,
    table: TableId,
    change: Change,
    values: &[Value],
    options: &EditOptions,
) {
    let repair = repair_of(stack, table, &change.columns, values, options);
    let entry = layer.tables.entry(table).or_default();
    entry.changes.push(change);
    entry.repair = Some(repair);
}

pub(crate) fn set(
    stack: &Stack<'_>,
    edit: &Edit,
    set: &SetColumn,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let schema = stack.schema();
    let mut layer = Layer::default();
    for (table, column) in targets(stack, set.table.as_deref(), &set.column)? {
        if let Source::Value(literal) = &set.to {
            let value = match literal {
                Some(literal) => value_of(literal, schema, table, column)?,
                None => Value::Null,
            };
            let has_share = set.rows.share.is_some() || set.rows.count.is_some();
            if has_share && set.rows.condition.is_none() {
                let count = stack.count(stack.layers.len(), table);
                let target = wanted(&set.rows, count)?.unwrap_or(count);
                exactly(&mut layer, stack, edit, (table, column), value, target, options)?;
            } else {
                let rows = chosen(stack, edit, table, &set.rows, options)?;
                let change = Change::new(vec![column], rows, How::Constant(vec![value.clone()]));
                add(&mut layer, stack, table, change, &[value], options);
            }
            continue;
        }
        let rows = chosen(stack, edit, table, &set.rows, options)?;
        let (how, values) = source(stack, edit, (table, column), &set.to, &rows, options)?;
        add(&mut layer, stack, table, Change::new(vec![column], rows, how), &values, options);
    }
    Ok(layer)
}

/// Where the values of a column come from, and what they are where there are few.
fn source(
    stack: &Stack<'_>,
    edit: &Edit,
    (table, column): (TableId, ColumnIdx),
    source: &Source,
    rows: &Chosen,
    options: &EditOptions,
) -> Result<(How, Vec<Value>), Stopped> {
    let schema = stack.schema();
    let none = || no_value(stack, table, column);
    let wish: Box<dyn FnOnce(&mut ColumnSpec)> = match source {
        Source::Value(_) => return Err(none().into()),
        Source::Values(list) => {
            let values: Vec<Value> = list
                .iter()
                .map(|weighted| value_of(&weighted.value, schema, table, column))
                .collect::<Result<_, _>>()?;
            if let Some(zero) = list.iter().find(|weighted| weighted.weight == 0) {
                let found = format!("0 for `{}`", shown(&zero.value));
                return Err(EditFault::Number { what: "the weight", found, wanted: "at least 1" }.into());
            }
            if values.is_empty() {
                return Err(none().into());
            }
            let weights: Vec<u64> = list.iter().map(|weighted| weighted.weight.into()).collect();
            let law = Stratified::new(key_of(stack, edit, table, "values"), &weights);
            return Ok((How::Listed { values: values.clone(), law }, values));
        }
        Source::Expression(text) => {
            let expr = names::expression(schema, table, &stack.columns(table)?, text)?;
            return Ok((How::Expression { expr, text: text.clone() }, Vec::new()));
        }
        Source::Range(LiteralRange { min: None, max: None }) => return Err(none().into()),
        Source::Range(range) => {
            for end in range.min.iter().chain(&range.max) {
                value_of(end, schema, table, column)?;
            }
            let range = Range { min: range.min.as_ref().map(in_spec), max: range.max.as_ref().map(in_spec) };
            Box::new(move |wish| wish.range = Some(range))
        }
        Source::Provider(name) => {
            let name = name.clone();
            Box::new(move |wish| wish.provider = Some(name))
        }
        Source::Examples(examples) if examples.is_empty() => return Err(none().into()),
        Source::Examples(examples) => {
            let examples = examples.clone();
            Box::new(move |wish| wish.examples = Some(examples))
        }
    };
    if let Some(reference) = reference_of(stack, table, column) {
        return Err(EditFault::Reference {
            table: schema[table].name.to_string(),
            column: schema[table][column].name.clone(),
            parent: schema[reference.parent].name.to_string(),
        }
        .into());
    }
    let wanted = rows.len(stack.count(stack.layers.len(), table));
    Ok((How::Fresh(fresh(stack, edit, (table, column), wanted, wish, options)?), Vec::new()))
}

/// No value is given for a column.
pub(super) fn no_value(stack: &Stack<'_>, table: TableId, column: ColumnIdx) -> EditFault {
    let table = &stack.schema()[table];
    EditFault::NoValue { table: table.name.to_string(), column: table[column].name.clone() }
}

fn in_spec(literal: &Literal) -> WeightedValue {
    match literal {
        Literal::Boolean(b) => WeightedValue::Boolean(*b),
        Literal::Integer(n) => WeightedValue::Integer(*n),
        Literal::Float(f) => WeightedValue::Float(*f),
        Literal::Text(text) => WeightedValue::Text(text.clone()),
    }
}

/// Rows of a table from which on a part of them is enough to spare.
const MANY: u64 = 65_536;

/// A column of rows that are planned by another wish for it: so many of them, and some to spare where they must be distinct.
fn fresh(
    stack: &Stack<'_>,
    edit: &Edit,
    (table, column): (TableId, ColumnIdx),
    wanted: u64,
    wish: impl FnOnce(&mut ColumnSpec),
    options: &EditOptions,
) -> Result<Fresh, Stopped> {
    let mut column_wish = ColumnSpec::default();
    // NULLs are no part of what is asked for: rows that are NULL stay so only where they are not chosen.
    if stack.schema()[table][column].nullable {
        column_wish.null_rate = Some(0.0);
    }
    wish(&mut column_wish);
    let is_distinct = is_in_key(stack, table, column);
    let count = stack.count(stack.layers.len(), table);
    let keys = Constraints::new(stack.schema(), table).keys;
    let is_alone = keys.iter().any(|key| key.columns == [column] && key.predicate.is_none());
    // Rows to spare are for those whose value another has: of many rows few do.
    let spare = match is_distinct && !(is_alone && wanted == count) {
        true if count <= MANY => count,
        true => wanted / 4 + 1_024,
        false => 0,
    };
    let mut failed = Vec::new();
    for rows in [wanted + spare, wanted + wanted / 8 + 16, wanted] {
        let rows = if is_distinct { rows } else { wanted }.max(1);
        let plan = plan_with(stack.read(), stack.planned.spec(), table, &options.cancel, |wishes| {
            wishes.rows = Some(rows);
            *wish_for(wishes, stack.read(), table, column) = column_wish.clone();
        });
        match plan {
            Ok(plan) => {
                let made = plan.table(table).map_or(0, |planned| planned.rows);
                let distinct_from = is_distinct.then_some(wanted);
                let key = key_of(stack, edit, table, "fresh");
                return Ok(Fresh {
                    plan: Arc::new(plan),
                    table,
                    column,
                    rows: made.max(1),
                    distinct_from,
                    key,
                    keeps_nulls: false,
                });
            }
            Err(errors) => failed = errors,
        }
        options.cancel.check()?;
        if !is_distinct {
            break;
        }
    }
    Err(EditFault::of_plan(&failed).into())
}

/// So many rows hold the value afterwards, not more and not fewer.
fn exactly(
    layer: &mut Layer,
    stack: &Stack<'_>,
    edit: &Edit,
    (table, column): (TableId, ColumnIdx),
    value: Value,
    target: u64,
    options: &EditOptions,
) -> Result<(), Stopped> {
    let end = stack.count(stack.layers.len(), table);
    let holding = holding(stack, table, column, &value, options)?;
    let others = holding.complement();
    let key = key_of(stack, edit, table, "rows");
    if holding.len() <= target {
        let more = some_of(&others, end, target - holding.len(), key);
        if more.len() > 0 {
            let how = How::Constant(vec![value.clone()]);
            let change = Change::new(vec![column], Chosen::Some(Arc::new(more)), how);
            add(layer, stack, table, change, &[value], options);
        }
        return Ok(());
    }
    let surplus = Chosen::Some(Arc::new(some_of(&holding, end, holding.len() - target, key)));
    let (how, values) = instead(stack, edit, (table, column), &value, &others, &surplus, options)?;
    add(layer, stack, table, Change::new(vec![column], surplus, how), &values, options);
    Ok(())
}

/// Values of other rows that are remembered.
const REMEMBERED: usize = 1_024;

/// What rows get that are not to hold a value any more.
fn instead(
    stack: &Stack<'_>,
    edit: &Edit,
    (table, column): (TableId, ColumnIdx),
    value: &Value,
    others: &RowSet,
    surplus: &Chosen,
    options: &EditOptions,
) -> Result<(How, Vec<Value>), Stopped> {
    let key = key_of(stack, edit, table, "instead");
    let level = stack.layers.len();
    if *value == Value::Null
        && is_in_key(stack, table, column)
        && reference_of(stack, table, column).is_none()
    {
        let wanted = surplus.len(stack.count(level, table));
        return Ok((How::Fresh(fresh(stack, edit, (table, column), wanted, |_| {}, options)?), Vec::new()));
    }
    let step = (others.len() as usize).div_ceil(REMEMBERED).max(1);
    let numbers: Vec<u64> = others.iter().step_by(step).collect();
    let made = stack.rows_with(level, table, &numbers, Some(&[column]))?;
    let mut cells = stack.cells(table, &made, &made.arrays, &[column]);
    let mut values: Vec<Value> = cells.remove(&column).unwrap_or_default();
    values.retain(|other| *other != Value::Null);
    if values.is_empty() {
        let usual = stack.planned.plan();
        let rows: Vec<u64> = (0..usual.table(table).map_or(0, |planned| planned.rows).min(256)).collect();
        values = columns_of(usual, table, &rows, &[column]).swap_remove(0);
        values.retain(|other| *other != Value::Null && other != value);
    }
    if values.is_empty() {
        return Err(no_value(stack, table, column).into());
    }
    let mut few: Vec<Value> = Vec::new();
    for value in &values {
        if few.len() <= 16 && !few.contains(value) {
            few.push(value.clone());
        }
    }
    Ok((How::Any { values, key }, few))
}

pub(crate) fn nulls(
    stack: &Stack<'_>,
    edit: &Edit,
    nulls: &NullShare,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let mut layer = Layer::default();
    for (table, column) in targets(stack, nulls.table.as_deref(), &nulls.column)? {
        let target = part(nulls.share, stack.count(stack.layers.len(), table))?;
        exactly(&mut layer, stack, edit, (table, column), Value::Null, target, options)?;
    }
    Ok(layer)
}
