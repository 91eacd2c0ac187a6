//! Functions of extension `hstore` (PostgreSQL's manual, §F.18.2), beside its operators.

use super::{BuiltinFunction, strict};
use crate::hstore_operator::pairs;
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;

/// PostgreSQL's.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("exist",   (2, 2), exist),
    strict("defined", (2, 2), defined),
    strict("akeys",   (1, 1), |a, cx| Ok(Value::Array(pairs(&a[0], cx)?.into_keys().map(Value::Text).collect()))),
    strict("avals",   (1, 1), |a, cx| Ok(Value::Array(pairs(&a[0], cx)?.into_values().map(or_null).collect()))),
];

/// Whether the key is there.
fn exist(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Boolean(pairs(&args[0], cx)?.contains_key(&cast::as_text(&args[1], cx))))
}

/// Whether the key is there with a value.
fn defined(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Boolean(pairs(&args[0], cx)?.get(&cast::as_text(&args[1], cx)).is_some_and(Option::is_some)))
}

fn or_null(value: Option<String>) -> Value {
    value.map_or(Value::Null, Value::Text)
}
