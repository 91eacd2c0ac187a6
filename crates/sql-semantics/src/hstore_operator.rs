//! `->`, `?`, `?&`, `?|`, `@>`, `<@`, `||` and `-` on hstore.
//!
//! PostgreSQL's manual, §F.18.2: the same marks as those of JSON, with meanings of their own. A text beside an hstore is a key
//! where a key is asked for, else it is read as an hstore.

use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::{BinaryOp, SqlType};
use seedbed_sql_values::{Value, parse_value};
use std::collections::BTreeMap;

/// The pairs of an hstore.
type Pairs = BTreeMap<String, Option<String>>;

/// Whether an operator is hstore's for these operands.
pub(crate) fn handles(a: &Value, b: &Value) -> bool {
    matches!(a, Value::Map(_)) || matches!(b, Value::Map(_))
}

/// `a op b`.
pub(crate) fn apply(op: BinaryOp, a: &Value, b: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let left = pairs(a, cx)?;
    Ok(match op {
        BinaryOp::JsonGet => match b {
            Value::Array(_) => Value::Array(keys(b, cx)?.iter().map(|key| at(&left, key)).collect()),
            key => at(&left, &cast::as_text(key, cx)),
        },
        BinaryOp::JsonHasKey => Value::Boolean(left.contains_key(&cast::as_text(b, cx))),
        BinaryOp::JsonHasAny => Value::Boolean(keys(b, cx)?.iter().any(|key| left.contains_key(key))),
        BinaryOp::JsonHasAll => Value::Boolean(keys(b, cx)?.iter().all(|key| left.contains_key(key))),
        BinaryOp::Contains => Value::Boolean(contains(&left, &pairs(b, cx)?)),
        BinaryOp::ContainedBy => Value::Boolean(contains(&pairs(b, cx)?, &left)),
        BinaryOp::Concat => {
            let mut both = left;
            both.extend(pairs(b, cx)?);
            Value::Map(both)
        }
        BinaryOp::Sub => Value::Map(without(left, b, cx)?),
        _ => return Err(EvaluateError::unsupported("this operator on `hstore`")),
    })
}

/// A key's value; NULL where it has none.
fn at(pairs: &Pairs, key: &str) -> Value {
    pairs.get(key).cloned().flatten().map_or(Value::Null, Value::Text)
}

/// Whether all pairs of one are in another.
fn contains(outer: &Pairs, inner: &Pairs) -> bool {
    inner.iter().all(|(key, value)| outer.get(key) == Some(value))
}

/// `h - 'key'`, `h - ARRAY['a', 'b']`, `h - h`.
fn without(mut pairs: Pairs, taken: &Value, cx: &Context<'_>) -> Result<Pairs, EvaluateError> {
    match taken {
        Value::Map(other) => pairs.retain(|key, value| other.get(key) != Some(value)),
        Value::Array(_) => {
            let keys = keys(taken, cx)?;
            pairs.retain(|key, _| !keys.contains(key));
        }
        key => {
            pairs.remove(&cast::as_text(key, cx));
        }
    }
    Ok(pairs)
}

/// An operand as an hstore.
pub(crate) fn pairs(value: &Value, cx: &Context<'_>) -> Result<Pairs, EvaluateError> {
    let read = match value {
        Value::Map(pairs) => return Ok(pairs.clone()),
        Value::Text(text) => parse_value(text, &SqlType::Hstore, cx.schema),
        _ => return Err(EvaluateError::unsupported("an operator of `hstore` on something else")),
    };
    match read {
        Ok(Value::Map(pairs)) => Ok(pairs),
        Ok(_) => Err(EvaluateError::unsupported("an operator of `hstore` on something else")),
        Err(error) => Err(EvaluateError::runtime(error.to_string())),
    }
}

/// An array of keys, or its text.
fn keys(value: &Value, cx: &Context<'_>) -> Result<Vec<String>, EvaluateError> {
    let array = match value {
        Value::Text(text) => cast::text_to_array(text, &SqlType::TEXT, cx)?,
        other => other.clone(),
    };
    match array {
        Value::Array(items) => Ok(items.iter().map(|item| cast::as_text(item, cx)).collect()),
        _ => Err(EvaluateError::unsupported("keys that are no array")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Dialect, Schema};

    fn on(op: BinaryOp, hstore: &str, other: Value) -> Value {
        let schema = Schema::new(Dialect::Postgres);
        let cx = Context::new(&schema, None);
        let left = parse_value(hstore, &SqlType::Hstore, &schema).unwrap();
        apply(op, &left, &other, &cx).unwrap()
    }

    #[test]
    fn operators_are_those_of_the_manual() {
        let text = |t: &str| Value::Text(t.into());
        assert_eq!(on(BinaryOp::JsonGet, "a=>x, b=>y", text("a")), text("x"));
        assert_eq!(on(BinaryOp::JsonGet, "a=>NULL", text("a")), Value::Null);
        assert_eq!(on(BinaryOp::JsonHasKey, "a=>1", text("a")), Value::Boolean(true));
        assert_eq!(on(BinaryOp::JsonHasAll, "a=>1,b=>2", text("{a,b}")), Value::Boolean(true));
        assert_eq!(on(BinaryOp::JsonHasAny, "a=>1,b=>2", text("{b,c}")), Value::Boolean(true));
        assert_eq!(on(BinaryOp::Contains, "a=>b, b=>1, c=>NULL", text("b=>1")), Value::Boolean(true));
        assert_eq!(on(BinaryOp::Contains, "a=>b", text("a=>c")), Value::Boolean(false));
        assert_eq!(on(BinaryOp::ContainedBy, "a=>c", text("a=>b, b=>1")), Value::Boolean(false));
    }
}
