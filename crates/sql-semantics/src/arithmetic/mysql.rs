//! MySQL: `/` is exact with four more digits, `DIV` is whole, a zero divisor gives NULL.

use super::{Arithmetic, integer_result, no_numbers, no_operator, remainder};
use crate::compare::mysql::number_of;
use crate::typing::is_unsigned;
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::{BinaryOp, Expr};
use seedbed_sql_values::Value;
use seedbed_sql_values::number::{numeric_prefix, to_decimal, to_float};
use seedbed_sql_values::quotient::mysql_quotient;

/// Text by the float that it begins with, dates as numbers.
pub(crate) fn operand(value: Value) -> Value {
    match value {
        Value::Text(text) => match numeric_prefix(&text) {
            Value::Integer(n) => Value::Float(n as f64),
            number => number,
        },
        Value::Bytes(bytes) => numeric_prefix(&String::from_utf8_lossy(&bytes)),
        value => number_of(&value),
    }
}

/// `a op b`.
pub(crate) fn operate(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    numbers(op, &operand(a), &operand(b), &cx.semantics.arithmetic)
}

/// Unsigned arithmetic raises an error below zero; which sign applies only the types tell.
pub(crate) fn check_result(
    value: &Value,
    op: BinaryOp,
    left: &Expr,
    right: &Expr,
    cx: &Context<'_>,
) -> Result<(), EvaluateError> {
    let arithmetic = matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul);
    let negative = matches!(value, Value::Integer(..0));
    if arithmetic && negative && (is_unsigned(left, cx) || is_unsigned(right, cx)) {
        return Err(EvaluateError::runtime("BIGINT UNSIGNED value is out of range"));
    }
    Ok(())
}

/// Integers stay integers but for `/`; a float makes a float, all else is exact.
fn numbers(op: BinaryOp, a: &Value, b: &Value, rules: &Arithmetic) -> Result<Value, EvaluateError> {
    let divides = matches!(op, BinaryOp::Div | BinaryOp::IntDiv | BinaryOp::Mod);
    if divides && to_float(b) == 0.0 {
        return Ok(Value::Null);
    }
    if matches!(a, Value::Float(_)) || matches!(b, Value::Float(_)) {
        return floats(op, to_float(a), to_float(b));
    }
    let out_of_range = || EvaluateError::runtime("value is out of range");
    if let (Value::Integer(x), Value::Integer(y)) = (a, b)
        && op != BinaryOp::Div
    {
        let exact = match op {
            BinaryOp::Add => x.checked_add(*y),
            BinaryOp::Sub => x.checked_sub(*y),
            BinaryOp::Mul => x.checked_mul(*y),
            BinaryOp::IntDiv => x.checked_div(*y),
            BinaryOp::Mod => x.checked_rem(*y),
            _ => return Err(no_operator()),
        };
        return integer_result(exact, 0.0, rules);
    }
    let (Some(x), Some(y)) = (to_decimal(a), to_decimal(b)) else {
        return Err(no_numbers(a, b));
    };
    let result = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::Div => mysql_quotient(x, y),
        BinaryOp::Mod => x.checked_rem(y),
        BinaryOp::IntDiv => {
            let whole = x.checked_div(y, 10).and_then(|q| q.truncated(0)).ok_or_else(out_of_range)?;
            return Ok(Value::Integer(whole.unscaled));
        }
        _ => return Err(no_operator()),
    };
    result.map(Value::Decimal).ok_or_else(out_of_range)
}

/// Double precision; an infinite result is an error (manual, §11.1.7).
fn floats(op: BinaryOp, x: f64, y: f64) -> Result<Value, EvaluateError> {
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        BinaryOp::Mod => remainder(x, y),
        BinaryOp::IntDiv => return Ok(Value::Integer(cast::saturating_integer(x / y))),
        _ => return Err(no_operator()),
    };
    if result.is_finite() {
        Ok(Value::Float(result))
    } else {
        Err(EvaluateError::runtime("value is out of range"))
    }
}
