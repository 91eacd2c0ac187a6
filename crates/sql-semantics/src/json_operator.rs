//! `->`, `->>`, `#>`, `#>>`, `?`, and `@>` on JSON.
//!
//! PostgreSQL's manual, §9.16.1; MySQL's `->` and `->>`, §12.17.3; SQLite's json1.html. Each dialect has one
//! function for all of them.

use crate::function::json::{at_sqlite_path, from_json_value, parse_document, scalar_text};
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::BinaryOp;
use seedbed_sql_values::{Json, Value};

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

/// What `->` and its kin mean.
#[derive(Debug)]
pub struct JsonAccess {
    /// What `->` takes.
    pub member: JsonMember,
    /// Computes one of the operators.
    pub(crate) operate: JsonOperators,
}

/// The text on the right of `->`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonMember {
    /// The name of a member, whatever is in it.
    Key,
    /// A path, `$.a.b`, or the name of a member.
    Path,
}

/// `a op b` on a document and what is looked for.
type JsonOperators = fn(BinaryOp, &Value, &Value, &Context<'_>) -> Result<Value, EvaluateError>;

/// `a op b`.
pub(crate) fn apply(op: BinaryOp, a: &Value, b: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    (cx.semantics.json.operate)(op, a, b, cx)
}

/// PostgreSQL's, which take keys, indices and arrays of them.
pub(crate) fn by_key(op: BinaryOp, a: &Value, b: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let json = parse_document(a)?;
    let found = |found: Option<&Json>| found.map_or(Value::Null, |json| Value::Json(Box::new(json.clone())));
    Ok(match op {
        BinaryOp::Contains => Value::Boolean(contains(&json, &parse_document(b)?, 0)),
        BinaryOp::ContainedBy => Value::Boolean(contains(&parse_document(b)?, &json, 0)),
        BinaryOp::JsonGet => found(member(&json, b)),
        BinaryOp::JsonGetText => member(&json, b).map_or(Value::Null, scalar_text),
        BinaryOp::JsonPath => found(descend(&json, &keys(b, cx)?)),
        BinaryOp::JsonPathText => descend(&json, &keys(b, cx)?).map_or(Value::Null, scalar_text),
        BinaryOp::JsonHasKey => Value::Boolean(has_key(&json, &cast::as_text(b, cx))),
        BinaryOp::JsonHasAny => Value::Boolean(keys(b, cx)?.iter().any(|key| has_key(&json, key))),
        BinaryOp::JsonHasAll => Value::Boolean(keys(b, cx)?.iter().all(|key| has_key(&json, key))),
        _ => return Err(EvaluateError::unsupported("this operator on `jsonb`")),
    })
}

/// SQLite's `->` and `->>`, which take a path or a key and answer text and scalars.
pub(crate) fn sqlite_path(
    op: BinaryOp,
    a: &Value,
    b: &Value,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    let json = parse_document(a)?;
    Ok(match (op, at_sqlite_path(&json, &path(b, cx))?) {
        (_, None) => Value::Null,
        (BinaryOp::JsonGet, Some(found)) => Value::Text(found.to_string()),
        (BinaryOp::JsonGetText, Some(found)) => from_json_value(found),
        _ => return Err(no_operator()),
    })
}

/// MySQL's, which answer documents and text, a JSON null as the word.
pub(crate) fn mysql_path(
    op: BinaryOp,
    a: &Value,
    b: &Value,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    let json = parse_document(a)?;
    Ok(match (op, at_sqlite_path(&json, &path(b, cx))?) {
        (_, None) => Value::Null,
        (BinaryOp::JsonGet, Some(found)) => Value::Json(Box::new(found.clone())),
        (BinaryOp::JsonGetText, Some(found)) => match from_json_value(found) {
            Value::Null => Value::Text("null".into()),
            value => value,
        },
        _ => return Err(no_operator()),
    })
}

/// The dialect does not have the operator on documents.
fn no_operator() -> EvaluateError {
    EvaluateError::unsupported("this operator on JSON")
}

/// The path that the right side of `->` means: itself, an element's number, or a member's name.
fn path(key: &Value, cx: &Context<'_>) -> String {
    match key {
        Value::Integer(n) => format!("$[{n}]"),
        other => match cast::as_text(other, cx) {
            path if path.starts_with('$') => path,
            key => format!("$.\"{key}\""),
        },
    }
}

/// A member by its name, or an element by its number.
fn member<'j>(json: &'j Json, key: &Value) -> Option<&'j Json> {
    match (json, key) {
        (Json::Object(members), Value::Text(key)) => members.get(key),
        (Json::Array(items), Value::Integer(n)) => items.get(array_index(*n, items.len())?),
        _ => None,
    }
}

/// Negative subscripts count from the end.
fn array_index(n: i128, length: usize) -> Option<usize> {
    usize::try_from(if n < 0 { n + length as i128 } else { n }).ok()
}

/// The steps of a path, which PostgreSQL writes as an array of text: `{a,0}`.
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

/// Follows a path from member to member.
fn descend<'j>(json: &'j Json, path: &[String]) -> Option<&'j Json> {
    path.iter().try_fold(json, |at, key| match at {
        Json::Object(members) => members.get(key),
        Json::Array(items) => items.get(array_index(key.parse().ok()?, items.len())?),
        _ => None,
    })
}

/// PostgreSQL's `?`: a member's name, an element that is the string, or the string itself.
fn has_key(json: &Json, key: &str) -> bool {
    match json {
        Json::Object(members) => members.contains_key(key),
        Json::Array(items) => items.iter().any(|item| item.as_str() == Some(key)),
        Json::String(text) => text == key,
        _ => false,
    }
}

/// `jsonb` containment: objects by members, arrays by elements in any order; an array contains a bare scalar too.
fn contains(outer: &Json, inner: &Json, depth: usize) -> bool {
    use Json::{Array, Object};
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
