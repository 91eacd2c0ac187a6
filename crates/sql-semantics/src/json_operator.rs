//! `->`, `->>`, `#>`, `#>>`, `?`, and `@>` on JSON.

use crate::function::json::{at_sqlite_path, from_json_value, parse_document, scalar_text};
use crate::{Context, EvaluateError, Value, cast};
use seedbed_schema_model::{BinaryOp, Dialect};

/// Whether the operator is JSON's for these operands.
pub(crate) fn handles(op: BinaryOp, a: &Value, b: &Value) -> bool {
    use BinaryOp::{JsonGet, JsonGetText, JsonHasAll, JsonHasAny, JsonHasKey, JsonPath, JsonPathText};
    let json = matches!(a, Value::Json(_)) || matches!(b, Value::Json(_));
    match op {
        JsonGet | JsonGetText | JsonPath | JsonPathText | JsonHasKey | JsonHasAny | JsonHasAll => true,
        BinaryOp::Contains | BinaryOp::ContainedBy | BinaryOp::Concat | BinaryOp::Sub => json,
        _ => false,
    }
}

/// `a op b`.
pub(crate) fn apply(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    if cx.dialect() != Dialect::Postgres {
        return path_operator(op, &a, &b, cx);
    }
    if matches!(op, BinaryOp::Contains | BinaryOp::ContainedBy) {
        let (a, b) = (document(&a)?, document(&b)?);
        let inside = if op == BinaryOp::Contains { contains(&a, &b, 0) } else { contains(&b, &a, 0) };
        return Ok(Value::Boolean(inside));
    }
    let json = document(&a)?;
    Ok(match op {
        BinaryOp::JsonGet => member(&json, &b).map_or(Value::Null, |j| Value::Json(j.clone())),
        BinaryOp::JsonGetText => member(&json, &b).map_or(Value::Null, scalar_text),
        BinaryOp::JsonPath => descend(&json, &keys(&b, cx)?).map_or(Value::Null, |j| Value::Json(j.clone())),
        BinaryOp::JsonPathText => descend(&json, &keys(&b, cx)?).map_or(Value::Null, scalar_text),
        BinaryOp::JsonHasKey => Value::Boolean(has_key(&json, &cast::as_text(&b, cx))),
        BinaryOp::JsonHasAny => Value::Boolean(keys(&b, cx)?.iter().any(|key| has_key(&json, key))),
        BinaryOp::JsonHasAll => Value::Boolean(keys(&b, cx)?.iter().all(|key| has_key(&json, key))),
        _ => return Err(EvaluateError::unsupported("this operator on `jsonb`")),
    })
}

/// SQLite's and MySQL's `->` and `->>`.
fn path_operator(op: BinaryOp, a: &Value, b: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let path = match b {
        Value::Integer(n) => format!("$[{n}]"),
        other => match cast::as_text(other, cx) {
            path if path.starts_with('$') => path,
            key => format!("$.\"{key}\""),
        },
    };
    let json = parse_document(a)?;
    let found = at_sqlite_path(&json, &path)?;
    Ok(match (op, found) {
        (_, None) => Value::Null,
        (BinaryOp::JsonGet, Some(found)) if cx.dialect() == Dialect::MySql => Value::Json(found.clone()),
        (BinaryOp::JsonGet, Some(found)) => Value::Text(found.to_string()),
        (BinaryOp::JsonGetText, Some(found)) => match from_json_value(found) {
            Value::Null if cx.dialect() == Dialect::MySql => Value::Text("null".into()),
            value => value,
        },
        _ => return Err(EvaluateError::unsupported("this operator on JSON")),
    })
}

fn document(value: &Value) -> Result<serde_json::Value, EvaluateError> {
    parse_document(value)
}

fn member<'j>(json: &'j serde_json::Value, key: &Value) -> Option<&'j serde_json::Value> {
    match (json, key) {
        (serde_json::Value::Object(members), Value::Text(key)) => members.get(key),
        (serde_json::Value::Array(items), Value::Integer(n)) => items.get(array_index(*n, items.len())?),
        _ => None,
    }
}

/// Negative subscripts count from the end.
fn array_index(n: i128, length: usize) -> Option<usize> {
    usize::try_from(if n < 0 { n + length as i128 } else { n }).ok()
}

fn keys(value: &Value, cx: &Context<'_>) -> Result<Vec<String>, EvaluateError> {
    let array = match value {
        Value::Text(text) => cast::text_to_array(text, &seedbed_schema_model::SqlType::TEXT, cx)?,
        other => other.clone(),
    };
    match array {
        Value::Array(items) => Ok(items.iter().map(|item| cast::as_text(item, cx)).collect()),
        _ => Err(EvaluateError::unsupported("a path that is no array")),
    }
}

fn descend<'j>(json: &'j serde_json::Value, path: &[String]) -> Option<&'j serde_json::Value> {
    path.iter().try_fold(json, |at, key| match at {
        serde_json::Value::Object(members) => members.get(key),
        serde_json::Value::Array(items) => items.get(array_index(key.parse().ok()?, items.len())?),
        _ => None,
    })
}

fn has_key(json: &serde_json::Value, key: &str) -> bool {
    match json {
        serde_json::Value::Object(members) => members.contains_key(key),
        serde_json::Value::Array(items) => items.iter().any(|item| item.as_str() == Some(key)),
        serde_json::Value::String(text) => text == key,
        _ => false,
    }
}

/// `jsonb` containment: objects by members, arrays by elements in any order; an array contains a bare scalar too.
fn contains(outer: &serde_json::Value, inner: &serde_json::Value, depth: usize) -> bool {
    use serde_json::Value::{Array, Object};
    match (outer, inner) {
        (Object(outer), Object(inner)) => inner
            .iter()
            .all(|(key, value)| outer.get(key).is_some_and(|found| contains(found, value, depth + 1))),
        (Array(outer), Array(inner)) => {
            inner.iter().all(|wanted| outer.iter().any(|found| contains(found, wanted, depth + 1)))
        }
        (Array(outer), scalar) if depth == 0 && !scalar.is_object() => outer.contains(scalar),
        (a, b) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        },
    }
}
