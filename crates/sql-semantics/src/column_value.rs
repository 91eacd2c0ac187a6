//! A column's value as the server has it once it is stored.

use crate::number::{numeric_text, sqlite_integer_from_real};
use crate::typing::Affinity;
use crate::{Context, Decimal, Value, format_value};
use seedbed_schema_model::{Column, ColumnIdx, Dialect, SqlType};

/// Brings a value into the form in which the column's server stores it: single precision in `real`, no padding in
/// `char(n)`, SQLite's storage classes.
pub(crate) fn stored(value: Value, index: ColumnIdx, cx: &Context<'_>) -> Value {
    let Some(column) = cx.column(index) else { return value };
    match cx.dialect() {
        Dialect::Sqlite => store_sqlite(value, column, cx),
        Dialect::MySql => store_mysql(value, cx.schema.base_type(&column.ty)),
        _ => normalize(value, cx.schema.base_type(&column.ty)),
    }
}

/// A value in the variant that its type has.
pub(crate) fn normalize(value: Value, ty: &SqlType) -> Value {
    match (value, ty) {
        (Value::Float(f), SqlType::Float { bits: 32, .. }) => Value::Float(f64::from(f as f32)),
        (Value::Integer(n), SqlType::Decimal { .. } | SqlType::Money) => Value::Decimal(Decimal::new(n, 0)),
        (Value::Text(text), SqlType::Char { .. }) => match text.strip_suffix(' ') {
            Some(shorter) => Value::Text(shorter.trim_end_matches(' ').to_owned()),
            None => Value::Text(text),
        },
        (value, _) => value,
    }
}

fn store_mysql(value: Value, ty: &SqlType) -> Value {
    match normalize(value, ty) {
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Bits(bits) => Value::Integer(i128::from_str_radix(&bits, 2).unwrap_or(0)),
        other => other,
    }
}

fn store_sqlite(value: Value, column: &Column, cx: &Context<'_>) -> Value {
    let plain = match value {
        Value::Null | Value::Integer(_) | Value::Float(_) | Value::Text(_) | Value::Bytes(_) => value,
        Value::Boolean(b) => Value::Integer(b.into()),
        Value::Decimal(d) => Value::Text(d.to_string()),
        other => Value::Text(format_value(&other, cx.schema.base_type(&column.ty), Dialect::Sqlite)),
    };
    // A decimal stands for a number even where the column would keep text as it is.
    let affinity = Affinity::of_column(column);
    apply_affinity(plain, affinity)
}

/// SQLite's conversion of a value that is stored in a column of an affinity.
pub(crate) fn apply_affinity(value: Value, affinity: Affinity) -> Value {
    match (affinity, value) {
        (Affinity::Text, number @ (Value::Integer(_) | Value::Float(_))) => {
            Value::Text(format_value(&number, &SqlType::Any, Dialect::Sqlite))
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
            Some(number) => Value::Float(crate::number::to_float(&number)),
            None => Value::Text(text),
        },
        (Affinity::Real, Value::Integer(n)) => Value::Float(n as f64),
        (_, value) => value,
    }
}
