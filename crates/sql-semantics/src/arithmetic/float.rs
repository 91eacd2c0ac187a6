//! Binary floating point, the same on every platform.

use crate::EvaluateError;
use seedbed_schema_model::BinaryOp;
use seedbed_sql_values::Value;

/// PostgreSQL's `double precision`: overflow and division by zero are errors.
pub(super) fn postgres(op: BinaryOp, x: f64, y: f64) -> Result<Value, EvaluateError> {
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div if y == 0.0 && !x.is_nan() => return Err(EvaluateError::runtime("division by zero")),
        BinaryOp::Div => x / y,
        BinaryOp::Power => power(x, y)?,
        _ => return Err(EvaluateError::unsupported("this operator on floats")),
    };
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(EvaluateError::runtime("value out of range: overflow"));
    }
    if result == 0.0 && x != 0.0 && y != 0.0 && matches!(op, BinaryOp::Mul | BinaryOp::Div) && y.is_finite() {
        return Err(EvaluateError::runtime("value out of range: underflow"));
    }
    Ok(Value::Float(result))
}

/// `x` to the power of `y`, as SQL refuses its poles.
pub(crate) fn power(x: f64, y: f64) -> Result<f64, EvaluateError> {
    if x == 0.0 && y < 0.0 {
        return Err(EvaluateError::runtime("zero raised to a negative power is undefined"));
    }
    if x < 0.0 && y.is_finite() && libm::trunc(y) != y {
        return Err(EvaluateError::runtime(
            "a negative number raised to a non-integer power yields a complex result",
        ));
    }
    Ok(libm::pow(x, y))
}

/// The remainder with the dividend's sign.
pub(crate) fn remainder(x: f64, y: f64) -> f64 {
    libm::fmod(x, y)
}
