//! Generated columns, computed: files hold their values, while a server computes them itself from the rows it is given.

use crate::cell::push_value;
use crate::convert::fill_blank;
use crate::explain::NotComputed;
use crate::filled::Filled;
use crate::filled_row::{FilledRow, parsed_types};
use seedbed_datagen_core::ColumnBuffer;
use seedbed_schema_model::{Column, ColumnIdx, Expr, Schema, SqlType};
use seedbed_sql_semantics::{Context, evaluate, supported};
use seedbed_sql_values::{Value, format_value, stored_value};
use std::collections::{BTreeMap, BTreeSet};

/// The generated columns of a table in an order in which each reads only written ones and earlier ones, and those that
/// can't be computed, with the reason.
#[derive(Debug, Default)]
pub struct Computable {
    /// Those that can be computed, in such an order.
    pub columns: Vec<ColumnIdx>,
    /// The others, each with the reason.
    pub unreadable: Vec<(ColumnIdx, String)>,
}

/// Sorts the generated columns of the context's table, but those `left_out` already, by whether they can be computed
/// when only `written` is known.
pub fn computable(cx: &Context<'_>, written: &[ColumnIdx], left_out: &BTreeSet<ColumnIdx>) -> Computable {
    let Some(table) = cx.table else { return Computable::default() };
    let mut known = written.to_vec();
    let mut result = Computable::default();
    let mut open: Vec<(ColumnIdx, &Expr)> = Vec::new();
    for (index, column) in table.columns_indexed() {
        let Some(generated) = column.generated.as_ref().filter(|_| !left_out.contains(&index)) else {
            continue;
        };
        match supported(&generated.expr, cx) {
            Ok(()) => open.push((index, &generated.expr)),
            Err(what) => result.unreadable.push((index, what.to_string())),
        }
    }
    loop {
        let (ready, rest): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(_, expr)| expr.columns().iter().all(|c| known.contains(c)));
        open = rest;
        if ready.is_empty() {
            break;
        }
        known.extend(ready.iter().map(|(c, _)| *c));
        result.columns.extend(ready.into_iter().map(|(c, _)| c));
    }
    let unread = |(index, expr): (ColumnIdx, &Expr)| {
        let missing = expr.columns().into_iter().find(|c| !known.contains(c)).unwrap_or(index);
        (index, format!("it reads `{}`, which only the server fills", table[missing].name))
    };
    result.unreadable.extend(open.into_iter().map(unread));
    result
}

/// Adds generated columns to filled rows, in the order given. A row whose expression has no value, because it divides
/// by zero or the like, gets NULL there: a server that computes it refuses the row. So does one whose text has more than
/// `most` bytes. Returns the columns with such rows, and why.
pub fn compute(
    cx: &Context<'_>,
    columns: &[ColumnIdx],
    rows: usize,
    filled: &mut BTreeMap<ColumnIdx, Filled>,
    like: &[ColumnBuffer],
    most: usize,
) -> Vec<(ColumnIdx, NotComputed)> {
    let Some(table) = cx.table else { return Vec::new() };
    let mut failed = Vec::new();
    for index in columns {
        let column = &table[*index];
        let Some(generated) = &column.generated else { continue };
        let (cells, why) = compute_cells(cx, column, &generated.expr, rows, filled, &like[*index], most);
        failed.extend(why.map(|why| (*index, why)));
        filled.insert(*index, cells);
    }
    failed
}

/// The cells of one generated column, and why one of them has no value that is not NULL.
pub(crate) fn compute_cells(
    cx: &Context<'_>,
    column: &Column,
    expr: &Expr,
    rows: usize,
    filled: &BTreeMap<ColumnIdx, Filled>,
    like: &ColumnBuffer,
    most: usize,
) -> (Filled, Option<NotComputed>) {
    let types = parsed_types(&expr.columns(), cx);
    let mut failed = None;
    let mut cells = like.empty_like();
    let mut blank = cells.empty_like();
    fill_blank(&mut blank, 1);
    let mut present = Vec::with_capacity(rows);
    for at in 0..rows {
        let row = FilledRow { columns: filled, index: at, types: &types, schema: cx.schema };
        let value = evaluate(expr, &row, cx).ok();
        let is_long = matches!(&value, Some(Value::Text(text)) if text.len() > most);
        let stored = value.filter(|_| !is_long).map(|v| stored_value(v, column, cx.schema));
        let is_present = stored.as_ref().is_some_and(|v| push_stored(&mut cells, v, column, cx.schema));
        if !is_present {
            cells.push_from(&blank, 0);
        }
        if !is_present && stored != Some(Value::Null) {
            let why = if is_long { NotComputed::TooLong } else { NotComputed::FailsInSomeRows };
            failed.get_or_insert(why);
        }
        present.push(is_present);
    }
    let present = present.contains(&false).then_some(present);
    (Filled { cells, present }, failed)
}

/// Appends a value as its column keeps it, text that stands for a value of another type as it is; false for NULL and for what
/// the column can't hold.
pub fn push_stored(cells: &mut ColumnBuffer, value: &Value, column: &Column, schema: &Schema) -> bool {
    let ty: &SqlType = schema.base_type(&column.ty);
    match (&mut *cells, value) {
        (_, Value::Null) => false,
        (ColumnBuffer::Text(text), Value::Text(value)) => {
            text.push(value);
            true
        }
        (ColumnBuffer::Text(text), value) => {
            text.push(&format_value(value, ty, schema.dialect));
            true
        }
        (cells, value) => push_value(cells, value, ty, schema),
    }
}
