//! What is in a document of JSON: MySQL's functions that search (manual, §12.17.3), as MariaDB has them.

use super::json::{at_mysql_path, parse_document};
use super::{BuiltinFunction, MANY, lenient, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;
use serde_json::Value as Json;

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("json_value",          (2, 2), json_value),
    strict("json_exists",         (2, 2), |a, cx| with_document(a, cx, |at| Value::Integer(at.is_some().into()))),
    strict("json_keys",           (1, 2), |a, cx| with_document(a, cx, keys)),
    strict("json_contains",       (2, 3), json_contains),
    lenient("json_contains_path", (3, MANY), json_contains_path),
    strict("json_depth",          (1, 1), |a, cx| with_document(a, cx, |at| at.map_or(Value::Null, |json| Value::Integer(depth(json))))),
];

/// A document; MariaDB answers NULL of what is none.
fn document(value: &Value) -> Option<Json> {
    parse_document(value).ok()
}

/// What is asked of the document, or of what a path finds in it.
fn with_document(
    args: &[Value],
    cx: &Context<'_>,
    ask: impl FnOnce(Option<&Json>) -> Value,
) -> Result<Value, EvaluateError> {
    let Some(json) = document(&args[0]) else { return Ok(Value::Null) };
    match args.get(1) {
        Some(path) => Ok(ask(at_mysql_path(&json, &cast::as_text(path, cx))?)),
        None => Ok(ask(Some(&json))),
    }
}

/// The scalar that a path finds, as text; NULL for anything else, and for a null.
fn json_value(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let Some(json) = document(&args[0]) else { return Ok(Value::Null) };
    Ok(match at_mysql_path(&json, &cast::as_text(&args[1], cx))? {
        None | Some(Json::Null | Json::Array(_) | Json::Object(_)) => Value::Null,
        Some(Json::Bool(truth)) => Value::Text(u8::from(*truth).to_string()),
        Some(Json::String(text)) => Value::Text(text.clone()),
        // The server answers the digits as they are written, which a document does not keep.
        Some(Json::Number(n)) if n.is_f64() => {
            return Err(EvaluateError::unsupported("`json_value` of a number with a fraction"));
        }
        Some(Json::Number(n)) => Value::Text(n.to_string()),
    })
}

/// The names of an object's members; NULL of anything else.
fn keys(at: Option<&Json>) -> Value {
    match at {
        Some(Json::Object(members)) => {
            Value::Json(Box::new(Json::Array(members.keys().map(|key| Json::String(key.clone())).collect())))
        }
        _ => Value::Null,
    }
}

/// How deep a document nests; a scalar and what is empty count one.
fn depth(json: &Json) -> i128 {
    let deepest = match json {
        Json::Array(items) => items.iter().map(depth).max(),
        Json::Object(members) => members.values().map(depth).max(),
        _ => None,
    };
    1 + deepest.unwrap_or(0)
}

/// Whether a document is in another, or in what a path finds there.
fn json_contains(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (Some(target), Some(wanted)) = (document(&args[0]), document(&args[1])) else {
        return Ok(Value::Null);
    };
    let place = match args.get(2) {
        Some(path) => at_mysql_path(&target, &cast::as_text(path, cx))?,
        None => Some(&target),
    };
    Ok(Value::Integer(place.is_some_and(|place| contains(place, &wanted)).into()))
}

/// Members of an object are in one with as much for each name, elements of an array each in the array, and anything else
/// in an array if it is in an element of it.
fn contains(target: &Json, wanted: &Json) -> bool {
    match (target, wanted) {
        (Json::Object(members), Json::Object(wanted)) => {
            wanted.iter().all(|(name, value)| members.get(name).is_some_and(|found| contains(found, value)))
        }
        (Json::Array(_), Json::Array(wanted)) => wanted.iter().all(|value| contains(target, value)),
        (Json::Array(items), wanted) => items.iter().any(|item| contains(item, wanted)),
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (target, wanted) => target == wanted,
    }
}

/// Whether one or all of the paths lead to something. The first that decides does, whatever is NULL behind it.
fn json_contains_path(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[..2].iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    let Some(json) = document(&args[0]) else { return Ok(Value::Null) };
    let all = match cast::as_text(&args[1], cx).to_ascii_lowercase().as_str() {
        "one" => false,
        "all" => true,
        _ => return Err(EvaluateError::runtime("the second argument is `one` or `all`")),
    };
    for path in &args[2..] {
        if path.is_null() {
            return Ok(Value::Null);
        }
        if at_mysql_path(&json, &cast::as_text(path, cx))?.is_some() != all {
            return Ok(Value::Integer((!all).into()));
        }
    }
    Ok(Value::Integer(all.into()))
}
