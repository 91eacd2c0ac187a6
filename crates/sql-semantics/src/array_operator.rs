//! `@>`, `<@`, `&&`, `||` and subscripts on arrays.
//!
//! PostgreSQL's array operators (manual, §9.19). An array literal as text is read as an array of the other side's kind.

use crate::compare::{Basis, ConstantType, compare};
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::{BinaryOp, SqlType};
use seedbed_sql_values::Value;

/// Whether the operator is one of arrays for these operands.
pub(crate) fn handles(op: BinaryOp, a: &Value, b: &Value) -> bool {
    let array = matches!(a, Value::Array(_)) || matches!(b, Value::Array(_));
    match op {
        BinaryOp::Contains | BinaryOp::ContainedBy | BinaryOp::Overlaps => true,
        BinaryOp::Concat => array,
        _ => false,
    }
}

/// `a op b`.
pub(crate) fn apply(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if op == BinaryOp::Concat {
        return Ok(concat(a, b));
    }
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let (a, b) = (elements(a, &b, cx)?, elements(b, &Value::Null, cx)?);
    let holds = |found: &[Value], wanted: &Value| -> Result<bool, EvaluateError> {
        for item in found {
            if compare(item, wanted, &Basis::Plain, cx)?.is_some_and(|order| order.is_eq()) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let all = |found: &[Value], wanted: &[Value]| -> Result<bool, EvaluateError> {
        wanted.iter().try_fold(true, |so_far, item| Ok(so_far && holds(found, item)?))
    };
    Ok(Value::Boolean(match op {
        BinaryOp::Contains => all(&a, &b)?,
        BinaryOp::ContainedBy => all(&b, &a)?,
        _ => b.iter().try_fold(false, |so_far, item| Ok::<_, EvaluateError>(so_far || holds(&a, item)?))?,
    }))
}

/// `array[index]`, NULL out of bounds.
pub(crate) fn subscript(array: &Value, index: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match (array, index) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Array(items), Value::Integer(n)) => {
            Ok(usize::try_from(*n - 1).ok().and_then(|i| items.get(i)).cloned().unwrap_or(Value::Null))
        }
        (Value::Json(json), Value::Text(key)) => {
            Ok(json.get(key).map_or(Value::Null, |found| Value::Json(Box::new(found.clone()))))
        }
        (Value::Json(json), Value::Integer(n)) => Ok(usize::try_from(*n)
            .ok()
            .and_then(|i| json.get(i))
            .map_or(Value::Null, |found| Value::Json(Box::new(found.clone())))),
        (_, index) => Err(EvaluateError::unsupported(format!("a subscript `{}`", cast::as_text(index, cx)))),
    }
}

/// The elements of an operand, those of all dimensions in a row.
fn elements(value: Value, other: &Value, cx: &Context<'_>) -> Result<Vec<Value>, EvaluateError> {
    let array = match value {
        Value::Text(text)
            if cx.semantics.comparisons.constants == ConstantType::Untyped
                && matches!(other, Value::Array(_) | Value::Null) =>
        {
            cast::text_to_array(&text, &SqlType::TEXT, cx)?
        }
        other => other,
    };
    match array {
        Value::Array(items) => Ok(flat(items)),
        _ => Err(EvaluateError::unsupported("a containment operator on something that is no array")),
    }
}

/// Containment looks at elements, not at dimensions.
fn flat(items: Vec<Value>) -> Vec<Value> {
    items
        .into_iter()
        .flat_map(|item| if let Value::Array(inner) = item { flat(inner) } else { vec![item] })
        .collect()
}

/// Two arrays, or an array and an element at its front or end.
fn concat(a: Value, b: Value) -> Value {
    match (a, b) {
        (Value::Array(mut a), Value::Array(b)) => {
            a.extend(b);
            Value::Array(a)
        }
        (Value::Array(a), Value::Null) | (Value::Null, Value::Array(a)) => Value::Array(a),
        (Value::Array(mut a), item) => {
            a.push(item);
            Value::Array(a)
        }
        (item, Value::Array(mut b)) => {
            b.insert(0, item);
            Value::Array(b)
        }
        _ => Value::Null,
    }
}
