//! Casts, and values as text.
//!
//! Each dialect has a file with its casts; here is what they share: the table of conversions between kinds of values,
//! which says nothing of lengths and ranges.

mod mysql;
mod postgres;
mod sqlite;

use crate::{Context, EvaluateError};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::calendar::{DAY, split_timestamp};
use seedbed_sql_values::column_value::normalize;
use seedbed_sql_values::literal::round_micros;
use seedbed_sql_values::number::{to_decimal, to_float};
use seedbed_sql_values::{Decimal, Interval, Value, format_value, parse_value};

pub(crate) use mysql::cast as cast_mysql;
pub(crate) use postgres::cast as cast_postgres;
pub(crate) use sqlite::cast as cast_sqlite;

/// How a dialect converts values.
#[derive(Debug)]
pub(crate) struct Conversions {
    /// `CAST(value AS target)` of a value that is not NULL; with the operand's type where it is known.
    pub(crate) cast: Cast,
    /// The types that a cast can name.
    pub(crate) cast_targets: CastTargets,
    /// What a binary string is as text.
    pub(crate) binary_strings: BinaryAsText,
}

/// Casts a value.
pub(crate) type Cast = fn(Value, Option<&SqlType>, &SqlType, &Context<'_>) -> Result<Value, EvaluateError>;

/// The types that a cast can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CastTargets {
    /// Any words at all: they name an affinity.
    Any,
    /// Types whose values are known here.
    Known,
}

/// A binary string where text is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryAsText {
    /// Its bytes are characters.
    Characters,
    /// As it is written.
    Notation,
}

/// `CAST(value AS target)`; `source` is the operand's static type where it is known.
pub(crate) fn cast(
    value: Value,
    source: Option<&SqlType>,
    target: &SqlType,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    (cx.semantics.conversions.cast)(value, source, target, cx)
}

/// A value as text, as the dialect converts it silently.
pub(crate) fn as_text(value: &Value, cx: &Context<'_>) -> String {
    typed_text(value, None, cx)
}

/// A value as text in the form of its static type, where that is known: a `timestamptz` has its zone.
fn typed_text(value: &Value, source: Option<&SqlType>, cx: &Context<'_>) -> String {
    match (value, cx.semantics.conversions.binary_strings) {
        (Value::Text(text), _) => text.clone(),
        (Value::Bytes(bytes), BinaryAsText::Characters) => String::from_utf8_lossy(bytes).into_owned(),
        (value, _) => format_value(value, source.unwrap_or(&SqlType::Any), cx.dialect()),
    }
}

/// An array literal of an element type.
pub(crate) fn text_to_array(text: &str, element: &SqlType, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    read(text, &SqlType::Array { element: Box::new(element.clone()) }, cx)
}

/// A float as a 64-bit integer, cut off and saturated.
pub(crate) fn saturating_integer(f: f64) -> i128 {
    i128::from(f as i64)
}

/// A literal of a type; the server refuses what is none.
fn read(text: &str, ty: &SqlType, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    parse_value(text, ty, cx.schema).map_err(|e| EvaluateError::runtime(e.to_string()))
}

/// The cast is not known here; the server may know it.
fn refused(value: &Value, target: &SqlType) -> EvaluateError {
    EvaluateError::unsupported(format!("a cast of {} to {}", value.kind(), type_name(target)))
}

/// Conversions between variants; the result still has to fit the target's parameters.
fn convert(value: &Value, target: &SqlType) -> Option<Value> {
    Some(match (value, target) {
        (Value::Boolean(b), SqlType::Boolean) => Value::Boolean(*b),
        (Value::Integer(n), SqlType::Boolean) => Value::Boolean(*n != 0),
        (Value::Boolean(b), SqlType::Integer { .. }) => Value::Integer((*b).into()),
        (Value::Integer(_), SqlType::Integer { .. } | SqlType::Oid { .. }) => value.clone(),
        (Value::Decimal(d), SqlType::Integer { .. }) => Value::Integer(d.rounded(0)?.unscaled),
        // Floats round half to even (`rint`), numerics half away from zero.
        (Value::Float(f), SqlType::Integer { .. }) if f.abs() < 1e30 => {
            Value::Integer(libm::rint(*f) as i128)
        }
        (Value::Integer(_) | Value::Decimal(_), SqlType::Decimal { .. } | SqlType::Money) => {
            Value::Decimal(to_decimal(value)?)
        }
        (Value::Float(f), SqlType::Decimal { .. } | SqlType::Money) => Value::Decimal(float_to_numeric(*f)?),
        (Value::Integer(_) | Value::Decimal(_) | Value::Float(_), SqlType::Float { .. }) => {
            normalize(Value::Float(to_float(value)), target)
        }
        (Value::Date(d), SqlType::Date) => Value::Date(*d),
        (Value::Date(d), SqlType::Timestamp { .. }) => Value::Timestamp(i64::from(*d).checked_mul(DAY)?),
        (Value::Timestamp(t), SqlType::Timestamp { precision, .. }) => {
            Value::Timestamp(round_micros(*t, *precision))
        }
        (Value::Timestamp(t), SqlType::Date) => Value::Date(split_timestamp(*t).0),
        (Value::Timestamp(t), SqlType::Time { precision, .. }) => {
            Value::Time(round_micros(split_timestamp(*t).1, *precision))
        }
        (Value::Time(t), SqlType::Time { precision, .. }) => Value::Time(round_micros(*t, *precision)),
        (Value::Time(t), SqlType::Interval { .. }) => {
            Value::Interval(Interval { micros: *t, ..Interval::default() })
        }
        (Value::Interval(i), SqlType::Interval { .. }) => Value::Interval(*i),
        (Value::Interval(i), SqlType::Time { .. }) => Value::Time(i.micros.rem_euclid(DAY)),
        (Value::Uuid(u), SqlType::Uuid) => Value::Uuid(*u),
        (Value::Bytes(b), SqlType::Blob { .. }) => Value::Bytes(b.clone()),
        (Value::Bits(bits), SqlType::Bit { length, varying }) => {
            Value::Bits(fit_bits(bits, *length, *varying))
        }
        (Value::Integer(n), SqlType::Bit { length, varying: false }) => {
            let width = length.unwrap_or(1).min(64) as usize;
            let bits = format!("{:064b}", *n as i64);
            Value::Bits(bits[64 - width..].to_owned())
        }
        (Value::Bits(bits), SqlType::Integer { .. }) if bits.len() <= 64 => {
            Value::Integer(i128::from_str_radix(bits, 2).ok()?)
        }
        _ => return None,
    })
}

/// PostgreSQL turns a double into a numeric by its first 15 significant digits (`DBL_DIG`).
fn float_to_numeric(f: f64) -> Option<Decimal> {
    f.is_finite().then(|| Decimal::parse(&format!("{f:.14e}"))).flatten().map(Decimal::shortest)
}

/// A bit string cut to its length, or filled with zeros on the right (manual, §8.10).
fn fit_bits(bits: &str, length: Option<u32>, varying: bool) -> String {
    let length = match (length, varying) {
        (None, true) => return bits.to_owned(),
        (length, _) => length.unwrap_or(1) as usize,
    };
    let mut kept: String = bits.chars().take(length).collect();
    if !varying {
        kept.extend(std::iter::repeat_n('0', length - kept.len()));
    }
    kept
}

/// A type as a word for a message.
pub(crate) fn type_name(ty: &SqlType) -> String {
    match ty {
        SqlType::Unknown { name }
        | SqlType::Oid { name }
        | SqlType::Geometric { name }
        | SqlType::Extension { name }
        | SqlType::Vector { name, .. }
        | SqlType::Spatial { name, .. } => {
            format!("`{name}`")
        }
        other => {
            let debug = format!("{other:?}");
            debug.split([' ', '(', '{']).next().unwrap_or_default().to_lowercase()
        }
    }
}

/// Whether some value can be cast to a type at all.
pub(crate) fn is_target(ty: &SqlType, cx: &Context<'_>) -> bool {
    match cx.schema.base_type(ty) {
        SqlType::Array { element } | SqlType::Range { element, .. } => is_target(element, cx),
        base => cx.semantics.conversions.cast_targets == CastTargets::Any || !opaque(base),
    }
}

/// Types that are text here, without the meaning their server gives them.
fn opaque(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::Xml
            | SqlType::TsVector
            | SqlType::TsQuery
            | SqlType::PgLsn
            | SqlType::Geometric { .. }
            | SqlType::Spatial { .. }
            | SqlType::Vector { .. }
            | SqlType::Extension { .. }
            | SqlType::Range { .. }
            | SqlType::Composite(_)
            | SqlType::Unknown { .. }
    )
}
