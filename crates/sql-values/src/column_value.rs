//! A column's value as the server has it once it is stored.

use crate::format::push_sqlite_float;
use crate::literal::round_micros;
use crate::number::{numeric_text, sqlite_integer_from_real, to_float};
use crate::text::push_wide_integer;
use crate::typing::Affinity;
use crate::{Context, Decimal, Value, format_value, semantics};
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType};

/// The value that a column holds after `value` was written to it: rounded to the type's digits, in single precision in
/// `real`, without padding in `char(n)`, in SQLite converted by the column's affinity. Ranges and lengths are not
/// checked.
pub fn stored_value(value: Value, column: &Column, schema: &Schema) -> Value {
    (semantics(schema.dialect).conversions.store)(value, column, schema)
}

pub(crate) fn store_postgres(value: Value, column: &Column, schema: &Schema) -> Value {
    normalize(value, schema.base_type(&column.ty))
}

/// [`stored_value`] for a column of the context's table.
pub(crate) fn stored(value: Value, index: ColumnIdx, cx: &Context<'_>) -> Value {
    match cx.column(index) {
        Some(column) => stored_value(value, column, cx.schema),
        None => value,
    }
}

/// A value in the variant and with the digits that its type has.
pub(crate) fn normalize(value: Value, ty: &SqlType) -> Value {
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

pub(crate) fn store_sqlite(value: Value, column: &Column, schema: &Schema) -> Value {
    let plain = match value {
        Value::Null | Value::Integer(_) | Value::Float(_) | Value::Text(_) | Value::Bytes(_) => value,
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Decimal(d) => Value::Text(d.to_string()),
        other => Value::Text(format_value(&other, schema.base_type(&column.ty), schema.dialect)),
    };
    let affinity = Affinity::of_column(column);
    apply_affinity(plain, affinity)
}

/// An integer or a float as SQLite writes it.
pub(crate) fn sqlite_number_text(number: &Value) -> String {
    let mut out = String::new();
    match number {
        Value::Integer(n) => push_wide_integer(&mut out, *n),
        other => push_sqlite_float(&mut out, to_float(other), false),
    }
    out
}

/// SQLite's conversion of a value that is stored in a column of an affinity.
pub(crate) fn apply_affinity(value: Value, affinity: Affinity) -> Value {
    match (affinity, value) {
        (Affinity::Text, number @ (Value::Integer(_) | Value::Float(_))) => {
            Value::Text(sqlite_number_text(&number))
        }
        (Affinity::Numeric | Affinity::Integer, Value::Text(text)) => match numeric_text(&text) {
            Some(Value::Float(f)) => sqlite_integer_from_real(f).map_or(Value::Float(f), Value::Integer),
            Some(number) => number,
            None => Value::Text(text),
        },
        (Affinity::Numeric | Affinity::Integer, Value::Float(f)) => {
            sqlite_integer_from_real(f).map_or(Value::Float(f), Value::Integer)
        }
        (Affinity::Real, Value::Text(text)) => match numeric_text(&text) {
            Some(number) => Value::Float(to_float(&number)),
            None => Value::Text(text),
        },
        (Affinity::Real, Value::Integer(n)) => Value::Float(n as f64),
        (_, value) => value,
    }
}
