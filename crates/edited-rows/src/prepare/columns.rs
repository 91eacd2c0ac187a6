//! The columns that edits speak of, and those that a repair may touch.

use super::{Stopped, there};
use crate::EditFault;
use crate::donor::{Donor, Pinned, in_spec, plan_with, wish_for};
use crate::edited_rows::EditOptions;
use crate::layer::Repair;
use crate::names;
use crate::stack::Stack;
use seedbed_constraints::Constraints;
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, ForeignKey, SqlType, TableId};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// The columns that an edit speaks of, none of which the server computes.
pub(crate) fn targets(
    stack: &Stack<'_>,
    table: Option<&str>,
    column: &str,
) -> Result<Vec<(TableId, ColumnIdx)>, Stopped> {
    let schema = stack.schema();
    let found = names::columns(schema, &stack.tables(), table, column)?;
    for (table, column) in &found {
        there(stack, *table)?;
        if schema[*table][*column].generated.is_some() {
            return Err(EditFault::Generated {
                table: schema[*table].name.to_string(),
                column: schema[*table][*column].name.clone(),
            }
            .into());
        }
        if !stack.columns(*table)?.contains(column) {
            return Err(EditFault::NotInRows {
                table: schema[*table].name.to_string(),
                column: schema[*table][*column].name.clone(),
            }
            .into());
        }
    }
    Ok(found)
}

/// A column's type below all domains.
pub(crate) fn base_type<'s>(stack: &Stack<'s>, table: TableId, column: ColumnIdx) -> &'s SqlType {
    stack.schema().base_type(&stack.schema()[table][column].ty)
}

/// The reference that a column is part of.
pub(crate) fn reference_of(stack: &Stack<'_>, table: TableId, column: ColumnIdx) -> Option<ForeignKey> {
    Constraints::new(stack.schema(), table).references.into_iter().find(|fk| fk.columns.contains(&column))
}

/// Whether a column is part of a candidate key.
pub(crate) fn is_in_key(stack: &Stack<'_>, table: TableId, column: ColumnIdx) -> bool {
    Constraints::new(stack.schema(), table).keys.iter().any(|key| key.columns.contains(&column))
}

/// What a row of a table may get when an edit of these columns breaks it. `values` are those that the first column gets.
pub(crate) fn repair_of(
    stack: &Stack<'_>,
    table: TableId,
    edited: &[ColumnIdx],
    values: &[Value],
    options: &EditOptions,
) -> Repair {
    let schema = stack.schema();
    let own = Constraints::new(schema, table);
    let mut tied: Vec<ColumnIdx> = own.keys.iter().flat_map(|key| key.reads().collect::<Vec<_>>()).collect();
    tied.extend(own.references.iter().flat_map(|fk| fk.columns.iter().copied()));
    for other in stack.tables() {
        let references = Constraints::new(schema, other).references;
        let to_this = references.iter().filter(|fk| fk.parent == table);
        tied.extend(to_this.flat_map(|fk| fk.parent_columns.iter().copied()));
    }
    let is_free = |column: &ColumnIdx| {
        !edited.contains(column) && !tied.contains(column) && schema[table][*column].generated.is_none()
    };
    let free: Vec<ColumnIdx> =
        schema[table].columns_indexed().map(|(index, _)| index).filter(is_free).collect();
    let mut equal = Vec::new();
    own.checks.iter().for_each(|check| equations(&check.expr, &free, &mut equal));
    let pinned = match edited.first() {
        // A plan for each value would cost more than it is worth where there are many.
        Some(column) if values.len() <= 16 && reference_of(stack, table, *column).is_none() => values
            .iter()
            .map(|value| (value.clone(), pinned(stack, table, *column, value.clone(), options)))
            .collect(),
        _ => Vec::new(),
    };
    Repair { free, equal, donor: Donor { table, usual: Arc::clone(stack.planned.plan()), pinned } }
}

/// What an expression that has to hold says of free columns that stand alone on one side of `=`.
fn equations(expr: &Expr, free: &[ColumnIdx], found: &mut Vec<(ColumnIdx, Expr)>) {
    let Expr::Binary { op, left, right } = expr else { return };
    match op {
        BinaryOp::And => [left, right].into_iter().for_each(|side| equations(side, free, found)),
        BinaryOp::Eq => {
            for (side, other) in [(left, right), (right, left)] {
                match &**side {
                    Expr::Column(column) if free.contains(column) && !other.columns().contains(column) => {
                        found.push((*column, (**other).clone()));
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// The plan of the table whose rows all have this value.
fn pinned(
    stack: &Stack<'_>,
    table: TableId,
    column: ColumnIdx,
    value: Value,
    options: &EditOptions,
) -> Pinned {
    let (read, spec, cancel) =
        (Arc::clone(stack.planned.read()), stack.planned.spec().clone(), options.cancel.clone());
    Pinned::new(move || {
        let schema = &read.schema;
        let plan = plan_with(&read, &spec, table, &cancel, |wishes| {
            let wish = wish_for(wishes, &read, table, column);
            match &value {
                Value::Null => wish.null_rate = Some(1.0),
                value => {
                    let base = schema.base_type(&schema[table][column].ty);
                    wish.values = Some(vec![in_spec(value, base, schema)]);
                    if schema[table][column].nullable {
                        wish.null_rate = Some(0.0);
                    }
                }
            }
        });
        plan.ok().map(Arc::new)
    })
}
