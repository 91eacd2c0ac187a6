//! Which rows an edit speaks of.

use super::literal::{comparable, shown};
use super::scan::scan;
use super::{Stopped, key_of};
use crate::EditFault;
use crate::cells::ValueRow;
use crate::change::Chosen;
use crate::edited_rows::EditOptions;
use crate::names;
use crate::row_set::RowSet;
use crate::stack::Stack;
use seedbed_datagen_core::counted;
use seedbed_edit::{Edit, Literal, Selection};
use seedbed_laws::{LawKey, Permutation};
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_semantics::truth;
use seedbed_sql_values::Value;
use std::sync::Arc;

/// The rows of a table that a selection means, as they are numbered at the top.
pub(crate) fn chosen(
    stack: &Stack<'_>,
    edit: &Edit,
    table: TableId,
    selection: &Selection,
    options: &EditOptions,
) -> Result<Chosen, Stopped> {
    let level = stack.layers.len();
    let count = stack.count(level, table);
    let matching = match &selection.condition {
        Some(text) => Some(matching(stack, table, text, options)?),
        None => None,
    };
    let among = matching.as_ref().map_or(count, RowSet::len);
    let Some(wanted) = wanted(selection, among)? else {
        return Ok(matching.map_or(Chosen::All, |rows| Chosen::Some(Arc::new(rows))));
    };
    let key = key_of(stack, edit, table, "rows");
    let rows = matching.unwrap_or_else(|| RowSet::new(count, 0..count));
    Ok(Chosen::Some(Arc::new(some_of(&rows, count, wanted, key))))
}

/// How many of so many rows a selection wants; `None` for all of them.
///
/// # Errors
/// [`EditFault::ShareAndCount`], [`EditFault::Number`].
pub(crate) fn wanted(selection: &Selection, among: u64) -> Result<Option<u64>, EditFault> {
    match (selection.share, selection.count) {
        (Some(_), Some(_)) => Err(EditFault::ShareAndCount),
        (Some(share), None) => Ok(Some(part(share, among)?)),
        (None, Some(count)) if count <= among => Ok(Some(count)),
        (None, Some(count)) => {
            let found = format!("{count} of {}", counted(among, "such row"));
            Err(EditFault::Number { what: "the number of rows", found, wanted: "no more than there are" })
        }
        (None, None) => Ok(None),
    }
}

/// A share of so many rows, in whole rows.
///
/// # Errors
/// [`EditFault::Number`].
pub(crate) fn part(share: f64, of: u64) -> Result<u64, EditFault> {
    if !(0.0..=1.0).contains(&share) {
        let found = shown(&Literal::Float(share));
        return Err(EditFault::Number { what: "the share", found, wanted: "between 0 and 1" });
    }
    // In billionths: exact for every share that people write.
    let billionths = (share * 1e9).round() as u128;
    Ok(((u128::from(of) * billionths + 500_000_000) / 1_000_000_000) as u64)
}

/// So many of some rows, drawn.
pub(crate) fn some_of(rows: &RowSet, end: u64, wanted: u64, key: LawKey) -> RowSet {
    let order = Permutation::new(key, rows.len());
    let drawn = rows.iter().enumerate().filter(|(rank, _)| order.apply(*rank as u64) < wanted);
    RowSet::new(end, drawn.map(|(_, row)| row))
}

/// The rows for which a condition is true.
fn matching(stack: &Stack<'_>, table: TableId, text: &str, options: &EditOptions) -> Result<RowSet, Stopped> {
    let schema = stack.schema();
    let condition = names::expression(schema, table, &stack.columns(table)?, text)?;
    let cx = table_context(schema, &schema[table]);
    let level = stack.layers.len();
    let (mut found, mut failed) = (Vec::new(), None);
    scan(stack, level, table, &condition.columns(), options, |rows, cells| {
        for (at, row) in rows.enumerate() {
            match truth(&condition, &ValueRow { columns: cells, at }, &cx) {
                Ok(Some(true)) => found.push(row),
                Ok(_) => {}
                Err(error) => failed = failed.take().or(Some(error.to_string())),
            }
        }
        Ok(())
    })?;
    match failed {
        Some(reason) => Err(EditFault::Expression {
            table: schema[table].name.to_string(),
            text: text.to_owned(),
            reason,
        }
        .into()),
        None => Ok(RowSet::new(stack.count(level, table), found)),
    }
}

/// The rows that hold a value in a column.
pub(crate) fn holding(
    stack: &Stack<'_>,
    table: TableId,
    column: ColumnIdx,
    value: &Value,
    options: &EditOptions,
) -> Result<RowSet, Stopped> {
    let level = stack.layers.len();
    let mut found = Vec::new();
    let model = &stack.schema()[table][column];
    let wanted = comparable(value, model, stack.schema());
    let is_it = |other: &Value| {
        other == value
            || (!other.is_null() && !value.is_null() && comparable(other, model, stack.schema()) == wanted)
    };
    scan(stack, level, table, &[column], options, |rows, cells| {
        let values = cells.get(&column).map_or(&[][..], Vec::as_slice);
        found.extend(rows.zip(values).filter(|(_, v)| is_it(v)).map(|(row, _)| row));
        Ok(())
    })?;
    Ok(RowSet::new(stack.count(level, table), found))
}
