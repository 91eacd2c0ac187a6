//! PostgreSQL: both sides are of one type, that of the constants' counterpart.

use super::{Basis, compare_json, compare_numbers, incomparable, instant};
use crate::typing::type_of;
use crate::{Context, EvaluateError, range_operator};
use seedbed_schema_model::{EnumTypeId, Expr, SqlType};
use seedbed_sql_values::calendar;
use seedbed_sql_values::{Interval, Value, parse_value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The types of the operands decide.
pub(crate) fn basis<'a>(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Basis<'a> {
    let (left, right) = (type_of(left, cx), type_of(right, cx));
    match (left.as_deref(), right.as_deref()) {
        (Some(SqlType::Enum(id)), _) | (_, Some(SqlType::Enum(id))) => Basis::Labels(*id),
        (Some(SqlType::Citext), _) | (_, Some(SqlType::Citext)) => Basis::Citext,
        (Some(SqlType::Char { .. }), None | Some(SqlType::Char { .. }))
        | (None, Some(SqlType::Char { .. })) => Basis::Blank,
        _ => Basis::Plain,
    }
}

/// The order of two values that are not NULL.
pub(super) fn order(
    left: &Value,
    right: &Value,
    basis: &Basis<'_>,
    cx: &Context<'_>,
) -> Result<Ordering, EvaluateError> {
    let (left, right) = (typed_like(left, right, cx)?, typed_like(right, left, cx)?);
    Ok(match (&*left, &*right) {
        (Value::Text(a), Value::Text(b)) => match basis {
            Basis::Labels(id) => enum_order(a, *id, cx)?.cmp(&enum_order(b, *id, cx)?),
            Basis::Blank => a.trim_end_matches(' ').cmp(b.trim_end_matches(' ')),
            Basis::Citext => a.to_lowercase().cmp(&b.to_lowercase()),
            _ => a.cmp(b),
        },
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Bits(a), Value::Bits(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Interval(a), Value::Interval(b)) => interval_span(*a).cmp(&interval_span(*b)),
        (Value::Map(a), Value::Map(b)) => a.cmp(b),
        (Value::Range(a), Value::Range(b)) => range_operator::order(a, b)?,
        (Value::Json(a), Value::Json(b)) if a == b => Ordering::Equal,
        (Value::Json(a), Value::Json(b)) => compare_json(a, b)?,
        (Value::Array(a), Value::Array(b)) | (Value::Row(a), Value::Row(b)) => {
            compare_items(a, b, basis, cx)?
        }
        (a, b) => match (instant(a), instant(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => compare_numbers(a, b).ok_or_else(|| incomparable(a, b))?,
        },
    })
}

/// PostgreSQL takes a string constant for the type of what it is compared with.
pub(crate) fn typed_like<'v>(
    value: &'v Value,
    other: &Value,
    cx: &Context<'_>,
) -> Result<Cow<'v, Value>, EvaluateError> {
    let Value::Text(text) = value else { return Ok(Cow::Borrowed(value)) };
    if let (Value::Decimal(_), Some(named)) = (other, numeric_by_name(text)) {
        return Ok(Cow::Owned(named));
    }
    let ty = match other {
        Value::Text(_) | Value::Null => return Ok(Cow::Borrowed(value)),
        Value::Array(items) => SqlType::Array {
            element: Box::new(items.iter().find_map(Value::widest_type).unwrap_or(SqlType::TEXT)),
        },
        // Of a range without ends `empty` and `(,)` are read as those of any other.
        Value::Range(set) => other
            .widest_type()
            .unwrap_or_else(|| SqlType::Range { element: Box::new(SqlType::TEXT), multi: set.is_multi() }),
        other => other.widest_type().unwrap_or(SqlType::TEXT),
    };
    let read = parse_value(text, &ty, cx.schema);
    // Amounts of `money` are decimals here, and `'$1.00'` is one of their constants.
    let read = match other {
        Value::Decimal(_) => {
            read.or_else(|error| parse_value(text, &SqlType::Money, cx.schema).map_err(|_| error))
        }
        _ => read,
    };
    read.map(Cow::Owned).map_err(|e| EvaluateError::runtime(e.to_string()))
}

/// The values of `numeric` that have no digits, as the floats that compare like them (manual, §8.1.2).
pub(crate) fn numeric_by_name(text: &str) -> Option<Value> {
    let named = match &*text.trim_ascii().to_ascii_lowercase() {
        "nan" => f64::NAN,
        "infinity" | "+infinity" | "inf" | "+inf" => f64::INFINITY,
        "-infinity" | "-inf" => f64::NEG_INFINITY,
        _ => return None,
    };
    Some(Value::Float(named))
}

/// An enum's value by the place of its label (manual, §8.7.2).
fn enum_order(label: &str, id: EnumTypeId, cx: &Context<'_>) -> Result<usize, EvaluateError> {
    let position = cx.schema.enums.get(id.position()).and_then(|e| e.labels.iter().position(|l| l == label));
    position.ok_or_else(|| EvaluateError::runtime(format!("invalid input value for enum: `{label}`")))
}

/// Element by element, then by length; NULL elements are equal to each other and above all else.
fn compare_items(
    a: &[Value],
    b: &[Value],
    basis: &Basis<'_>,
    cx: &Context<'_>,
) -> Result<Ordering, EvaluateError> {
    for (x, y) in a.iter().zip(b) {
        let order = match (x.is_null(), y.is_null()) {
            (false, false) => order(x, y, basis, cx)?,
            (x, y) => x.cmp(&y),
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(a.len().cmp(&b.len()))
}

/// PostgreSQL compares intervals as if each month had 30 days of 24 hours.
fn interval_span(interval: Interval) -> i128 {
    (i128::from(interval.months) * 30 + i128::from(interval.days)) * i128::from(calendar::DAY)
        + i128::from(interval.micros)
}
