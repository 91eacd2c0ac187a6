//! Columns of Arrow batches as SQL values.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time64MicrosecondType, TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_schema::{DataType, TimeUnit};
use seedbed_schema_model::{Schema, SqlType};
use seedbed_sql_values::{Decimal, Value, parse_value};

/// One column of a batch. A cell whose text is no value of the type stays text and is listed in `malformed`.
#[derive(Debug, Default)]
pub(crate) struct ColumnValues {
    /// A value a row.
    pub(crate) values: Vec<Value>,
    /// The rows, counted in the batch from 0 and ascending, whose text is no value of the type.
    pub(crate) malformed: Vec<usize>,
}

/// The cells of a column as values of its type, which is the one below any domain; true beside those whose text is no
/// literal of it and stays text. `None` for an Arrow type that carries no SQL value here.
pub fn cell_values(array: &dyn Array, ty: &SqlType, schema: &Schema) -> Option<Vec<(Value, bool)>> {
    let ColumnValues { values, malformed } = read(array, ty, schema)?;
    let cell = |(row, value)| (value, malformed.binary_search(&row).is_ok());
    Some(values.into_iter().enumerate().map(cell).collect())
}

/// Reads a column; `None` for an Arrow type that carries no SQL value here.
pub(crate) fn read(array: &dyn Array, ty: &SqlType, schema: &Schema) -> Option<ColumnValues> {
    let plain = |values| Some(ColumnValues { values, malformed: Vec::new() });
    match array.data_type() {
        DataType::Null => plain(vec![Value::Null; array.len()]),
        DataType::Boolean => {
            plain(array.as_boolean().iter().map(|v| v.map_or(Value::Null, Value::Boolean)).collect())
        }
        DataType::Int8 => plain(integers::<Int8Type>(array)),
        DataType::Int16 => plain(integers::<Int16Type>(array)),
        DataType::Int32 => plain(integers::<Int32Type>(array)),
        DataType::Int64 => plain(integers::<Int64Type>(array)),
        DataType::UInt8 => plain(integers::<UInt8Type>(array)),
        DataType::UInt16 => plain(integers::<UInt16Type>(array)),
        DataType::UInt32 => plain(integers::<UInt32Type>(array)),
        DataType::UInt64 => plain(integers::<UInt64Type>(array)),
        DataType::Float32 => plain(primitives::<Float32Type>(array, |f| Value::Float(f.into()))),
        DataType::Float64 => plain(primitives::<Float64Type>(array, Value::Float)),
        DataType::Decimal128(_, scale) => {
            let scale = u8::try_from(*scale).ok()?;
            plain(primitives::<Decimal128Type>(array, |d| Value::Decimal(Decimal::new(d, scale))))
        }
        DataType::Date32 => plain(primitives::<Date32Type>(array, Value::Date)),
        DataType::Time64(TimeUnit::Microsecond) => {
            plain(primitives::<Time64MicrosecondType>(array, Value::Time))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            plain(primitives::<TimestampMicrosecondType>(array, Value::Timestamp))
        }
        DataType::FixedSizeBinary(16) if matches!(ty, SqlType::Uuid) => {
            let uuid = |b: &[u8]| b.try_into().map_or(Value::Null, |b| Value::Uuid(u128::from_be_bytes(b)));
            plain(array.as_fixed_size_binary().iter().map(|v| v.map_or(Value::Null, uuid)).collect())
        }
        DataType::Binary => {
            let bytes = array.as_binary::<i32>().iter();
            plain(bytes.map(|v| v.map_or(Value::Null, |b| Value::Bytes(b.to_vec()))).collect())
        }
        DataType::Utf8 => Some(texts(array.as_string::<i32>().iter(), ty, schema)),
        DataType::LargeUtf8 => Some(texts(array.as_string::<i64>().iter(), ty, schema)),
        DataType::Utf8View => Some(texts(array.as_string_view().iter(), ty, schema)),
        DataType::Dictionary(key, _) if **key == DataType::UInt32 => dictionary(array, ty, schema),
        _ => None,
    }
}

/// Whether [`read`] reads an Arrow type.
pub(crate) fn is_read(found: &DataType, ty: &SqlType) -> bool {
    match found {
        DataType::Null | DataType::Boolean | DataType::Binary => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Date32
        | DataType::Time64(TimeUnit::Microsecond)
        | DataType::Timestamp(TimeUnit::Microsecond, _) => true,
        DataType::Decimal128(_, scale) => *scale >= 0,
        DataType::FixedSizeBinary(16) => matches!(ty, SqlType::Uuid),
        DataType::Dictionary(key, values) => **key == DataType::UInt32 && is_read(values, ty),
        DataType::Float16 => false,
        other => other.is_integer() || other.is_floating(),
    }
}

/// The values of an array of fixed width, NULL where the array has none.
fn primitives<T: ArrowPrimitiveType>(array: &dyn Array, value: impl Fn(T::Native) -> Value) -> Vec<Value> {
    array.as_primitive::<T>().iter().map(|v| v.map_or(Value::Null, &value)).collect()
}

/// The values of an array of integers of any width.
fn integers<T: ArrowPrimitiveType>(array: &dyn Array) -> Vec<Value>
where
    T::Native: Into<i128>,
{
    primitives::<T>(array, |n| Value::Integer(n.into()))
}

/// The text of a type's literal, which most types read themselves.
fn texts<'t>(texts: impl Iterator<Item = Option<&'t str>>, ty: &SqlType, schema: &Schema) -> ColumnValues {
    let mut cells = ColumnValues::default();
    for (row, text) in texts.enumerate() {
        let value = match text.map(|text| (text, parse_value(text, ty, schema))) {
            None => Value::Null,
            Some((_, Ok(value))) => value,
            Some((text, Err(_))) => {
                cells.malformed.push(row);
                Value::Text(text.to_owned())
            }
        };
        cells.values.push(value);
    }
    cells
}

/// Each entry of the dictionary is read once.
fn dictionary(array: &dyn Array, ty: &SqlType, schema: &Schema) -> Option<ColumnValues> {
    let array = array.as_dictionary::<UInt32Type>();
    let entries = read(array.values().as_ref(), ty, schema)?;
    let mut cells = ColumnValues::default();
    for (row, key) in array.keys().iter().enumerate() {
        let key = key.map(|k| k as usize);
        cells.values.push(key.and_then(|k| entries.values.get(k)).cloned().unwrap_or(Value::Null));
        if key.is_some_and(|k| entries.malformed.binary_search(&k).is_ok()) {
            cells.malformed.push(row);
        }
    }
    Some(cells)
}
