//! Reading the literal text of a type: the forms of all types and dialects, and which type has which.
//!
//! Numbers, binary strings, dates and times, intervals and arrays have a file each. A reader of a type answers `None`
//! for what is no value of it; [`parse_value`](crate::parse_value) makes a [`LiteralError`] of that.

mod array;
mod binary;
mod hstore;
mod interval;
mod number;
mod range;
mod row;
mod temporal;

use crate::{Decimal, Value};
use seedbed_schema_model::{Literal, Schema, SqlType};
use thiserror::Error;

pub use array::array_delimiter;
pub(crate) use binary::{escaped_bytes, own_bytes};
pub use number::{decimal_fits, integer_fits};
pub(crate) use number::{integer_digits, rounded_integer};
pub use temporal::{
    parse_date, parse_signed_time, parse_time_of_day, parse_timestamp, parse_zoned_time, round_micros,
};

/// How a dialect reads the literal texts that it does not read as all others do.
#[derive(Debug)]
pub(crate) struct LiteralForms {
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
    /// The text as it was given.
    pub text: String,
    /// The type, as a word for a message: `integer`, `date`, `bytea`.
    pub ty: &'static str,
}

impl LiteralError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        "literal-invalid"
    }
}

/// The value that a constant of the schema is by itself, before a dialect or a type makes something else of it.
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

/// Reads the literal text of a type in the forms of a dialect: see [`parse_value`](crate::parse_value).
pub(crate) fn read(
    text: &str,
    ty: &SqlType,
    schema: &Schema,
    forms: &LiteralForms,
) -> Result<Value, LiteralError> {
    let ty = schema.base_type(ty);
    let trimmed = text.trim_ascii();
    let (value, word) = match ty {
        SqlType::Boolean => (parse_boolean(trimmed).map(Value::Boolean), "boolean"),
        SqlType::Integer { bits, unsigned } => (number::integer(trimmed, *bits, *unsigned, forms), "integer"),
        SqlType::Year => (number::integer(trimmed, 16, true, forms), "year"),
        SqlType::Decimal { precision, scale, .. } => {
            (number::decimal(trimmed, *precision, *scale), "numeric")
        }
        SqlType::Money => (number::money(trimmed), "money"),
        SqlType::Float { bits, .. } => (number::float(trimmed, *bits), "float"),
        SqlType::Date | SqlType::Time { .. } | SqlType::Timestamp { .. } => moment(trimmed, ty, forms),
        SqlType::Interval { .. } => (interval::parse(trimmed).map(Value::Interval), "interval"),
        SqlType::Uuid => (binary::uuid(trimmed).map(Value::Uuid), "uuid"),
        SqlType::Json { .. } => {
            (serde_json::from_str(text).ok().map(|json| Value::Json(Box::new(json))), "json")
        }
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => {
            ((forms.bytes)(text).map(Value::Bytes), "bytea")
        }
        SqlType::Bit { .. } => (binary::bits(trimmed).map(Value::Bits), "bit"),
        SqlType::Array { element } => (array::parse(trimmed, element, schema, forms), "array"),
        SqlType::Composite(id) => (row::parse(trimmed, *id, schema, forms), "composite"),
        SqlType::Hstore => (hstore::parse(text).map(Value::Map), "hstore"),
        SqlType::Range { element, multi } => {
            (range::parse(trimmed, element, *multi, schema, forms).map(Value::Range), "range")
        }
        SqlType::Enum(id) => {
            let known = schema[*id].labels.iter().any(|label| label == text);
            (known.then(|| Value::Text(text.to_owned())), "enum")
        }
        _ => (Some(Value::Text(text.to_owned())), "text"),
    };
    value.ok_or_else(|| LiteralError { text: text.to_owned(), ty: word })
}

/// A date, time or timestamp, rounded to the digits of its type, and the type's word.
fn moment(text: &str, ty: &SqlType, forms: &LiteralForms) -> (Option<Value>, &'static str) {
    match ty {
        SqlType::Time { zoned: true, .. } => (parse_zoned_time(text).map(Value::Time), "time"),
        SqlType::Time { precision, .. } => {
            ((forms.time)(text).map(|t| Value::Time(round_micros(t, *precision))), "time")
        }
        SqlType::Timestamp { precision, zoned } => {
            let read = parse_timestamp(text, *zoned);
            (read.map(|t| Value::Timestamp(round_micros(t, *precision))), "timestamp")
        }
        _ => (parse_date(text).map(Value::Date), "date"),
    }
}

/// A truth value in PostgreSQL's spellings (manual, §8.6): `true`, `yes`, `on`, `1` and their opposites, in any case,
/// which any unique prefix abbreviates.
pub fn parse_boolean(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    let abbreviates = |word: &str, least: usize| lower.len() >= least && word.starts_with(&lower);
    if abbreviates("true", 1) || abbreviates("yes", 1) || lower == "on" || lower == "1" {
        return Some(true);
    }
    (abbreviates("false", 1) || abbreviates("no", 1) || abbreviates("off", 2) || lower == "0")
        .then_some(false)
}

#[cfg(test)]
mod tests;
