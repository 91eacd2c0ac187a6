//! Constants as cells, and empty buffers.

use seedbed_solver::Units;

use arrow_schema::DataType;
use seedbed_datagen_core::{ColumnBuffer, TextBuffer};
use seedbed_schema_model::{Schema, SqlType};
use seedbed_sql_values::{Value, format_value, parse_value};

/// An empty buffer of the kind that a column's values travel in (see [`arrow_type`](seedbed_datagen_core::arrow_type)).
pub fn empty_buffer(data_type: &DataType) -> ColumnBuffer {
    match data_type {
        DataType::Boolean => ColumnBuffer::Boolean(Vec::new()),
        DataType::Int64 => ColumnBuffer::Int64(Vec::new()),
        DataType::UInt64 => ColumnBuffer::UInt64(Vec::new()),
        DataType::Decimal128(_, scale) => {
            ColumnBuffer::Decimal { unscaled: Vec::new(), scale: u8::try_from(*scale).unwrap_or(0) }
        }
        DataType::Float64 => ColumnBuffer::Float64(Vec::new()),
        DataType::Date32 => ColumnBuffer::Date(Vec::new()),
        DataType::Time64(_) => ColumnBuffer::Time(Vec::new()),
        DataType::Timestamp(_, zone) => ColumnBuffer::Timestamp { micros: Vec::new(), zoned: zone.is_some() },
        DataType::FixedSizeBinary(_) => ColumnBuffer::Uuid(Vec::new()),
        DataType::Binary => ColumnBuffer::Bytes { data: Vec::new(), ends: Vec::new() },
        _ => ColumnBuffer::Text(TextBuffer::default()),
    }
}

/// Appends a constant to a buffer, converted to the column's type; false if it can't be one of its values.
pub fn push_value(buffer: &mut ColumnBuffer, value: &Value, ty: &SqlType, schema: &Schema) -> bool {
    let dialect = schema.dialect;
    let in_units = || {
        Units::of(ty, dialect)
            .and_then(|u| u.floor(value).filter(|(n, exact)| *exact && (u.min..=u.max).contains(n)))
    };
    match (&mut *buffer, value) {
        (ColumnBuffer::Boolean(v), Value::Boolean(b)) => v.push(*b),
        (ColumnBuffer::Boolean(v), Value::Integer(n @ 0..=1)) => v.push(*n == 1),
        (ColumnBuffer::Text(text), Value::Text(t)) => text.push(t),
        (ColumnBuffer::Text(text), Value::Json(json)) => text.push(&json.to_string()),
        (ColumnBuffer::Text(text), Value::Map(_)) => text.push(&format_value(value, ty, dialect)),
        (ColumnBuffer::Text(text), Value::Bits(bits)) => text.push(bits),
        (ColumnBuffer::Text(text), Value::Integer(n)) => match ty {
            SqlType::Bit { length, .. } => {
                let width = length.unwrap_or(1) as usize;
                let bits = format!("{n:0width$b}");
                if *n < 0 || bits.len() > width {
                    return false;
                }
                text.push(&bits);
            }
            _ => text.push(&n.to_string()),
        },
        (ColumnBuffer::Uuid(v), Value::Uuid(u)) => v.push(u.to_be_bytes()),
        (ColumnBuffer::Bytes { data, ends }, Value::Bytes(b)) => {
            data.extend_from_slice(b);
            ends.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
        }
        (ColumnBuffer::Text(text), Value::Interval(_) | Value::Range(_)) => {
            text.push(&format_value(value, ty, dialect))
        }
        (ColumnBuffer::Text(_), _) => return false,
        (_, Value::Text(t)) => {
            return match parse_value(t, ty, schema) {
                Ok(Value::Text(_)) | Err(_) => false,
                Ok(parsed) => push_value(buffer, &parsed, ty, schema),
            };
        }
        (ColumnBuffer::Int64(v), Value::Boolean(b)) => v.push(i64::from(*b)),
        (ColumnBuffer::Float64(v), Value::Float(f)) => v.push(*f),
        (ColumnBuffer::Float64(v), Value::Integer(n)) => v.push(*n as f64),
        (ColumnBuffer::Float64(v), Value::Decimal(d)) => {
            v.push(d.unscaled as f64 / 10_f64.powi(d.scale.into()))
        }
        (_, _) => {
            let Some((n, _)) = in_units() else { return false };
            match buffer {
                ColumnBuffer::Int64(v)
                | ColumnBuffer::Time(v)
                | ColumnBuffer::Timestamp { micros: v, .. } => v.push(n as i64),
                ColumnBuffer::UInt64(v) => v.push(n as u64),
                ColumnBuffer::Date(v) => v.push(n as i32),
                ColumnBuffer::Decimal { unscaled, .. } => unscaled.push(n),
                _ => return false,
            }
        }
    }
    true
}
