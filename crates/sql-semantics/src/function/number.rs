//! Functions of numbers.
//!
//! PostgreSQL's manual, §9.3; MySQL's, §12.6; SQLite's lang_mathfunc.html and lang_corefunc.html. Transcendental
//! functions are those of `libm`, the same bits on every platform.

use super::{BuiltinFunction, OutsideDomain, WholeResult, mismatch, strict};
use crate::arithmetic::{power as float_power, remainder};
use crate::compare::mysql::number_of;
use crate::{Context, EvaluateError, arithmetic};
use seedbed_schema_model::BinaryOp;
use seedbed_sql_values::number::{numeric_text, to_float};
use seedbed_sql_values::{Decimal, Value};

/// What all have.
#[rustfmt::skip]
pub(crate) const COMMON: &[BuiltinFunction] = &[
    strict("power", (2, 2), power),
    strict("pow",   (2, 2), power),
    strict("sqrt",  (1, 1), sqrt),
    strict("exp",   (1, 1), |a, cx| float_function(a, cx, libm::exp)),
    strict("ln",    (1, 1), |a, cx| logarithm(a, cx, libm::log)),
    strict("log10", (1, 1), |a, cx| logarithm(a, cx, libm::log10)),
];

/// What SQLite lacks.
#[rustfmt::skip]
pub(crate) const POSTGRES_AND_MYSQL: &[BuiltinFunction] = &[
    strict("abs",     (1, 1), abs),
    strict("sign",    (1, 1), sign),
    strict("floor",   (1, 1), |a, cx| whole(a, cx, "floor", Decimal::floor, libm::floor)),
    strict("ceil",    (1, 1), |a, cx| whole(a, cx, "ceil", Decimal::ceil, libm::ceil)),
    strict("ceiling", (1, 1), |a, cx| whole(a, cx, "ceiling", Decimal::ceil, libm::ceil)),
    strict("mod",     (2, 2), modulo),
];

/// What MySQL lacks.
#[rustfmt::skip]
pub(crate) const POSTGRES_AND_SQLITE: &[BuiltinFunction] = &[
    strict("trunc", (1, 2), truncate),
    strict("log",   (1, 1), |a, cx| logarithm(a, cx, libm::log10)),
];

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("round", (1, 2), round_postgres),
    strict("div",   (2, 2), whole_division),
    strict("scale", (1, 1), scale),
    strict("gcd",   (2, 2), gcd),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("round",    (1, 2), round_mysql),
    strict("truncate", (2, 2), truncate),
];

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    strict("abs",     (1, 1), abs_sqlite),
    strict("sign",    (1, 1), sign_sqlite),
    strict("floor",   (1, 1), |a, cx| whole_sqlite(a, cx, "floor", Decimal::floor, libm::floor)),
    strict("ceil",    (1, 1), |a, cx| whole_sqlite(a, cx, "ceil", Decimal::ceil, libm::ceil)),
    strict("ceiling", (1, 1), |a, cx| whole_sqlite(a, cx, "ceiling", Decimal::ceil, libm::ceil)),
    strict("round",   (1, 2), round_sqlite),
    strict("mod",     (2, 2), modulo_sqlite),
];

/// The argument as a number, as the dialect takes it for one.
fn number(value: &Value, function: &str, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match (cx.semantics.functions.number)(value)? {
        number @ (Value::Integer(_) | Value::Decimal(_) | Value::Float(_)) => Ok(number),
        other => Err(mismatch(function, &other)),
    }
}

/// Text has to be a number from end to end.
pub(crate) fn whole_text_number(value: &Value) -> Result<Value, EvaluateError> {
    match value {
        Value::Text(text) => numeric_text(text)
            .ok_or_else(|| EvaluateError::runtime(format!("invalid input syntax for a number: `{text}`"))),
        other => Ok(other.clone()),
    }
}

/// Text counts for the number that it begins with.
pub(crate) fn leading_number(value: &Value) -> Result<Value, EvaluateError> {
    Ok(number_of(value))
}

/// The type of a whole number in the context's dialect.
fn whole_result(cx: &Context<'_>) -> WholeResult {
    cx.semantics.functions.whole
}

/// The magnitude, of the argument's type.
fn abs(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(match number(&args[0], "abs", cx)? {
        Value::Integer(n) => Value::Integer(n.abs()),
        Value::Decimal(d) => Value::Decimal(Decimal::new(d.unscaled.max(-i128::MAX).abs(), d.scale)),
        Value::Float(f) => Value::Float(f.abs()),
        other => other,
    })
}

/// Of a text a float.
fn abs_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match (&args[0], number(&args[0], "abs", cx)?) {
        (Value::Text(_), Value::Integer(n)) => Ok(Value::Float((n as f64).abs())),
        (_, Value::Integer(n)) if n == i64::MIN.into() => Err(EvaluateError::runtime("integer overflow")),
        _ => abs(args, cx),
    }
}

/// -1, 0 or 1.
fn sign(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(match (number(&args[0], "sign", cx)?, whole_result(cx)) {
        (Value::Integer(n), WholeResult::FloatOrDecimal) => Value::Float(n.signum() as f64),
        (Value::Integer(n), WholeResult::Integer) => Value::Integer(n.signum()),
        (Value::Decimal(d), WholeResult::FloatOrDecimal) => {
            Value::Decimal(Decimal::new(d.unscaled.signum(), 0))
        }
        (Value::Decimal(d), WholeResult::Integer) => Value::Integer(d.unscaled.signum()),
        (other, WholeResult::FloatOrDecimal) => Value::Float(sign_of(to_float(&other)) as f64),
        (other, WholeResult::Integer) => Value::Integer(sign_of(to_float(&other))),
    })
}

/// The sign of a float; 0 for NaN.
fn sign_of(f: f64) -> i128 {
    i128::from(f > 0.0) - i128::from(f < 0.0)
}

/// NULL of what is no number.
fn sign_sqlite(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let number = match &args[0] {
        Value::Text(text) => numeric_text(text),
        Value::Bytes(_) => None,
        other => Some(other.clone()),
    };
    Ok(number.map_or(Value::Null, |number| Value::Integer(sign_of(to_float(&number)))))
}

/// `floor` and `ceil`.
fn whole(
    args: &[Value],
    cx: &Context<'_>,
    name: &str,
    exact: fn(Decimal) -> i128,
    float: fn(f64) -> f64,
) -> Result<Value, EvaluateError> {
    Ok(match (number(&args[0], name, cx)?, whole_result(cx)) {
        (Value::Integer(n), WholeResult::FloatOrDecimal) => Value::Float(n as f64),
        (Value::Decimal(d), WholeResult::FloatOrDecimal) => Value::Decimal(Decimal::new(exact(d), 0)),
        (Value::Decimal(d), WholeResult::Integer) => Value::Integer(exact(d)),
        (Value::Float(f), _) => Value::Float(float(f)),
        (other, _) => other,
    })
}

/// `floor` and `ceil`: NULL of a text that is no number.
fn whole_sqlite(
    args: &[Value],
    cx: &Context<'_>,
    name: &str,
    exact: fn(Decimal) -> i128,
    float: fn(f64) -> f64,
) -> Result<Value, EvaluateError> {
    let Value::Text(text) = &args[0] else { return whole(args, cx, name, exact, float) };
    Ok(numeric_text(text).map_or(Value::Null, |n| match n {
        Value::Float(f) => Value::Float(float(f)),
        other => other,
    }))
}

/// The second argument of `round` and `trunc`: digits behind the point, before it when negative; 0 when left out.
fn digits(args: &[Value], cx: &Context<'_>) -> Result<i32, EvaluateError> {
    match args.get(1).map(|d| number(d, "round", cx)).transpose()? {
        None => Ok(0),
        Some(Value::Integer(n)) => Ok(n.clamp(-60, 60) as i32),
        Some(other) => Ok(to_float(&other).clamp(-60.0, 60.0) as i32),
    }
}

/// The result has more digits than a decimal holds here.
fn too_long() -> EvaluateError {
    EvaluateError::unsupported("a numeric beyond 38 digits")
}

/// Floats by the C library's `rint`, halves to even, and to a whole number only.
fn round_postgres(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (value, digits) = (number(&args[0], "round", cx)?, digits(args, cx)?);
    match value {
        Value::Decimal(d) => d.rounded(digits).map(Value::Decimal).ok_or_else(too_long),
        Value::Integer(n) if args.len() == 1 => Ok(Value::Float(n as f64)),
        Value::Integer(n) => Decimal::new(n, 0).rounded(digits).map(Value::Decimal).ok_or_else(too_long),
        Value::Float(f) if digits == 0 => Ok(Value::Float(libm::rint(f))),
        other => Err(mismatch("round", &other)),
    }
}

/// Floats by the C library's `rint`, halves to even.
fn round_mysql(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (value, digits) = (number(&args[0], "round", cx)?, digits(args, cx)?);
    match value {
        Value::Decimal(d) => d.rounded(digits).map(Value::Decimal).ok_or_else(too_long),
        Value::Integer(n) => {
            let rounded = Decimal::new(n, 0).rounded(digits.min(0)).ok_or_else(too_long)?;
            Ok(Value::Integer(rounded.unscaled))
        }
        Value::Float(f) if digits == 0 => Ok(Value::Float(libm::rint(f))),
        Value::Float(f) => {
            let factor = libm::pow(10.0, digits.abs().into());
            let scaled =
                if digits > 0 { libm::rint(f * factor) / factor } else { libm::rint(f / factor) * factor };
            Ok(Value::Float(scaled))
        }
        other => Err(mismatch("round", &other)),
    }
}

/// Always a float.
fn round_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (value, digits) = (number(&args[0], "round", cx)?, digits(args, cx)?);
    Ok(Value::Float(rounded_text(to_float(&value), digits.clamp(0, 30))))
}

/// SQLite rounds the decimal text of the number, halves away from zero.
fn rounded_text(f: f64, digits: i32) -> f64 {
    if !f.is_finite() || f.abs() > 4_503_599_627_370_496.0 {
        return f;
    }
    if digits == 0 {
        return libm::trunc(f + if f < 0.0 { -0.5 } else { 0.5 });
    }
    Decimal::from_float(f).and_then(|d| d.rounded(digits)).map_or(f, Decimal::to_float)
}

/// The number without its digits beyond so many, towards zero.
fn truncate(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (value, digits) = (number(&args[0], "trunc", cx)?, digits(args, cx)?);
    match value {
        Value::Decimal(d) => d.truncated(digits).map(Value::Decimal).ok_or_else(too_long),
        Value::Integer(n) if whole_result(cx) == WholeResult::FloatOrDecimal && args.len() == 1 => {
            Ok(Value::Float(n as f64))
        }
        Value::Integer(n) => {
            let cut = Decimal::new(n, 0).truncated(digits.min(0)).ok_or_else(too_long)?;
            Ok(Value::Integer(cut.unscaled))
        }
        Value::Float(f) if digits == 0 => Ok(Value::Float(libm::trunc(f))),
        other => Err(mismatch("trunc", &other)),
    }
}

/// The same as `%`.
fn modulo(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    arithmetic::binary(BinaryOp::Mod, args[0].clone(), args[1].clone(), cx)
}

/// Of floats.
fn modulo_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (x, y) = (to_float(&number(&args[0], "mod", cx)?), to_float(&number(&args[1], "mod", cx)?));
    let rest = remainder(x, y);
    Ok(if rest.is_nan() { Value::Null } else { Value::Float(rest) })
}

/// PostgreSQL's `div`: the quotient cut off to a whole `numeric`.
fn whole_division(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match arithmetic::binary(BinaryOp::Div, args[0].clone(), args[1].clone(), cx)? {
        Value::Decimal(d) => d.truncated(0).map(Value::Decimal).ok_or_else(too_long),
        Value::Integer(n) => Ok(Value::Decimal(Decimal::new(n, 0))),
        other => Err(mismatch("div", &other)),
    }
}

/// `x` to the power of `y`, as a float.
fn power(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (x, y) = (number(&args[0], "power", cx)?, number(&args[1], "power", cx)?);
    let (x, y) = (to_float(&x), to_float(&y));
    match cx.semantics.functions.outside_domain {
        OutsideDomain::Error => float_power(x, y).map(Value::Float),
        OutsideDomain::Null => {
            let result = libm::pow(x, y);
            Ok(if result.is_nan() { Value::Null } else { Value::Float(result) })
        }
    }
}

/// The square root, as a float.
fn sqrt(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match to_float(&number(&args[0], "sqrt", cx)?) {
        ..0.0 => outside_domain("cannot take square root of a negative number", cx),
        f => Ok(Value::Float(libm::sqrt(f))),
    }
}

/// What the dialect answers where the function has no value.
fn outside_domain(message: &str, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match cx.semantics.functions.outside_domain {
        OutsideDomain::Error => Err(EvaluateError::runtime(message)),
        OutsideDomain::Null => Ok(Value::Null),
    }
}

/// A function of floats that has a value everywhere.
fn float_function(args: &[Value], cx: &Context<'_>, f: fn(f64) -> f64) -> Result<Value, EvaluateError> {
    Ok(Value::Float(f(to_float(&number(&args[0], "exp", cx)?))))
}

/// A logarithm, which numbers above zero have.
fn logarithm(args: &[Value], cx: &Context<'_>, f: fn(f64) -> f64) -> Result<Value, EvaluateError> {
    match to_float(&number(&args[0], "ln", cx)?) {
        ..=0.0 => outside_domain("cannot take logarithm of zero or less", cx),
        x => Ok(Value::Float(f(x))),
    }
}

/// Digits behind the point of a `numeric`.
fn scale(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match &args[0] {
        Value::Decimal(d) => Ok(Value::Integer(d.scale.into())),
        Value::Integer(_) => Ok(Value::Integer(0)),
        other => Err(mismatch("scale", other)),
    }
}

/// The greatest common divisor, by Euclid.
fn gcd(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let (Value::Integer(a), Value::Integer(b)) = (&args[0], &args[1]) else {
        return Err(mismatch("gcd", &args[0]));
    };
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    Ok(Value::Integer(a))
}
