//! SQLite: integers of 64 bits, floats beyond them, NULL where a result is undefined.

use super::{Arithmetic, integer_result, no_operator};
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::{BinaryOp, Expr};
use seedbed_sql_values::Value;
use seedbed_sql_values::number::{numeric_prefix, to_float};

/// Text and binary strings by the number that they begin with.
pub(crate) fn operand(value: Value) -> Value {
    match value {
        Value::Text(text) => numeric_prefix(&text),
        Value::Bytes(bytes) => numeric_prefix(&String::from_utf8_lossy(&bytes)),
        value => value,
    }
}

/// `a op b`.
pub(crate) fn operate(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    numbers(op, &operand(a), &operand(b), &cx.semantics.arithmetic)
}

/// Every result is taken.
pub(crate) fn check_result(
    _: &Value,
    _: BinaryOp,
    _: &Expr,
    _: &Expr,
    _: &Context<'_>,
) -> Result<(), EvaluateError> {
    Ok(())
}

/// Integers stay integers while they fit 64 bits; `/` by zero is NULL (lang_expr.html, §2).
fn numbers(op: BinaryOp, a: &Value, b: &Value, rules: &Arithmetic) -> Result<Value, EvaluateError> {
    if op == BinaryOp::Mod {
        return Ok(remainder(a, b));
    }
    let (x, y) = (to_float(a), to_float(b));
    let float = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        _ => return Err(no_operator()),
    };
    if let (Value::Integer(x), Value::Integer(y)) = (a, b) {
        let exact = match op {
            BinaryOp::Add => x.checked_add(*y),
            BinaryOp::Sub => x.checked_sub(*y),
            BinaryOp::Mul => x.checked_mul(*y),
            _ if *y == 0 => return Ok(Value::Null),
            _ => x.checked_div(*y),
        };
        return integer_result(exact, float, rules);
    }
    let undefined = float.is_nan() || (op == BinaryOp::Div && y == 0.0);
    Ok(if undefined { Value::Null } else { Value::Float(float) })
}

/// Both sides as integers; the result is a float when either was one.
fn remainder(a: &Value, b: &Value) -> Value {
    let integer = |v: &Value| match v {
        Value::Integer(n) => *n,
        other => cast::saturating_integer(to_float(other)),
    };
    let (x, y) = (integer(a), integer(b));
    if y == 0 {
        return Value::Null;
    }
    let rest = x % y;
    if matches!((a, b), (Value::Integer(_), Value::Integer(_))) {
        Value::Integer(rest)
    } else {
        Value::Float(rest as f64)
    }
}
