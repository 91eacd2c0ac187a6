//! Reading the literal text of a type.

mod array;
mod interval;
mod temporal;

use crate::{Decimal, Value, semantics};
use seedbed_schema_model::{Literal, Schema, SqlType};
use thiserror::Error;

pub(crate) use temporal::{
    parse_date, parse_signed_time, parse_time_of_day, parse_timestamp, parse_zoned_time,
};

/// How a dialect reads the literal texts that it does not read as all others do.
#[derive(Debug)]
pub(crate) struct LiteralForms {
    /// What a constant of the schema is when it is evaluated.
    pub(crate) constant: fn(Value) -> Value,
    /// An integer's text, before its range is looked at.
    pub(crate) integer: fn(&str) -> Option<i128>,
    /// A binary string's text.
    pub(crate) bytes: fn(&str) -> Option<Vec<u8>>,
    /// The text of a time without a zone, in microseconds.
    pub(crate) time: fn(&str) -> Option<i64>,
}

/// The text is no value of the type.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a value of type {ty}")]
pub struct LiteralError {
    /// The text.
    pub text: String,
    /// The type, as a word for a message.
    pub ty: &'static str,
}

impl LiteralError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        "literal-invalid"
    }
}

/// The value that a literal is by itself.
pub fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(b) => Value::Boolean(*b),
        Literal::Integer(n) => Value::Integer(*n),
        Literal::Decimal { unscaled, scale } => Value::Decimal(Decimal::new(*unscaled, *scale)),
        Literal::Float(f) => Value::Float(*f),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Literal::Bits(bits) => Value::Bits(bits.clone()),
    }
}

/// Reads the literal text of a type, as the dialect's input would: what stands between the quotes of a string
/// constant, in a CSV cell, in a default.
///
/// Numbers are rounded to the type's scale and must fit its range; enum values must be labels. Lengths of text are not
/// checked (see `seedbed-validate`). Types without a value of their own here (`inet`, ranges, geometry ...) stay text.
///
/// # Errors
/// [`LiteralError`] when the text is no value of the type, or one that [`Value`] cannot hold (`numeric` beyond 38
/// digits, MySQL's zero dates).
pub fn parse_value(text: &str, ty: &SqlType, schema: &Schema) -> Result<Value, LiteralError> {
    let forms = &semantics(schema.dialect).literals;
    let fail = |ty: &'static str| LiteralError { text: text.to_owned(), ty };
    let trimmed = text.trim_ascii();
    match schema.base_type(ty) {
        SqlType::Boolean => parse_boolean(trimmed).map(Value::Boolean).ok_or_else(|| fail("boolean")),
        SqlType::Integer { bits, unsigned } => {
            parse_integer(trimmed, *bits, *unsigned, forms).ok_or_else(|| fail("integer"))
        }
        SqlType::Year => parse_integer(trimmed, 16, true, forms).ok_or_else(|| fail("year")),
        SqlType::Decimal { precision, scale, .. } => {
            parse_decimal(trimmed, *precision, *scale).ok_or_else(|| fail("numeric"))
        }
        SqlType::Money => parse_money(trimmed).ok_or_else(|| fail("money")),
        SqlType::Float { bits, .. } => parse_float(trimmed, *bits).ok_or_else(|| fail("float")),
        SqlType::Date => parse_date(trimmed).map(Value::Date).ok_or_else(|| fail("date")),
        SqlType::Time { zoned: true, .. } => {
            parse_zoned_time(trimmed).map(Value::Time).ok_or_else(|| fail("time"))
        }
        SqlType::Time { precision, .. } => (forms.time)(trimmed)
            .map(|t| Value::Time(round_micros(t, *precision)))
            .ok_or_else(|| fail("time")),
        SqlType::Timestamp { precision, zoned } => parse_timestamp(trimmed, *zoned)
            .map(|t| Value::Timestamp(round_micros(t, *precision)))
            .ok_or_else(|| fail("timestamp")),
        SqlType::Interval { .. } => {
            interval::parse(trimmed).map(Value::Interval).ok_or_else(|| fail("interval"))
        }
        SqlType::Uuid => parse_uuid(trimmed).map(Value::Uuid).ok_or_else(|| fail("uuid")),
        SqlType::Json { .. } => serde_json::from_str(text).map(Value::Json).map_err(|_| fail("json")),
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => {
            (forms.bytes)(text).map(Value::Bytes).ok_or_else(|| fail("bytea"))
        }
        SqlType::Bit { .. } => parse_bits(trimmed).map(Value::Bits).ok_or_else(|| fail("bit")),
        SqlType::Array { element } => array::parse(trimmed, element, schema).ok_or_else(|| fail("array")),
        SqlType::Enum(id) => {
            let known = schema[*id].labels.iter().any(|label| label == text);
            if known { Ok(Value::Text(text.to_owned())) } else { Err(fail("enum")) }
        }
        _ => Ok(Value::Text(text.to_owned())),
    }
}

/// Rounds microseconds to so many digits of a second, halves away from zero.
pub(crate) fn round_micros(micros: i64, digits: Option<u8>) -> i64 {
    let Some(digits @ 0..6) = digits else { return micros };
    let unit = 10i64.pow(6 - u32::from(digits));
    let rest = micros.rem_euclid(unit);
    let down = micros - rest;
    if rest * 2 >= unit { down.saturating_add(unit) } else { down }
}

/// PostgreSQL's spellings, which any unique prefix abbreviates.
pub(crate) fn parse_boolean(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    let abbreviates = |word: &str, least: usize| lower.len() >= least && word.starts_with(&lower);
    if abbreviates("true", 1) || abbreviates("yes", 1) || lower == "on" || lower == "1" {
        return Some(true);
    }
    (abbreviates("false", 1) || abbreviates("no", 1) || abbreviates("off", 2) || lower == "0")
        .then_some(false)
}

pub(crate) fn integer_fits(value: i128, bits: u8, unsigned: bool) -> bool {
    let bits = u32::from(bits.clamp(1, 64));
    if unsigned {
        value >= 0 && value < 1i128 << bits
    } else {
        value >= -(1i128 << (bits - 1)) && value < 1i128 << (bits - 1)
    }
}

fn parse_integer(text: &str, bits: u8, unsigned: bool, forms: &LiteralForms) -> Option<Value> {
    let value = (forms.integer)(text)?;
    integer_fits(value, bits, unsigned).then_some(Value::Integer(value))
}

/// Digits alone.
pub(crate) fn integer_digits(text: &str) -> Option<i128> {
    text.parse().ok()
}

/// Any number, rounded; also the words for true and false, which are numbers there.
pub(crate) fn rounded_integer(text: &str) -> Option<i128> {
    match text {
        "true" | "TRUE" => Some(1),
        "false" | "FALSE" => Some(0),
        _ => match text.parse() {
            Ok(value) => Some(value),
            Err(_) => Some(Decimal::parse(text)?.rounded(0)?.unscaled),
        },
    }
}

fn parse_decimal(text: &str, precision: Option<u16>, scale: Option<i16>) -> Option<Value> {
    let mut decimal = Decimal::parse(text)?;
    if precision.is_some() || scale.is_some() {
        decimal = decimal.rounded(scale.unwrap_or(0).into())?;
    }
    decimal_fits(decimal, precision, scale).then_some(Value::Decimal(decimal))
}

/// Whether a decimal has no more digits before the point than `numeric(precision, scale)` allows.
pub(crate) fn decimal_fits(decimal: Decimal, precision: Option<u16>, scale: Option<i16>) -> bool {
    let Some(precision) = precision else { return true };
    let limit = i32::from(precision) - i32::from(scale.unwrap_or(0));
    match crate::decimal::power_of_ten(limit) {
        Some(bound) => {
            decimal.compare(Decimal::new(bound, 0)).is_lt()
                && decimal.compare(Decimal::new(-bound, 0)).is_gt()
        }
        // A scale above the precision: `numeric(2, 5)` is below 0.001.
        None if limit < 0 => u8::try_from(-limit).is_ok_and(|s| {
            decimal.compare(Decimal::new(1, s)).is_lt() && decimal.compare(Decimal::new(-1, s)).is_gt()
        }),
        None => true,
    }
}

fn parse_money(text: &str) -> Option<Value> {
    let digits: String = text.chars().filter(|c| !matches!(c, '$' | ',')).collect();
    Decimal::parse(&digits)?.rounded(2).map(Value::Decimal)
}

fn parse_float(text: &str, bits: u8) -> Option<Value> {
    let value: f64 = text.parse().ok()?;
    let value = if bits == 32 { f64::from(text.parse::<f32>().ok()?) } else { value };
    let named = text.trim_start_matches(['-', '+']).starts_with(['i', 'I', 'n', 'N']);
    (value.is_finite() || named).then_some(Value::Float(value))
}

/// Hex digits in any grouping by hyphens, braces around them or not.
fn parse_uuid(text: &str) -> Option<u128> {
    let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    let digits: String = inner.chars().filter(|c| *c != '-').collect();
    let whole = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}

/// The text's own bytes.
pub(crate) fn own_bytes(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

/// PostgreSQL's hex and escape formats.
pub(crate) fn escaped_bytes(text: &str) -> Option<Vec<u8>> {
    if let Some(hex) = text.strip_prefix("\\x") {
        return parse_hex(hex);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b'\\', [b'\\', after @ ..]) => {
                out.push(b'\\');
                after
            }
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                out.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                after
            }
            (b'\\', _) => return None,
            (byte, after) => {
                out.push(*byte);
                after
            }
        };
    }
    Some(out)
}

fn parse_hex(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| char::from(b).to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high * 16 + low).collect())
}

/// `0101`, or with PostgreSQL's leading `b`, or hex digits behind an `x`.
fn parse_bits(text: &str) -> Option<String> {
    if let Some(hex) = text.strip_prefix(['x', 'X']) {
        return hex.chars().map(|c| c.to_digit(16).map(|d| format!("{d:04b}"))).collect();
    }
    let bits = text.strip_prefix(['b', 'B']).unwrap_or(text);
    bits.bytes().all(|b| matches!(b, b'0' | b'1')).then(|| bits.to_owned())
}

#[cfg(test)]
mod tests;
