//! What a column makes of a value that is written to it, per dialect.

use crate::affinity::Affinity;
use crate::literal::round_micros;
use crate::notation::Notation;
use crate::{Decimal, Value};
use seedbed_schema_model::{Column, Schema, SqlType};

/// PostgreSQL: the type's own digits (manual, §8.1.2 and §8.5).
pub(crate) fn store_postgres(value: Value, column: &Column, schema: &Schema) -> Value {
    normalize(value, schema.base_type(&column.ty))
}

/// A value in the variant and with the digits that its type has, as all servers have it: `1` in `numeric(4,2)` is
/// `1.00`, a float in `real` is rounded to single precision, `char(n)` loses the blanks behind, fractions of a second
/// are rounded.
///
/// `ty` is the type below any domain. Ranges and lengths are not looked at; what is of another type stays as it is.
pub fn normalize(value: Value, ty: &SqlType) -> Value {
    match (value, ty) {
        (Value::Float(f), SqlType::Float { bits: 32, .. }) => Value::Float(f64::from(f as f32)),
        (Value::Integer(n), SqlType::Decimal { .. } | SqlType::Money) => Value::Decimal(Decimal::new(n, 0)),
        (Value::Decimal(d), SqlType::Decimal { precision: Some(_), scale, .. }) => {
            let scale = scale.unwrap_or(0);
            if i16::from(d.scale) == scale {
                Value::Decimal(d)
            } else {
                Value::Decimal(d.rounded(scale.into()).unwrap_or(d))
            }
        }
        (Value::Timestamp(t), SqlType::Timestamp { precision: Some(p), .. }) => {
            Value::Timestamp(round_micros(t, Some(*p)))
        }
        (Value::Time(t), SqlType::Time { precision: Some(p), .. }) => Value::Time(round_micros(t, Some(*p))),
        (Value::Text(text), SqlType::Char { .. }) => match text.strip_suffix(' ') {
            Some(shorter) => Value::Text(shorter.trim_end_matches(' ').to_owned()),
            None => Value::Text(text),
        },
        (value, _) => value,
    }
}

/// MySQL: as PostgreSQL, but for truth values and bit strings, which are integers, and whole seconds (manual, §11.2.6).
pub(crate) fn store_mysql(value: Value, column: &Column, schema: &Schema) -> Value {
    let ty = schema.base_type(&column.ty);
    // Without a precision MySQL keeps whole seconds.
    let seconds = |precision: &Option<u8>| Some(precision.unwrap_or(0));
    match normalize(value, ty) {
        Value::Timestamp(t) => match ty {
            SqlType::Timestamp { precision, .. } => Value::Timestamp(round_micros(t, seconds(precision))),
            _ => Value::Timestamp(t),
        },
        Value::Time(t) => match ty {
            SqlType::Time { precision, .. } => Value::Time(round_micros(t, seconds(precision))),
            _ => Value::Time(t),
        },
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Bits(bits) => Value::Integer(i128::from_str_radix(&bits, 2).unwrap_or(0)),
        other => other,
    }
}

/// SQLite: NULL, integer, real, text or blob, by the column's affinity (datatype3.html, §2 and §3).
pub(crate) fn store_sqlite(value: Value, column: &Column, schema: &Schema, notation: &Notation) -> Value {
    let plain = match value {
        Value::Null | Value::Integer(_) | Value::Float(_) | Value::Text(_) | Value::Bytes(_) => value,
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Decimal(d) => Value::Text(d.to_string()),
        other => Value::Text(notation.format(&other, schema.base_type(&column.ty))),
    };
    Affinity::of_column(column).apply(plain)
}
