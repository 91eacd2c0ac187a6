//! `& | # << >> ~` on integers and bit strings.
//!
//! Bits are those of a 64-bit integer in two's complement; what they are as a number, and how far they shift, is the
//! dialect's.

use super::no_operand;
use crate::{EvaluateError, cast};
use seedbed_schema_model::BinaryOp;
use seedbed_sql_values::Value;
use seedbed_sql_values::number::integer_prefix;

/// How a dialect handles bits.
#[derive(Debug)]
pub(crate) struct BitOperators {
    /// The integer that 64 bits are.
    pub(crate) of_bits: fn(i64) -> i128,
    /// What a float is brought to before its bits are looked at.
    pub(crate) whole: fn(f64) -> f64,
    /// Shifts left by so many bits, right when negative.
    pub(crate) shift: fn(i64, i64) -> i128,
    /// What `~` makes of a float.
    pub(crate) complement_of_float: ComplementOfFloat,
}

/// `~` on a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComplementOfFloat {
    /// There is none.
    Refused,
    /// That of the float's whole part.
    OfWholePart,
}

/// `~a`.
pub(super) fn complement(value: Value, rules: &BitOperators) -> Result<Value, EvaluateError> {
    match value {
        Value::Integer(n) => Ok(Value::Integer((rules.of_bits)(!(n as i64)))),
        Value::Float(f) if rules.complement_of_float == ComplementOfFloat::OfWholePart => {
            Ok(Value::Integer(!cast::saturating_integer(f)))
        }
        Value::Bits(bits) => {
            Ok(Value::Bits(bits.chars().map(|b| if b == '0' { '1' } else { '0' }).collect()))
        }
        other => Err(no_operand(&other)),
    }
}

/// Whether an operator is one of bits.
pub(super) fn is_bitwise(op: BinaryOp) -> bool {
    use BinaryOp::{BitAnd, BitOr, BitXor, ShiftLeft, ShiftRight};
    matches!(op, BitAnd | BitOr | BitXor | ShiftLeft | ShiftRight)
}

/// `a op b`.
pub(super) fn binary(
    op: BinaryOp,
    a: &Value,
    b: &Value,
    rules: &BitOperators,
) -> Result<Value, EvaluateError> {
    if let (Value::Bits(x), Value::Bits(y)) = (a, b) {
        return bit_strings(op, x, y);
    }
    let integer = |value: &Value| -> Option<i128> {
        match value {
            Value::Integer(n) => Some(*n),
            Value::Text(text) => Some(integer_prefix(text)),
            Value::Decimal(d) => d.rounded(0).map(|d| d.unscaled),
            Value::Float(f) => Some(cast::saturating_integer((rules.whole)(*f))),
            Value::Bytes(b) => Some(integer_prefix(&String::from_utf8_lossy(b))),
            _ => None,
        }
    };
    let (Some(x), Some(y)) = (integer(a), integer(b)) else {
        return Err(EvaluateError::unsupported(format!("bit operators on {} and {}", a.kind(), b.kind())));
    };
    let (x64, y64) = (x as i64, y as i64);
    Ok(Value::Integer(match op {
        BinaryOp::BitAnd => (rules.of_bits)(x64 & y64),
        BinaryOp::BitOr => (rules.of_bits)(x64 | y64),
        BinaryOp::BitXor => (rules.of_bits)(x64 ^ y64),
        BinaryOp::ShiftLeft => (rules.shift)(x64, y64),
        _ => (rules.shift)(x64, y64.saturating_neg()),
    }))
}

/// The processor's shift, which takes the count modulo the width.
pub(crate) fn shift_modulo(value: i64, by: i64) -> i128 {
    let count = by.unsigned_abs() as u32;
    if by >= 0 { value.wrapping_shl(count).into() } else { value.wrapping_shr(count).into() }
}

/// Bits that are shifted out are gone.
pub(crate) fn shift_out_unsigned(value: i64, by: i64) -> i128 {
    let count = u32::try_from(by.unsigned_abs()).ok();
    let value = value as u64;
    count.and_then(|n| if by >= 0 { value.checked_shl(n) } else { value.checked_shr(n) }).unwrap_or(0).into()
}

/// Bits that are shifted out are gone; the sign stays.
pub(crate) fn shift_out(value: i64, by: i64) -> i128 {
    match by {
        64.. => 0,
        0.. => (value << by).into(),
        _ => (value >> by.unsigned_abs().min(63)).into(),
    }
}

/// PostgreSQL's operators on `bit(n)`, for operands of one length (manual, §9.6).
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
