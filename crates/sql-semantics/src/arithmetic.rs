//! `+ - * / %` and kin, on numbers and on dates.

mod float;
mod postgres_division;
mod temporal;

use crate::compare::{kind, mysql_number, typed_like};
use crate::number::{integer_prefix, numeric_prefix, to_decimal, to_float};
use crate::typing::{is_unsigned, type_of};
use crate::{Context, Decimal, EvaluateError, Value, cast};
use seedbed_schema_model::{BinaryOp, Dialect, Expr, SqlType, UnaryOp};

pub(crate) use float::{power, remainder};

/// `+a`, `-a`, `~a`.
pub(crate) fn unary(op: UnaryOp, value: Value, dialect: Dialect) -> Result<Value, EvaluateError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if op == UnaryOp::Plus {
        return Ok(value);
    }
    let value = if dialect == Dialect::Postgres { value } else { plain_number(value, dialect) };
    match (op, value) {
        (UnaryOp::Minus, Value::Integer(n)) => Ok(integer_result(Some(-n), -(n as f64), dialect)?),
        (UnaryOp::Minus, Value::Decimal(d)) => {
            Ok(Value::Decimal(Decimal::new(-d.unscaled.max(-i128::MAX), d.scale)))
        }
        (UnaryOp::Minus, Value::Float(f)) => Ok(Value::Float(-f)),
        (UnaryOp::Minus, Value::Interval(i)) => temporal::negate(i),
        (UnaryOp::BitNot, Value::Integer(n)) if dialect == Dialect::MySql => {
            Ok(Value::Integer((!(n as u64)).into()))
        }
        (UnaryOp::BitNot, Value::Integer(n)) => Ok(Value::Integer(!n)),
        (UnaryOp::BitNot, Value::Float(f)) if dialect == Dialect::Sqlite => {
            Ok(Value::Integer(!cast::saturating_integer(f)))
        }
        (UnaryOp::BitNot, Value::Bits(bits)) => {
            Ok(Value::Bits(bits.chars().map(|b| if b == '0' { '1' } else { '0' }).collect()))
        }
        (_, other) => Err(EvaluateError::unsupported(format!("a unary operator on {}", kind(&other)))),
    }
}

/// `a op b` for everything but logic, comparisons, JSON and arrays.
pub(crate) fn binary(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let dialect = cx.dialect();
    if op == BinaryOp::Concat {
        return concat(a, b, cx);
    }
    if let Some(result) = temporal::binary(op, &a, &b, cx) {
        return result;
    }
    if bitwise(op) {
        return bits(op, a, b, dialect);
    }
    match dialect {
        Dialect::Postgres => {
            let (a, b) = (typed_like(&a, &b, cx)?.into_owned(), typed_like(&b, &a, cx)?.into_owned());
            postgres_number(op, &a, &b)
        }
        Dialect::Sqlite => sqlite_number(op, &plain_number(a, dialect), &plain_number(b, dialect)),
        _ => mysql_number_operation(op, &plain_number(a, dialect), &plain_number(b, dialect)),
    }
}

/// PostgreSQL raises an error when `integer` arithmetic leaves 32 bits, MySQL when unsigned arithmetic goes below zero;
/// which width and sign apply only the types tell.
pub(crate) fn check_width(
    value: &Value,
    op: BinaryOp,
    left: &Expr,
    right: &Expr,
    cx: &Context<'_>,
) -> Result<(), EvaluateError> {
    let Value::Integer(n) = value else { return Ok(()) };
    let arithmetic = matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul);
    if cx.dialect() == Dialect::MySql && arithmetic && *n < 0 {
        let unsigned = is_unsigned(left, cx) || is_unsigned(right, cx);
        return match unsigned {
            true => Err(EvaluateError::runtime("BIGINT UNSIGNED value is out of range")),
            false => Ok(()),
        };
    }
    if cx.dialect() != Dialect::Postgres || !arithmetic || i16::try_from(*n).is_ok() {
        return Ok(());
    }
    let bits = |expr| match type_of(expr, cx).as_deref() {
        Some(SqlType::Integer { bits, .. }) => Some(*bits),
        _ => None,
    };
    let width = bits(left).zip(bits(right)).map_or(64, |(a, b)| a.max(b));
    if crate::literal::integer_fits(*n, width, false) {
        return Ok(());
    }
    Err(EvaluateError::runtime("integer out of range"))
}

/// A value as the number that SQLite or MySQL takes it for.
fn plain_number(value: Value, dialect: Dialect) -> Value {
    match (value, dialect) {
        (Value::Text(text), _) => match (numeric_prefix(&text), dialect) {
            (Value::Integer(n), Dialect::MySql) => Value::Float(n as f64),
            (number, _) => number,
        },
        (Value::Bytes(bytes), _) => numeric_prefix(&String::from_utf8_lossy(&bytes)),
        (value, Dialect::MySql) => mysql_number(&value),
        (value, _) => value,
    }
}

fn postgres_number(op: BinaryOp, a: &Value, b: &Value) -> Result<Value, EvaluateError> {
    match (a, b) {
        (Value::Integer(x), Value::Integer(y)) => postgres_integer(op, *x, *y),
        (Value::Float(_), _) | (_, Value::Float(_)) => float::postgres(op, to_float(a), to_float(b)),
        _ => match (to_decimal(a), to_decimal(b)) {
            (Some(x), Some(y)) => postgres_decimal(op, x, y),
            _ => Err(EvaluateError::unsupported(format!("arithmetic on {} and {}", kind(a), kind(b)))),
        },
    }
}

fn postgres_integer(op: BinaryOp, x: i128, y: i128) -> Result<Value, EvaluateError> {
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
    integer_result(result, 0.0, Dialect::Postgres)
}

fn postgres_decimal(op: BinaryOp, x: Decimal, y: Decimal) -> Result<Value, EvaluateError> {
    if matches!(op, BinaryOp::Div | BinaryOp::Mod) && y.unscaled == 0 {
        return Err(EvaluateError::runtime("division by zero"));
    }
    let result = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::Div => postgres_division::divide(x, y),
        BinaryOp::Mod => x.checked_rem(y),
        _ => return Err(EvaluateError::unsupported("this operator on numerics")),
    };
    result.map(Value::Decimal).ok_or_else(|| EvaluateError::unsupported("a numeric beyond 38 digits"))
}

/// An integer if it fits 64 bits; otherwise PostgreSQL and MySQL raise an error and SQLite goes on with a float.
fn integer_result(exact: Option<i128>, float: f64, dialect: Dialect) -> Result<Value, EvaluateError> {
    let fits = |n: &i128| match dialect {
        Dialect::MySql => i64::try_from(*n).is_ok() || u64::try_from(*n).is_ok(),
        _ => i64::try_from(*n).is_ok(),
    };
    match exact.filter(fits) {
        Some(n) => Ok(Value::Integer(n)),
        None if dialect == Dialect::Sqlite => Ok(Value::Float(float)),
        None => Err(EvaluateError::runtime("integer out of range")),
    }
}

fn sqlite_number(op: BinaryOp, a: &Value, b: &Value) -> Result<Value, EvaluateError> {
    if op == BinaryOp::Mod {
        return Ok(sqlite_remainder(a, b));
    }
    let (x, y) = (to_float(a), to_float(b));
    let float = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        _ => return Err(EvaluateError::unsupported("this operator")),
    };
    if let (Value::Integer(x), Value::Integer(y)) = (a, b) {
        let exact = match op {
            BinaryOp::Add => x.checked_add(*y),
            BinaryOp::Sub => x.checked_sub(*y),
            BinaryOp::Mul => x.checked_mul(*y),
            _ if *y == 0 => return Ok(Value::Null),
            _ => x.checked_div(*y),
        };
        return integer_result(exact, float, Dialect::Sqlite);
    }
    let undefined = float.is_nan() || (op == BinaryOp::Div && y == 0.0);
    Ok(if undefined { Value::Null } else { Value::Float(float) })
}

/// Both sides as integers; the result is a float when either was one.
fn sqlite_remainder(a: &Value, b: &Value) -> Value {
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

/// MySQL: `/` is exact with four more digits, `DIV` is whole, a zero divisor gives NULL.
fn mysql_number_operation(op: BinaryOp, a: &Value, b: &Value) -> Result<Value, EvaluateError> {
    let divides = matches!(op, BinaryOp::Div | BinaryOp::IntDiv | BinaryOp::Mod);
    if divides && to_float(b) == 0.0 {
        return Ok(Value::Null);
    }
    if matches!(a, Value::Float(_)) || matches!(b, Value::Float(_)) {
        return mysql_float(op, to_float(a), to_float(b));
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
            _ => return Err(EvaluateError::unsupported("this operator")),
        };
        return integer_result(exact, 0.0, Dialect::MySql);
    }
    let (Some(x), Some(y)) = (to_decimal(a), to_decimal(b)) else {
        return Err(EvaluateError::unsupported(format!("arithmetic on {} and {}", kind(a), kind(b))));
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
        _ => return Err(EvaluateError::unsupported("this operator")),
    };
    result.map(Value::Decimal).ok_or_else(out_of_range)
}

/// A quotient has four digits more than the dividend where it is shown (`div_precision_increment`), and is computed with
/// all digits of the nine-digit words that those need; the rest is cut off (MariaDB's `strings/decimal.c`, `do_div_mod`).
fn mysql_quotient(x: Decimal, y: Decimal) -> Option<Decimal> {
    let words = |digits: i32| (digits + 8) / 9 * 9;
    let (a, b) = (i32::from(x.scale), i32::from(y.scale));
    let more = (4 - (words(a) - a + words(b) - b)).max(0);
    let scale = words(words(a) + words(b) + more);
    let digits = u8::try_from(scale + 1).ok()?;
    let whole = x.checked_div(y, digits).and_then(|q| q.truncated(scale));
    whole.or_else(|| x.checked_div(y, x.scale.saturating_add(4)))
}

fn mysql_float(op: BinaryOp, x: f64, y: f64) -> Result<Value, EvaluateError> {
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        BinaryOp::Mod => remainder(x, y),
        BinaryOp::IntDiv => return Ok(Value::Integer(cast::saturating_integer(x / y))),
        _ => return Err(EvaluateError::unsupported("this operator")),
    };
    if result.is_finite() {
        Ok(Value::Float(result))
    } else {
        Err(EvaluateError::runtime("value is out of range"))
    }
}

fn bitwise(op: BinaryOp) -> bool {
    use BinaryOp::{BitAnd, BitOr, BitXor, ShiftLeft, ShiftRight};
    matches!(op, BitAnd | BitOr | BitXor | ShiftLeft | ShiftRight)
}

fn bits(op: BinaryOp, a: Value, b: Value, dialect: Dialect) -> Result<Value, EvaluateError> {
    if let (Value::Bits(x), Value::Bits(y)) = (&a, &b) {
        return bit_strings(op, x, y);
    }
    let integer = |value: &Value| -> Option<i128> {
        match value {
            Value::Integer(n) => Some(*n),
            Value::Text(text) => Some(integer_prefix(text)),
            Value::Decimal(d) => d.rounded(0).map(|d| d.unscaled),
            Value::Float(f) => {
                Some(cast::saturating_integer(if dialect == Dialect::MySql { libm::rint(*f) } else { *f }))
            }
            Value::Bytes(b) => Some(integer_prefix(&String::from_utf8_lossy(b))),
            _ => None,
        }
    };
    let (Some(x), Some(y)) = (integer(&a), integer(&b)) else {
        return Err(EvaluateError::unsupported(format!("bit operators on {} and {}", kind(&a), kind(&b))));
    };
    // MySQL's bit operators are unsigned over 64 bits; the others are signed.
    let signed = |n: i64| if dialect == Dialect::MySql { i128::from(n as u64) } else { i128::from(n) };
    let (x64, y64) = (x as i64, y as i64);
    Ok(Value::Integer(match op {
        BinaryOp::BitAnd => signed(x64 & y64),
        BinaryOp::BitOr => signed(x64 | y64),
        BinaryOp::BitXor => signed(x64 ^ y64),
        BinaryOp::ShiftLeft => shift(x64, y64, dialect),
        _ => shift(x64, y64.saturating_neg(), dialect),
    }))
}

/// Shifts left by `by` bits, right when negative.
fn shift(value: i64, by: i64, dialect: Dialect) -> i128 {
    match dialect {
        // PostgreSQL's processor takes the count modulo the width, here that of bigint.
        Dialect::Postgres if by >= 0 => value.wrapping_shl(by as u32).into(),
        Dialect::Postgres => value.wrapping_shr(by.unsigned_abs() as u32).into(),
        Dialect::MySql if by >= 0 => {
            u32::try_from(by).ok().and_then(|by| (value as u64).checked_shl(by)).unwrap_or(0).into()
        }
        Dialect::MySql => {
            u32::try_from(-by).ok().and_then(|by| (value as u64).checked_shr(by)).unwrap_or(0).into()
        }
        _ if by >= 64 => 0,
        _ if by >= 0 => (value << by).into(),
        _ => (value >> by.unsigned_abs().min(63)).into(),
    }
}

fn bit_strings(op: BinaryOp, x: &str, y: &str) -> Result<Value, EvaluateError> {
    let combine: fn(bool, bool) -> bool = match op {
        BinaryOp::BitAnd => |a, b| a && b,
        BinaryOp::BitOr => |a, b| a || b,
        BinaryOp::BitXor => |a, b| a != b,
        _ => return Err(EvaluateError::unsupported("shifts of bit strings")),
    };
    if x.len() != y.len() {
        return Err(EvaluateError::runtime("cannot combine bit strings of different sizes"));
    }
    let bit = |(a, b): (u8, u8)| if combine(a == b'1', b == b'1') { '1' } else { '0' };
    Ok(Value::Bits(x.bytes().zip(y.bytes()).map(bit).collect()))
}

fn concat(a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(match (a, b) {
        (Value::Bytes(mut a), Value::Bytes(b)) if cx.dialect() == Dialect::Postgres => {
            a.extend(b);
            Value::Bytes(a)
        }
        (Value::Bits(a), Value::Bits(b)) => Value::Bits(a + &b),
        (a, b) => Value::Text(cast::as_text(&a, cx) + &cast::as_text(&b, cx)),
    })
}
