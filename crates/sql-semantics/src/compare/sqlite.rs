//! SQLite: storage classes, after the operands' affinity (datatype3.html, §4).

use super::{Basis, compare_numbers};
use crate::Context;
use crate::typing::{affinity_of, collation_name, comparison_collation};
use seedbed_schema_model::{Expr, SqlType};
use seedbed_sql_values::Value;
use seedbed_sql_values::affinity::Affinity;
use seedbed_sql_values::collation::folding_sqlite;
use std::cmp::Ordering;

/// Both affinities decide.
pub(crate) fn basis<'a>(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Basis<'a> {
    Basis::Affinity {
        affinity: comparison_affinity(affinity_of(left, cx), affinity_of(right, cx)),
        left_only: false,
        collation: comparison_collation(left, right, cx),
    }
}

/// The left operand's affinity and collation apply alone.
pub(crate) fn membership<'a>(left: &'a Expr, _: &'a Expr, cx: &Context<'a>) -> Basis<'a> {
    Basis::Affinity { affinity: affinity_of(left, cx), left_only: true, collation: collation_name(left, cx) }
}

/// `sqlite3CompareAffinity`: a numeric side makes both numeric; a column against an expression lends its own.
fn comparison_affinity(left: Affinity, right: Affinity) -> Affinity {
    match (left, right) {
        (Affinity::None, other) | (other, Affinity::None) => other,
        (a, b) if a.is_numeric() || b.is_numeric() => Affinity::Numeric,
        _ => Affinity::Blob,
    }
}

/// The order of two values that are not NULL.
pub(super) fn order(
    left: &Value,
    right: &Value,
    affinity: Affinity,
    left_only: bool,
    collation: Option<&str>,
) -> Ordering {
    let has_text = matches!(left, Value::Text(_)) || matches!(right, Value::Text(_));
    let prepare = |value: &Value| match affinity {
        a if a.is_numeric() && matches!(value, Value::Text(_)) => Affinity::Numeric.apply(value.clone()),
        Affinity::Text if has_text || left_only => Affinity::Text.apply(value.clone()),
        _ => value.clone(),
    };
    let (a, b) = (prepare(left), prepare(right));
    match (&a, &b) {
        (Value::Text(a), Value::Text(b)) => {
            let folding = folding_sqlite(collation, &SqlType::TEXT);
            let key = |text| folding.fold(text);
            key(a).as_bytes().cmp(key(b).as_bytes())
        }
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Integer(a), Value::Float(b)) => compare_integer_float(*a, *b),
        (Value::Float(a), Value::Integer(b)) => compare_integer_float(*b, *a).reverse(),
        (a, b) => compare_numbers(a, b).unwrap_or_else(|| storage_class(a).cmp(&storage_class(b))),
    }
}

/// Exact, as SQLite compares: a float that is no 64-bit integer is compared by its whole part first.
fn compare_integer_float(integer: i128, float: f64) -> Ordering {
    if float.is_nan() {
        return Ordering::Greater;
    }
    let whole = libm::trunc(float);
    // `as` saturates, which keeps the order.
    integer.cmp(&(whole as i128)).then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal))
}

/// NULL, numbers, text, blobs (datatype3.html, §4.1).
fn storage_class(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Float(_) | Value::Decimal(_) | Value::Boolean(_) => 1,
        Value::Bytes(_) => 3,
        _ => 2,
    }
}
