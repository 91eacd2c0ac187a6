//! Functions of JSON.
//!
//! PostgreSQL's manual, §9.16; MySQL's, §12.17; SQLite's json1.html. A document comes as a JSON value or as its text.

use super::{BuiltinFunction, lenient, mismatch, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;
use seedbed_sql_values::notation::push_json;
use serde_json::Value as Json;

/// What PostgreSQL lacks.
#[rustfmt::skip]
pub(crate) const MYSQL_AND_SQLITE: &[BuiltinFunction] = &[
    strict("json_valid", (1, 1), json_valid),
];

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("json_typeof",        (1, 1), |a, _| Ok(Value::Text(postgres_type(&parse_document(&a[0])?).to_owned()))),
    strict("jsonb_typeof",       (1, 1), |a, _| Ok(Value::Text(postgres_type(&parse_document(&a[0])?).to_owned()))),
    strict("jsonb_array_length", (1, 1), array_length),
    strict("json_array_length",  (1, 2), array_length),
    strict("jsonb_exists",       (2, 2), |a, cx| crate::json_operator::apply(seedbed_schema_model::BinaryOp::JsonHasKey, &a[0], &a[1], cx)),
    lenient("to_jsonb",          (1, 1), to_json),
    lenient("to_json",           (1, 1), to_json),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("json_length",  (1, 1), json_length),
    strict("json_type",    (1, 2), |a, cx| json_type(a, cx, mysql_type)),
    strict("json_extract", (2, 2), json_extract_document),
    strict("json_unquote", (1, 1), json_unquote),
];

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    strict("json_array_length", (1, 2), array_length_sqlite),
    strict("json_type",         (1, 2), |a, cx| json_type(a, cx, sqlite_type)),
    strict("json_extract",      (2, 2), json_extract_scalar),
];

/// A JSON value, or the text of one.
pub(crate) fn parse_document(value: &Value) -> Result<Json, EvaluateError> {
    match value {
        Value::Json(json) => Ok((**json).clone()),
        Value::Text(text) => serde_json::from_str(text).map_err(|_| EvaluateError::runtime("malformed JSON")),
        Value::Integer(n) => Ok(i64::try_from(*n).map_or(Json::Null, Json::from)),
        Value::Float(f) => Ok(Json::from(*f)),
        other => Err(mismatch("json", other)),
    }
}

/// A scalar as SQL has it: what SQLite's `->>` and `json_extract` answer.
pub(crate) fn from_json_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Integer((*b).into()),
        Json::Number(n) => {
            n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap_or(0.0)), |n| Value::Integer(n.into()))
        }
        Json::String(text) => Value::Text(text.clone()),
        other => Value::Text(other.to_string()),
    }
}

/// PostgreSQL's `->>`: text without quotes, NULL for a JSON null.
pub(crate) fn scalar_text(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::String(text) => Value::Text(text.clone()),
        other => {
            let mut out = String::new();
            push_json(&mut out, other, true);
            Value::Text(out)
        }
    }
}

/// Follows `$.name."quoted name"[0]`, as SQLite and MySQL write paths.
pub(crate) fn at_sqlite_path<'j>(json: &'j Json, path: &str) -> Result<Option<&'j Json>, EvaluateError> {
    at_path(json, path, |at| at.as_array().map(Vec::as_slice))
}

/// [`at_sqlite_path`], by which anything but an array is its own element 0.
pub(super) fn at_mysql_path<'j>(json: &'j Json, path: &str) -> Result<Option<&'j Json>, EvaluateError> {
    at_path(json, path, |at| Some(at.as_array().map_or(std::slice::from_ref(at), Vec::as_slice)))
}

/// Follows a path; `elements` are those that an index counts.
fn at_path<'j>(
    json: &'j Json,
    path: &str,
    elements: fn(&'j Json) -> Option<&'j [Json]>,
) -> Result<Option<&'j Json>, EvaluateError> {
    let bad = || EvaluateError::unsupported(format!("the JSON path `{path}`"));
    let mut rest = path.strip_prefix('$').ok_or_else(bad)?;
    let mut at = Some(json);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(".\"") {
            let (key, tail) = after.split_once('"').ok_or_else(bad)?;
            at = at.and_then(|j| j.as_object()).and_then(|o| o.get(key));
            rest = tail;
        } else if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            if end == 0 || after[..end].contains('*') {
                return Err(bad());
            }
            at = at.and_then(|j| j.as_object()).and_then(|o| o.get(&after[..end]));
            rest = &after[end..];
        } else {
            let (index, tail) = rest.strip_prefix('[').and_then(|r| r.split_once(']')).ok_or_else(bad)?;
            let items = at.and_then(elements);
            let index = match index.strip_prefix("#-") {
                Some(back) => items.and_then(|i| i.len().checked_sub(back.parse().ok()?)),
                None => Some(index.parse::<usize>().map_err(|_| bad())?),
            };
            at = items.zip(index).and_then(|(items, i)| items.get(i));
            rest = tail;
        }
    }
    Ok(at)
}

/// 1 where the text is a document, else 0.
fn json_valid(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let valid = match &args[0] {
        Value::Text(text) => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        Value::Json(_) | Value::Integer(_) | Value::Float(_) | Value::Decimal(_) => true,
        _ => false,
    };
    Ok(Value::Integer(valid.into()))
}

/// The word of `jsonb_typeof`.
fn postgres_type(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// How many elements an array has; of anything else it is an error.
fn array_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match located(args, cx)? {
        Some(Json::Array(items)) => Ok(Value::Integer(items.len() as i128)),
        Some(_) => Err(EvaluateError::runtime("cannot get array length of a non-array")),
        None => Ok(Value::Null),
    }
}

/// How many elements an array has; 0 of anything else.
fn array_length_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(located(args, cx)?.map_or(Value::Null, |json| {
        Value::Integer(if let Json::Array(items) = json { items.len() as i128 } else { 0 })
    }))
}

/// The document, or what a path finds in it.
fn located(args: &[Value], cx: &Context<'_>) -> Result<Option<Json>, EvaluateError> {
    let json = parse_document(&args[0])?;
    match args.get(1) {
        Some(path) => Ok(at_sqlite_path(&json, &cast::as_text(path, cx))?.cloned()),
        None => Ok(Some(json)),
    }
}

/// Elements of an array, members of an object, 1 for a scalar.
fn json_length(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(match parse_document(&args[0])? {
        Json::Array(items) => items.len() as i128,
        Json::Object(members) => members.len() as i128,
        _ => 1,
    }))
}

/// The word for the kind of a document, or of what a path finds in it.
fn json_type(
    args: &[Value],
    cx: &Context<'_>,
    name: fn(&Json) -> &'static str,
) -> Result<Value, EvaluateError> {
    Ok(located(args, cx)?.map_or(Value::Null, |json| Value::Text(name(&json).to_owned())))
}

/// The word of MySQL's `JSON_TYPE`.
fn mysql_type(json: &Json) -> &'static str {
    match json {
        Json::Null => "NULL",
        Json::Bool(_) => "BOOLEAN",
        Json::Number(n) if n.is_f64() => "DOUBLE",
        Json::Number(_) => "INTEGER",
        Json::String(_) => "STRING",
        Json::Array(_) => "ARRAY",
        Json::Object(_) => "OBJECT",
    }
}

/// The word of SQLite's `json_type`.
fn sqlite_type(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        Json::Number(n) if n.is_f64() => "real",
        Json::Number(_) => "integer",
        Json::String(_) => "text",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// What a path finds, as a document.
fn json_extract_document(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(located(args, cx)?.map_or(Value::Null, |json| Value::Json(Box::new(json))))
}

/// What a path finds, scalars as SQL has them.
fn json_extract_scalar(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(located(args, cx)?.map_or(Value::Null, |json| from_json_value(&json)))
}

/// The text of a JSON string without its quotes; the text of anything else.
fn json_unquote(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(match &args[0] {
        Value::Json(json) => Value::Text(json.as_str().map_or_else(|| json.to_string(), str::to_owned)),
        other => Value::Text(cast::as_text(other, cx)),
    })
}

/// A value as a document: arrays as arrays, and what JSON has no kind for as text.
fn to_json(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    fn convert(value: &Value, cx: &Context<'_>) -> Result<Json, EvaluateError> {
        Ok(match value {
            Value::Null => Json::Null,
            Value::Boolean(b) => Json::Bool(*b),
            Value::Json(json) => (**json).clone(),
            Value::Array(items) => {
                Json::Array(items.iter().map(|i| convert(i, cx)).collect::<Result<_, _>>()?)
            }
            Value::Integer(_) | Value::Float(_) => parse_document(value)?,
            Value::Decimal(_) => return Err(mismatch("to_jsonb", value)),
            other => Json::String(cast::as_text(other, cx)),
        })
    }
    match &args[0] {
        Value::Null => Ok(Value::Null),
        value => convert(value, cx).map(|json| Value::Json(Box::new(json))),
    }
}
