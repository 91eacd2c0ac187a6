//! Functions of numbers.

use super::{Builtin, In, mismatch, strict};
use crate::arithmetic::{power as float_power, remainder};
use crate::compare::mysql_number;
use crate::number::{numeric_prefix, numeric_text, to_float};
use crate::{Context, Decimal, EvaluateError, Value, arithmetic};
use seedbed_schema_model::{BinaryOp, Dialect};

#[rustfmt::skip]
pub(super) const TABLE: &[Builtin] = &[
    strict("abs",      In::ALL,        (1, 1), abs),
    strict("sign",     In::ALL,        (1, 1), sign),
    strict("floor",    In::ALL,        (1, 1), |a, cx| whole(a, cx, "floor", Decimal::floor, libm::floor)),
    strict("ceil",     In::ALL,        (1, 1), |a, cx| whole(a, cx, "ceil", Decimal::ceil, libm::ceil)),
    strict("ceiling",  In::ALL,        (1, 1), |a, cx| whole(a, cx, "ceiling", Decimal::ceil, libm::ceil)),
    strict("round",    In::ALL,        (1, 2), round),
    strict("trunc",    In::NOT_MYSQL,  (1, 2), truncate),
    strict("truncate", In::MYSQL,      (2, 2), truncate),
    strict("mod",      In::ALL,        (2, 2), modulo),
    strict("div",      In::POSTGRES,   (2, 2), whole_division),
    strict("power",    In::ALL,        (2, 2), power),
    strict("pow",      In::ALL,        (2, 2), power),
    strict("sqrt",     In::ALL,        (1, 1), sqrt),
    strict("exp",      In::ALL,        (1, 1), |a, cx| float_function(a, cx, libm::exp)),
    strict("ln",       In::ALL,        (1, 1), |a, cx| logarithm(a, cx, libm::log)),
    strict("log10",    In::ALL,        (1, 1), |a, cx| logarithm(a, cx, libm::log10)),
    strict("log",      In::NOT_MYSQL,  (1, 1), |a, cx| logarithm(a, cx, libm::log10)),
    strict("scale",    In::POSTGRES,   (1, 1), scale),
    strict("gcd",      In::POSTGRES,   (2, 2), gcd),
];

/// The argument as a number, as the dialect takes it for one.
fn number(value: &Value, function: &str, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let value = match (value, cx.dialect()) {
        (Value::Text(text), Dialect::Postgres) => match numeric_text(text) {
            Some(number) => number,
            None => {
                return Err(EvaluateError::runtime(format!("invalid input syntax for a number: `{text}`")));
            }
        },
        (Value::Text(text), _) => numeric_prefix(text),
        (other, Dialect::Postgres) => other.clone(),
        (other, _) => mysql_number(other),
    };
    match value {
        Value::Integer(_) | Value::Decimal(_) | Value::Float(_) => Ok(value),
        other => Err(mismatch(function, &other)),
    }
}

fn abs(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(match number(&args[0], "abs", cx)? {
        Value::Integer(n) if matches!(args[0], Value::Text(_)) && cx.dialect() == Dialect::Sqlite => {
            Value::Float((n as f64).abs())
        }
        Value::Integer(n) if cx.dialect() == Dialect::Sqlite && n == i64::MIN.into() => {
            return Err(EvaluateError::runtime("integer overflow"));
        }
        Value::Integer(n) => Value::Integer(n.abs()),
        Value::Decimal(d) => Value::Decimal(Decimal::new(d.unscaled.max(-i128::MAX).abs(), d.scale)),
        Value::Float(f) => Value::Float(f.abs()),
        other => other,
    })
}

fn sign(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if cx.dialect() == Dialect::Sqlite {
        let number = match &args[0] {
            Value::Text(text) => match numeric_text(text) {
                Some(number) => number,
                None => return Ok(Value::Null),
            },
            Value::Bytes(_) => return Ok(Value::Null),
            other => other.clone(),
        };
        let f = to_float(&number);
        return Ok(Value::Integer(i128::from(f > 0.0) - i128::from(f < 0.0)));
    }
    Ok(match number(&args[0], "sign", cx)? {
        Value::Integer(n) if cx.dialect() == Dialect::Postgres => Value::Float(n.signum() as f64),
        Value::Integer(n) => Value::Integer(n.signum()),
        Value::Decimal(d) if cx.dialect() == Dialect::Postgres => {
            Value::Decimal(Decimal::new(d.unscaled.signum(), 0))
        }
        Value::Decimal(d) => Value::Integer(d.unscaled.signum()),
        other => {
            let f = to_float(&other);
            let sign = f64::from(i8::from(f > 0.0) - i8::from(f < 0.0));
            if cx.dialect() == Dialect::Postgres { Value::Float(sign) } else { Value::Integer(sign as i128) }
        }
    })
}

/// `floor` and `ceil`: of an integer a float in PostgreSQL, of a text NULL in SQLite unless it is a number.
fn whole(
    args: &[Value],
    cx: &Context<'_>,
    name: &str,
    exact: fn(Decimal) -> i128,
    float: fn(f64) -> f64,
) -> Result<Value, EvaluateError> {
    if let (Value::Text(text), Dialect::Sqlite) = (&args[0], cx.dialect()) {
        return Ok(numeric_text(text).map_or(Value::Null, |n| match n {
            Value::Float(f) => Value::Float(float(f)),
            other => other,
        }));
    }
    Ok(match number(&args[0], name, cx)? {
        Value::Integer(n) if cx.dialect() == Dialect::Postgres => Value::Float(n as f64),
        Value::Decimal(d) if cx.dialect() == Dialect::Postgres => Value::Decimal(Decimal::new(exact(d), 0)),
        Value::Decimal(d) => Value::Integer(exact(d)),
        Value::Float(f) => Value::Float(float(f)),
        other => other,
    })
}

fn digits(args: &[Value], cx: &Context<'_>) -> Result<i32, EvaluateError> {
    match args.get(1).map(|d| number(d, "round", cx)).transpose()? {
        None => Ok(0),
        Some(Value::Integer(n)) => Ok(n.clamp(-60, 60) as i32),
        Some(other) => Ok(to_float(&other).clamp(-60.0, 60.0) as i32),
    }
}

fn round(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (value, digits) = (number(&args[0], "round", cx)?, digits(args, cx)?);
    let too_long = || EvaluateError::unsupported("a numeric beyond 38 digits");
    match (value, cx.dialect()) {
        (value, Dialect::Sqlite) => Ok(Value::Float(sqlite_round(to_float(&value), digits.clamp(0, 30)))),
        (Value::Decimal(d), _) => {
            let rounded = d.rounded(digits).ok_or_else(too_long)?;
            Ok(Value::Decimal(rounded))
        }
        (Value::Integer(n), Dialect::Postgres) if args.len() == 1 => Ok(Value::Float(n as f64)),
        (Value::Integer(n), Dialect::Postgres) => {
            Decimal::new(n, 0).rounded(digits).map(Value::Decimal).ok_or_else(too_long)
        }
        (Value::Integer(n), _) => {
            let rounded = Decimal::new(n, 0).rounded(digits.min(0)).ok_or_else(too_long)?;
            Ok(Value::Integer(rounded.unscaled))
        }
        // Both servers use the C library's rint: halves to even.
        (Value::Float(f), _) if digits == 0 => Ok(Value::Float(libm::rint(f))),
        (Value::Float(f), Dialect::MySql) => {
            let factor = libm::pow(10.0, digits.abs().into());
            let scaled =
                if digits > 0 { libm::rint(f * factor) / factor } else { libm::rint(f / factor) * factor };
            Ok(Value::Float(scaled))
        }
        (other, _) => Err(mismatch("round", &other)),
    }
}

/// SQLite rounds the decimal text of the number, halves away from zero.
fn sqlite_round(f: f64, digits: i32) -> f64 {
    if !f.is_finite() || f.abs() > 4_503_599_627_370_496.0 {
        return f;
    }
    if digits == 0 {
        return libm::trunc(f + if f < 0.0 { -0.5 } else { 0.5 });
    }
    Decimal::from_float(f).and_then(|d| d.rounded(digits)).map_or(f, Decimal::to_float)
}

fn truncate(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (value, digits) = (number(&args[0], "trunc", cx)?, digits(args, cx)?);
    let too_long = || EvaluateError::unsupported("a numeric beyond 38 digits");
    match value {
        Value::Decimal(d) => d.truncated(digits).map(Value::Decimal).ok_or_else(too_long),
        Value::Integer(n) if cx.dialect() == Dialect::Postgres && args.len() == 1 => {
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

fn modulo(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if cx.dialect() == Dialect::Sqlite {
        let (x, y) = (to_float(&number(&args[0], "mod", cx)?), to_float(&number(&args[1], "mod", cx)?));
        let rest = remainder(x, y);
        return Ok(if rest.is_nan() { Value::Null } else { Value::Float(rest) });
    }
    arithmetic::binary(BinaryOp::Mod, args[0].clone(), args[1].clone(), cx)
}

fn whole_division(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match arithmetic::binary(BinaryOp::Div, args[0].clone(), args[1].clone(), cx)? {
        Value::Decimal(d) => d
            .truncated(0)
            .map(Value::Decimal)
            .ok_or_else(|| EvaluateError::unsupported("a numeric beyond 38 digits")),
        Value::Integer(n) => Ok(Value::Decimal(Decimal::new(n, 0))),
        other => Err(mismatch("div", &other)),
    }
}

fn power(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (x, y) = (number(&args[0], "power", cx)?, number(&args[1], "power", cx)?);
    let result = libm::pow(to_float(&x), to_float(&y));
    match cx.dialect() {
        Dialect::Postgres => float_power(to_float(&x), to_float(&y)).map(Value::Float),
        _ if result.is_nan() => Ok(Value::Null),
        _ => Ok(Value::Float(result)),
    }
}

fn sqrt(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let f = to_float(&number(&args[0], "sqrt", cx)?);
    match cx.dialect() {
        Dialect::Postgres if f < 0.0 => {
            Err(EvaluateError::runtime("cannot take square root of a negative number"))
        }
        _ if f < 0.0 => Ok(Value::Null),
        _ => Ok(Value::Float(libm::sqrt(f))),
    }
}

fn float_function(args: &[Value], cx: &Context<'_>, f: fn(f64) -> f64) -> Result<Value, EvaluateError> {
    Ok(Value::Float(f(to_float(&number(&args[0], "exp", cx)?))))
}

fn logarithm(args: &[Value], cx: &Context<'_>, f: fn(f64) -> f64) -> Result<Value, EvaluateError> {
    let x = to_float(&number(&args[0], "ln", cx)?);
    match cx.dialect() {
        Dialect::Postgres if x <= 0.0 => Err(EvaluateError::runtime("cannot take logarithm of zero or less")),
        _ if x <= 0.0 => Ok(Value::Null),
        _ => Ok(Value::Float(f(x))),
    }
}

fn scale(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match &args[0] {
        Value::Decimal(d) => Ok(Value::Integer(d.scale.into())),
        Value::Integer(_) => Ok(Value::Integer(0)),
        other => Err(mismatch("scale", other)),
    }
}

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
