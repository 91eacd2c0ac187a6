//! Times that move, numbers that are multiplied, and values that are written as others.

use super::Stopped;
use super::columns::{base_type, targets};
use super::literal::value_of;
use super::selection::chosen;
use super::set::{add, no_value};
use crate::EditFault;
use crate::change::{Change, Chosen, Factor, How};
use crate::edited_rows::EditOptions;
use crate::layer::Layer;
use crate::stack::Stack;
use seedbed_edit::{Edit, RenameValues, ScaleNumber, ShiftTime, TimeUnit};
use seedbed_schema_model::{ColumnIdx, SqlType, TableId};
use seedbed_sql_values::{Decimal, Value};

pub(crate) fn shift(
    stack: &Stack<'_>,
    edit: &Edit,
    shift: &ShiftTime,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let mut layer = Layer::default();
    for (table, column) in targets(stack, shift.table.as_deref(), &shift.column)? {
        let of_day = matches!(shift.unit, TimeUnit::Seconds | TimeUnit::Minutes | TimeUnit::Hours);
        let fits = match base_type(stack, table, column) {
            SqlType::Timestamp { .. } => true,
            SqlType::Date => !of_day,
            SqlType::Time { .. } => of_day,
            _ => false,
        };
        if !fits {
            let wanted = if of_day { "a time or a timestamp" } else { "a date or a timestamp" };
            return Err(wrong_type(stack, table, column, "`shift`", wanted).into());
        }
        let rows = chosen(stack, edit, table, &shift.rows, options)?;
        let how = How::Shift { by: shift.by, unit: shift.unit };
        add(&mut layer, stack, table, Change::new(vec![column], rows, how), &[], options);
    }
    Ok(layer)
}

pub(crate) fn scale(
    stack: &Stack<'_>,
    edit: &Edit,
    scale: &ScaleNumber,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let factor = factor(scale.by)?;
    let mut layer = Layer::default();
    for (table, column) in targets(stack, scale.table.as_deref(), &scale.column)? {
        let is_number = matches!(
            base_type(stack, table, column),
            SqlType::Integer { .. } | SqlType::Decimal { .. } | SqlType::Float { .. } | SqlType::Money
        );
        if !is_number {
            return Err(wrong_type(stack, table, column, "`scale`", "a number").into());
        }
        let rows = chosen(stack, edit, table, &scale.rows, options)?;
        add(&mut layer, stack, table, Change::new(vec![column], rows, How::Scale { factor }), &[], options);
    }
    Ok(layer)
}

/// A factor with the digits with which it is written.
fn factor(by: f64) -> Result<Factor, EditFault> {
    let bad = || EditFault::Number {
        what: "the factor",
        found: by.to_string(),
        wanted: "a number of at most 12 digits before and behind the point",
    };
    let text = by.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if !by.is_finite() || whole.len() > 13 || part.len() > 12 {
        return Err(bad());
    }
    let digits: i128 = format!("{whole}{part}").parse().map_err(|_| bad())?;
    Ok(Factor { decimal: Decimal::new(digits, part.len() as u8), float: by })
}

fn wrong_type(
    stack: &Stack<'_>,
    table: TableId,
    column: ColumnIdx,
    edit: &'static str,
    wanted: &'static str,
) -> EditFault {
    EditFault::WrongType {
        edit,
        table: stack.schema()[table].name.to_string(),
        column: stack.schema()[table][column].name.clone(),
        ty: stack.schema()[table][column].declared_type.clone(),
        wanted,
    }
}

pub(crate) fn rename(
    stack: &Stack<'_>,
    rename: &RenameValues,
    options: &EditOptions,
) -> Result<Layer, Stopped> {
    let schema = stack.schema();
    let mut layer = Layer::default();
    for (table, column) in targets(stack, rename.table.as_deref(), &rename.column)? {
        let pair = |pair: &seedbed_edit::Renamed| {
            let value = |literal| value_of(literal, schema, table, column);
            Ok::<_, EditFault>((value(&pair.from)?, value(&pair.to)?))
        };
        if rename.values.is_empty() {
            return Err(no_value(stack, table, column).into());
        }
        let pairs: Vec<(Value, Value)> = rename.values.iter().map(pair).collect::<Result<_, _>>()?;
        let values: Vec<Value> = pairs.iter().map(|(_, to)| to.clone()).collect();
        add(
            &mut layer,
            stack,
            table,
            Change::new(vec![column], Chosen::All, How::Rename(pairs)),
            &values,
            options,
        );
    }
    Ok(layer)
}
