//! PostgreSQL: operands of one type, errors where a result has none.

use super::{Arithmetic, float, integer_result, no_numbers};
use crate::compare::postgres::typed_like;
use crate::typing::type_of;
use crate::{Context, EvaluateError};
use seedbed_schema_model::{BinaryOp, Expr, SqlType};
use seedbed_sql_values::literal::integer_fits;
use seedbed_sql_values::number::{to_decimal, to_float};
use seedbed_sql_values::quotient::postgres_quotient;
use seedbed_sql_values::{Decimal, Value};

/// `a op b`.
pub(crate) fn operate(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (a, b) = (typed_like(&a, &b, cx)?.into_owned(), typed_like(&b, &a, cx)?.into_owned());
    match (&a, &b) {
        (Value::Integer(x), Value::Integer(y)) => integers(op, *x, *y, &cx.semantics.arithmetic),
        (Value::Float(_), _) | (_, Value::Float(_)) => float::postgres(op, to_float(&a), to_float(&b)),
        _ => match (to_decimal(&a), to_decimal(&b)) {
            (Some(x), Some(y)) => decimals(op, x, y),
            _ => Err(no_numbers(&a, &b)),
        },
    }
}

/// `integer` arithmetic raises an error when it leaves 32 bits; which width applies only the types tell.
pub(crate) fn check_result(
    value: &Value,
    op: BinaryOp,
    left: &Expr,
    right: &Expr,
    cx: &Context<'_>,
) -> Result<(), EvaluateError> {
    let Value::Integer(n) = value else { return Ok(()) };
    let arithmetic = matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul);
    if !arithmetic || i16::try_from(*n).is_ok() {
        return Ok(());
    }
    let bits = |expr| match type_of(expr, cx).as_deref() {
        Some(SqlType::Integer { bits, .. }) => Some(*bits),
        _ => None,
    };
    let width = bits(left).zip(bits(right)).map_or(64, |(a, b)| a.max(b));
    if integer_fits(*n, width, false) {
        return Ok(());
    }
    Err(EvaluateError::runtime("integer out of range"))
}

/// `bigint` arithmetic, exact; `/` cuts off towards zero (manual, §9.3).
fn integers(op: BinaryOp, x: i128, y: i128, rules: &Arithmetic) -> Result<Value, EvaluateError> {
    let result = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::Div | BinaryOp::Mod if y == 0 => return Err(EvaluateError::runtime("division by zero")),
        BinaryOp::Div => x.checked_div(y),
        BinaryOp::Mod => x.checked_rem(y),
        BinaryOp::Power => return float::postgres(op, x as f64, y as f64),
        _ => return Err(EvaluateError::unsupported("this operator on integers")),
    };
    integer_result(result, 0.0, rules)
}

/// `numeric` arithmetic; a result beyond 38 digits is not known here.
fn decimals(op: BinaryOp, x: Decimal, y: Decimal) -> Result<Value, EvaluateError> {
    if matches!(op, BinaryOp::Div | BinaryOp::Mod) && y.unscaled == 0 {
        return Err(EvaluateError::runtime("division by zero"));
    }
    let result = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::Div => postgres_quotient(x, y),
        BinaryOp::Mod => x.checked_rem(y),
        _ => return Err(EvaluateError::unsupported("this operator on numerics")),
    };
    result.map(Value::Decimal).ok_or_else(|| EvaluateError::unsupported("a numeric beyond 38 digits"))
}
