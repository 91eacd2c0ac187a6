//! Functions of arrays.
//!
//! PostgreSQL's alone (manual, §9.19). Subscripts count from 1; literals with other lower bounds are read as if from 1.

use super::{BuiltinFunction, lenient, mismatch, strict};
use crate::compare::{Basis, compare};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("cardinality",      (1, 1), |a, _| Ok(Value::Integer(cardinality(items(&a[0])?)))),
    strict("array_ndims",      (1, 1), |a, _| Ok(match dimensions(items(&a[0])?) { 0 => Value::Null, n => Value::Integer(n) })),
    strict("array_length",     (2, 2), array_length),
    strict("array_upper",      (2, 2), array_length),
    strict("array_lower",      (2, 2), array_lower),
    lenient("array_position",  (2, 2), array_position),
    lenient("array_remove",    (2, 2), array_remove),
    lenient("array_append",    (2, 2), |a, _| Ok(joined(&a[0], &a[1], false))),
    lenient("array_prepend",   (2, 2), |a, _| Ok(joined(&a[1], &a[0], true))),
    lenient("array_to_string", (2, 3), array_to_string),
];

/// The elements of an array, arrays of a further dimension among them.
fn items(value: &Value) -> Result<&[Value], EvaluateError> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(mismatch("array", other)),
    }
}

/// How many elements all dimensions hold together.
fn cardinality(items: &[Value]) -> i128 {
    items.iter().map(|item| if let Value::Array(inner) = item { cardinality(inner) } else { 1 }).sum()
}

/// An empty array has no dimension.
fn dimensions(items: &[Value]) -> i128 {
    match items.first() {
        None => 0,
        Some(Value::Array(inner)) => 1 + dimensions(inner),
        Some(_) => 1,
    }
}

/// The length along a dimension, counted from 1; NULL when there is none.
fn along(items: &[Value], dimension: i128) -> Option<i128> {
    match (dimension, items) {
        (_, []) | (..=0, _) => None,
        (1, items) => Some(items.len() as i128),
        (n, [Value::Array(inner), ..]) => along(inner, n - 1),
        _ => None,
    }
}

/// The length of the dimension asked for, NULL where the array has no such dimension.
fn array_length(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let Value::Integer(dimension) = &args[1] else { return Err(mismatch("array_length", &args[1])) };
    Ok(along(items(&args[0])?, *dimension).map_or(Value::Null, Value::Integer))
}

/// The lowest subscript of a dimension: 1.
fn array_lower(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(if array_length(args, cx)?.is_null() { Value::Null } else { Value::Integer(1) })
}

/// `IS NOT DISTINCT FROM`.
fn same(a: &Value, b: &Value, cx: &Context<'_>) -> Result<bool, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(a.is_null() && b.is_null());
    }
    Ok(compare(a, b, &Basis::Plain, cx)?.is_some_and(|order| order.is_eq()))
}

/// The subscript of the first element that is not distinct from the second argument; NULL when there is none.
fn array_position(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Null);
    }
    for (i, item) in items(&args[0])?.iter().enumerate() {
        if same(item, &args[1], cx)? {
            return Ok(Value::Integer(i as i128 + 1));
        }
    }
    Ok(Value::Null)
}

/// The array without the elements that are not distinct from the second argument.
fn array_remove(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Null);
    }
    let mut kept = Vec::new();
    for item in items(&args[0])? {
        if !same(item, &args[1], cx)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::Array(kept))
}

/// The array with an element more, in front or behind; a NULL array counts as empty.
fn joined(array: &Value, item: &Value, front: bool) -> Value {
    let mut items = if let Value::Array(items) = array { items.clone() } else { Vec::new() };
    items.insert(if front { 0 } else { items.len() }, item.clone());
    Value::Array(items)
}

/// The elements as text with a separator between; NULL elements left out, or as the third argument says.
fn array_to_string(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() || args[1].is_null() {
        return Ok(Value::Null);
    }
    let null = args.get(2).filter(|v| !v.is_null()).map(|v| cast::as_text(v, cx));
    let parts: Vec<String> = items(&args[0])?
        .iter()
        .filter_map(|item| if item.is_null() { null.clone() } else { Some(cast::as_text(item, cx)) })
        .collect();
    Ok(Value::Text(parts.join(&cast::as_text(&args[1], cx))))
}
