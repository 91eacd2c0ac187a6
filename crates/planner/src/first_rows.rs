//! Pass: first rows whose cells are given, whatever the laws say.
//!
//! Input: what is known of the columns. Output: cells of the draft's first rows, and domains without those values, so
//! that no other row takes them. Two things give them: children that ask for values of a key (see
//! [`demands`](super::demands)), and CHECKs that pin the root of a tree by its key (see
//! [`pinned_root`](super::pinned_root)). Refuses nothing. Cost: none per row.

use super::demands::{Meeting, meeting};
use super::draft::ProgramDraft;
use super::facts::{ColumnProperties, TableProperties};
use super::table_context::TableContext;
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::{Bound, Units, ValueDomain, order};
use seedbed_sql_values::Value;
use std::cmp::Ordering;

/// Gives the first rows the values that children ask of columns that are keys by themselves. Values that the target
/// holds are there already.
pub(super) fn meet_demands(cx: &TableContext<'_>, facts: &mut TableProperties<'_>, draft: &mut ProgramDraft) {
    for (column, _) in cx.table().columns_indexed() {
        let Some(demand) = cx.planning.demands.on(cx.id(), column) else { continue };
        let asked = cx.spec_of(column).is_some_and(|s| s.values.is_some() || s.provider.is_some());
        if asked || draft.is_decided(column) || meeting(cx.constraints, column) != Meeting::InFirstRows {
            continue;
        }
        let open = demand.values.iter().filter(|v| facts.admits(cx, column, v));
        let values: Vec<Value> = open.cloned().collect();
        if !counts_up_to(cx, facts, column, &values) {
            let by = format!("a CHECK of {}", demand.by.join(", "));
            // Where they are nearly all that the column may hold, its rows come by most of them anyway.
            let _ = (1..=values.len()).rev().any(|n| lead(cx, facts, draft, column, &values[..n], &by));
        }
    }
}

/// Whether a column that counts up comes by all values in its rows anyway.
fn counts_up_to(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    column: ColumnIdx,
    values: &[Value],
) -> bool {
    let rows = i128::from(cx.rows);
    let is_met = |v: &Value| matches!(v, Value::Integer(n) if (1..=rows).contains(n));
    let counts = cx.table().primary_key.as_ref().is_some_and(|k| k.columns == [column])
        || cx.column(column).numbering.is_some();
    counts
        && facts[column].domain.low.is_none()
        && cx.planning.existing_greatest(cx.id(), column).is_none()
        && values.iter().all(is_met)
}

/// Gives the first rows these values, one each, and takes them from the column's list. `by` says who asks for it. False
/// where the list would be left with fewer values than rows.
pub(super) fn lead(
    cx: &TableContext<'_>,
    facts: &mut TableProperties<'_>,
    draft: &mut ProgramDraft,
    column: ColumnIdx,
    values: &[Value],
    by: &str,
) -> bool {
    let mut cells = cx.buffer(column);
    let base = facts[column].base;
    let given: Vec<Value> =
        values.iter().filter(|v| push_value(&mut cells, v, base, cx.schema())).cloned().collect();
    if given.is_empty() || cells.len() != given.len() {
        return false;
    }
    let rest = without(cx, &facts[column], &given);
    let is_led = leave(cx, facts, column, rest);
    if is_led {
        draft.first_rows.insert(column, cells);
        draft.led_by.insert(column, by.to_owned());
    }
    is_led
}

/// A column's domain without some values: numbers begin past the greatest of them, unless they are listed.
fn without(cx: &TableContext<'_>, facts: &ColumnProperties<'_>, given: &[Value]) -> ValueDomain {
    let greatest =
        given.iter().cloned().reduce(|a, b| if order(&a, &b) == Some(Ordering::Less) { b } else { a });
    let mut domain = facts.domain.clone();
    let counts = domain.allowed.is_none() && Units::of(facts.base, cx.schema().dialect).is_some();
    let is_higher = |low: &Bound, value: &Value| order(&low.value, value) == Some(Ordering::Greater);
    match greatest {
        Some(value) if counts && !domain.low.as_ref().is_some_and(|low| is_higher(low, &value)) => {
            domain.low = Some(Bound { value, inclusive: false });
        }
        _ => domain.forbidden.extend(given.iter().cloned()),
    }
    domain
}

/// Leaves a column this domain, if it holds as many values as there are rows.
fn leave(
    cx: &TableContext<'_>,
    facts: &mut TableProperties<'_>,
    column: ColumnIdx,
    domain: ValueDomain,
) -> bool {
    let before = std::mem::replace(&mut facts[column].domain, domain);
    let has_room = facts.room(cx, column).is_none_or(|room| room >= cx.rows.into());
    if !has_room {
        facts[column].domain = before;
    }
    has_room
}

/// Lets a column that counts up begin with a value. False if it doesn't count up, or would have too few numbers.
pub(super) fn begin_with(
    cx: &TableContext<'_>,
    facts: &mut TableProperties<'_>,
    column: ColumnIdx,
    value: &Value,
) -> bool {
    let counts = matches!(facts[column].base, SqlType::Integer { .. })
        && (cx.column(column).numbering.is_some()
            || cx.table().primary_key.as_ref().is_some_and(|k| k.columns == [column]));
    let low = Some(Bound { value: value.clone(), inclusive: true });
    let domain = ValueDomain { low, ..facts[column].domain.clone() };
    counts && leave(cx, facts, column, domain)
}
