//! MySQL: strings by collation, dates with the text of one, all else as numbers.
//!
//! The rules are those of the manual, §12.3 "Type Conversion in Expression Evaluation".

use super::{Basis, compare_floats, compare_json, compare_numbers, incomparable, instant};
use crate::typing::comparison_collation;
use crate::{Context, EvaluateError};
use seedbed_schema_model::Expr;
use seedbed_sql_values::Value;
use seedbed_sql_values::calendar;
use seedbed_sql_values::collation::MySqlRules;
use seedbed_sql_values::literal::{parse_date, parse_timestamp};
use seedbed_sql_values::number::{numeric_prefix, to_float};
use seedbed_sql_values::text::push_time;
use std::cmp::Ordering;

/// The collation of both operands decides.
pub(crate) fn basis<'a>(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Basis<'a> {
    Basis::Collation(comparison_collation(left, right, cx))
}

/// The order of two values that are not NULL.
pub(super) fn order(left: &Value, right: &Value, collation: Option<&str>) -> Result<Ordering, EvaluateError> {
    let numeric = |v: &Value| matches!(v, Value::Integer(_) | Value::Decimal(_) | Value::Float(_));
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Ok(text_order(a, b, collation)),
        (Value::Bytes(a), Value::Bytes(b)) => Ok(a.cmp(b)),
        (Value::Bytes(a), Value::Text(b)) => Ok(a.as_slice().cmp(b.as_bytes())),
        (Value::Text(a), Value::Bytes(b)) => Ok(a.as_bytes().cmp(b)),
        (Value::Time(a), Value::Time(b)) => Ok(a.cmp(b)),
        (Value::Json(a), Value::Json(b)) => {
            if a == b {
                Ok(Ordering::Equal)
            } else {
                compare_json(a, b)
            }
        }
        (a, Value::Text(text)) if instant(a).is_some() => Ok(instant(a).cmp(&text_instant(text))),
        (Value::Text(text), b) if instant(b).is_some() => Ok(text_instant(text).cmp(&instant(b))),
        (a, b) if instant(a).is_some() && instant(b).is_some() => Ok(instant(a).cmp(&instant(b))),
        (a, b) if numeric(a) && numeric(b) => compare_numbers(a, b).ok_or_else(|| incomparable(a, b)),
        (a, b) if numeric(a) || numeric(b) => {
            Ok(compare_floats(to_float(&number_of(a)), to_float(&number_of(b))))
        }
        (Value::Time(time), Value::Text(text)) => Ok(time_text(*time).cmp(text)),
        (Value::Text(text), Value::Time(time)) => Ok(text.cmp(&time_text(*time))),
        (a, b) => Err(incomparable(a, b)),
    }
}

/// The order of two strings by their keys under a collation.
fn text_order(a: &str, b: &str, collation: Option<&str>) -> Ordering {
    let rules = MySqlRules::of(collation);
    let key = |text| rules.fold(text).into_owned();
    let (a, b) = (key(a), key(b));
    // `_general_ci` weighs a letter as its capital, so that `_` and `^` come after the letters.
    if rules.general && !rules.case_sensitive {
        let weights = |text: &str| text.chars().flat_map(char::to_uppercase).collect::<String>();
        return weights(&a).cmp(&weights(&b));
    }
    a.cmp(&b)
}

/// A time as MySQL prints it.
fn time_text(micros: i64) -> String {
    let mut out = String::new();
    push_time(&mut out, micros);
    out
}

/// A text as a date or timestamp, in microseconds since 1970-01-01 00:00.
fn text_instant(text: &str) -> Option<i64> {
    parse_timestamp(text, false)
        .or_else(|| parse_date(text).map(|d| i64::from(d).saturating_mul(calendar::DAY)))
}

/// The number in a string or a date (`20200131`).
pub(crate) fn number_of(value: &Value) -> Value {
    match value {
        Value::Text(text) => numeric_prefix(text),
        Value::Boolean(b) => Value::Integer((*b).into()),
        Value::Date(days) => {
            let (y, m, d) = calendar::civil_from_days(*days);
            Value::Integer((i128::from(y) * 100 + i128::from(m)) * 100 + i128::from(d))
        }
        other => other.clone(),
    }
}
