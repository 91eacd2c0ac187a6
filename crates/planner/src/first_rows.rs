//! Pass: first rows whose cells are given, whatever the laws say.
//!
//! Input: what is known of the columns. Output: cells of the draft's first rows, and domains without those values, so
//! that no other row takes them. Two things give them: children that ask for values of a key (see
//! [`demands`](super::demands)), and CHECKs that pin the root of a tree by its key (see
//! [`pinned_root`](super::pinned_root)). Refuses nothing. Cost: none per row.

use super::demands::{Meeting, meeting};
use super::draft::ProgramDraft;
use super::facts::TableProperties;
use super::table_context::TableContext;
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::{Bound, Units, order};
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
        if !values.is_empty() && !counts_up_to(cx, facts, column, &values) {
            lead(cx, facts, draft, column, &values, &format!("a CHECK of {}", demand.by.join(", ")));
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

/// Gives the first rows these values, one each, and takes them from the column's list. `by` says who asks for it.
pub(super) fn lead(
    cx: &TableContext<'_>,
    facts: &mut TableProperties<'_>,
    draft: &mut ProgramDraft,
    column: ColumnIdx,
    values: &[Value],
    by: &str,
) {
    let mut cells = cx.buffer(column);
    let base = facts[column].base;
    let given: Vec<Value> =
        values.iter().filter(|v| push_value(&mut cells, v, base, cx.schema())).cloned().collect();
    if given.is_empty() || cells.len() != given.len() {
        return;
    }
    take_out(cx, facts, column, &given);
    draft.first_rows.insert(column, cells);
    draft.led_by.insert(column, by.to_owned());
}

/// Takes values out of a column's domain: numbers by beginning past the greatest of them.
fn take_out(cx: &TableContext<'_>, facts: &mut TableProperties<'_>, column: ColumnIdx, given: &[Value]) {
    let greatest =
        given.iter().cloned().reduce(|a, b| if order(&a, &b) == Some(Ordering::Less) { b } else { a });
    let counts = Units::of(facts[column].base, cx.schema().dialect).is_some();
    let domain = &mut facts[column].domain;
    let is_higher = |low: &Bound, value: &Value| order(&low.value, value) == Some(Ordering::Greater);
    match greatest {
        Some(value) if counts && !domain.low.as_ref().is_some_and(|low| is_higher(low, &value)) => {
            domain.low = Some(Bound { value, inclusive: false });
        }
        _ => domain.forbidden.extend(given.iter().cloned()),
    }
}

/// Lets a column that counts up begin with a value. False if it doesn't count up.
pub(super) fn begin_with(
    cx: &TableContext<'_>,
    facts: &mut TableProperties<'_>,
    column: ColumnIdx,
    value: &Value,
) -> bool {
    let counts = matches!(facts[column].base, SqlType::Integer { .. })
        && (cx.column(column).numbering.is_some()
            || cx.table().primary_key.as_ref().is_some_and(|k| k.columns == [column]));
    if counts {
        facts[column].domain.low = Some(Bound { value: value.clone(), inclusive: true });
    }
    counts
}
