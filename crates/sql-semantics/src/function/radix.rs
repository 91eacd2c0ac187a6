//! Numbers in other bases and as bits (MySQL's manual, §12.6.2 and §12.12; PostgreSQL's, §9.5 and §9.6).

use super::text::integer;
use super::{BuiltinFunction, mismatch, strict};
use crate::compare::mysql::number_of;
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("bit_count", (1, 1), bits_set),
    strict("get_bit",   (2, 2), get_bit),
    strict("get_byte",  (2, 2), get_byte),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("bit_count", (1, 1), |a, _| Ok(Value::Integer(whole(&a[0]).map_or(0, |n| (n as u64).count_ones().into())))),
    strict("bin",       (1, 1), |a, cx| in_base(&a[0], 10, 2, cx)),
    strict("oct",       (1, 1), |a, cx| in_base(&a[0], 10, 8, cx)),
    strict("conv",      (3, 3), |a, cx| in_base(&a[0], integer(&a[1], "conv")?, integer(&a[2], "conv")?, cx)),
];

/// The number rounded to a whole one.
fn whole(value: &Value) -> Option<i128> {
    match number_of(value) {
        Value::Integer(n) => Some(n),
        Value::Decimal(d) => d.rounded(0).map(|d| d.unscaled),
        Value::Float(f) => Some(cast::saturating_integer(libm::rint(f))),
        _ => None,
    }
}

/// The digits that a text begins with in one base, written in another; below zero where the base is, and else as 64 bits
/// without a sign. NULL of an empty text, and where a base is not between 2 and 36.
fn in_base(value: &Value, from: i128, to: i128, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let is_base = |base: i128| (2..=36).contains(&base.abs());
    if !is_base(from) || !is_base(to) {
        return Ok(Value::Null);
    }
    let text = match value {
        Value::Float(_) => return Err(mismatch("conv", value)),
        value => cast::as_text(value, cx),
    };
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let base = from.unsigned_abs();
    let digits = digits.chars().map_while(|c| c.to_digit(base as u32));
    let magnitude = digits.fold(0_u128, |n, digit| n.saturating_mul(base).saturating_add(digit.into()));
    if magnitude > u64::MAX.into() {
        return Err(EvaluateError::unsupported("a number beyond 64 bits"));
    }
    let bits = if negative { (magnitude as u64).wrapping_neg() } else { magnitude as u64 };
    let signed = bits as i64;
    Ok(Value::Text(if to < 0 && signed < 0 {
        format!("-{}", digits_of(signed.unsigned_abs(), to.unsigned_abs() as u64))
    } else {
        digits_of(bits, to.unsigned_abs() as u64)
    }))
}

/// A number in digits and capital letters.
fn digits_of(mut n: u64, base: u64) -> String {
    let mut out = Vec::new();
    loop {
        out.push(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(n % base) as usize]);
        n /= base;
        if n == 0 {
            break;
        }
    }
    out.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// How many bits of a string are set.
fn bits_set(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(match &args[0] {
        Value::Bits(bits) => bits.matches('1').count() as i128,
        Value::Bytes(bytes) => bytes.iter().map(|byte| i128::from(byte.count_ones())).sum(),
        other => return Err(mismatch("bit_count", other)),
    }))
}

/// A bit: of a bit string counted from the left, of a byte from the least.
fn get_bit(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let at = usize::try_from(integer(&args[1], "get_bit")?).ok();
    let bit = match &args[0] {
        Value::Bits(bits) => at.and_then(|at| bits.as_bytes().get(at)).map(|bit| bit & 1),
        Value::Bytes(bytes) => at.and_then(|at| bytes.get(at / 8).map(|byte| byte >> (at % 8) & 1)),
        other => return Err(mismatch("get_bit", other)),
    };
    bit.map(|bit| Value::Integer(bit.into())).ok_or_else(|| EvaluateError::runtime("index out of range"))
}

/// A byte, counted from 0.
fn get_byte(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let Value::Bytes(bytes) = &args[0] else { return Err(mismatch("get_byte", &args[0])) };
    let at = usize::try_from(integer(&args[1], "get_byte")?).ok();
    let byte = at.and_then(|at| bytes.get(at));
    byte.map(|byte| Value::Integer((*byte).into()))
        .ok_or_else(|| EvaluateError::runtime("index out of range"))
}
