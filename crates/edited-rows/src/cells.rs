//! Cells of Arrow arrays as values, and values put in their place.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, UInt64Array};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use arrow_select::interleave::interleave;
use arrow_select::take::take;
use seedbed_rows::{empty_buffer, fill_blank, push_stored};
use seedbed_schema_model::{Column, ColumnIdx, Schema};
use seedbed_sql_semantics::Row;
use seedbed_sql_values::{Decimal, Value};
use seedbed_validate::cell_values;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The cells of a column as values of its type.
pub(crate) fn values(array: &ArrayRef, column: &Column, schema: &Schema) -> Vec<Value> {
    let read = cell_values(array, schema.base_type(&column.ty), schema);
    read.map_or_else(
        || vec![Value::Null; array.len()],
        |cells| cells.into_iter().map(|(value, _)| value).collect(),
    )
}

/// Some rows by the values of some of their columns; the others read as NULL.
pub(crate) struct ValueRow<'a> {
    pub(crate) columns: &'a BTreeMap<ColumnIdx, Vec<Value>>,
    pub(crate) at: usize,
}

impl Row for ValueRow<'_> {
    fn value(&self, column: ColumnIdx) -> Value {
        self.columns.get(&column).and_then(|cells| cells.get(self.at)).cloned().unwrap_or(Value::Null)
    }
}

/// Puts values into some places of a column. Gives back the places whose value the column can't hold: they are NULL.
pub(crate) fn replaced(
    array: &ArrayRef,
    places: &[usize],
    values: &[Value],
    column: &Column,
    schema: &Schema,
) -> Result<(ArrayRef, Vec<usize>), ArrowError> {
    let array = plain(array)?;
    let mut buffer = empty_buffer(array.data_type());
    // What stands under a NULL.
    let mut blank = buffer.empty_like();
    fill_blank(&mut blank, 1);
    let (mut present, mut refused) = (Vec::with_capacity(values.len()), Vec::new());
    for (place, value) in places.iter().zip(values) {
        let value = rounded(value, array.data_type());
        let is_present = push_stored(&mut buffer, &value, column, schema);
        if !is_present {
            buffer.push_from(&blank, 0);
            if *value != Value::Null {
                refused.push(*place);
            }
        }
        present.push(is_present);
    }
    let new = buffer.into_array(present.contains(&false).then_some(present));
    if places.len() == array.len() {
        return Ok((new, refused));
    }
    let mut from: Vec<(usize, usize)> = (0..array.len()).map(|row| (0, row)).collect();
    for (at, place) in places.iter().enumerate() {
        from[*place] = (1, at);
    }
    Ok((interleave(&[&*array, &*new], &from)?, refused))
}

/// A number with as many digits behind the point as the column's cells have: a server without exact decimals keeps all of them,
/// the cells do not.
fn rounded<'v>(value: &'v Value, cells: &DataType) -> Cow<'v, Value> {
    let scale = match cells {
        DataType::Decimal128(_, scale) => u8::try_from(*scale).unwrap_or(0),
        DataType::Int64 | DataType::UInt64 => 0,
        _ => return Cow::Borrowed(value),
    };
    let number = match value {
        Value::Decimal(number) if number.scale > scale => *number,
        Value::Float(float) if float.is_finite() => match float.to_string().split_once('.') {
            Some((whole, part)) if part.len() <= 30 => match format!("{whole}{part}").parse() {
                Ok(unscaled) => Decimal::new(unscaled, part.len() as u8),
                Err(_) => return Cow::Borrowed(value),
            },
            _ => return Cow::Borrowed(value),
        },
        _ => return Cow::Borrowed(value),
    };
    let Some(unit) = number.scale.checked_sub(scale).and_then(|digits| 10_i128.checked_pow(digits.into()))
    else {
        return Cow::Borrowed(value);
    };
    let half = if number.unscaled < 0 { -(unit / 2) } else { unit / 2 };
    let unscaled = number.unscaled.saturating_add(half) / unit;
    Cow::Owned(if scale == 0 {
        Value::Integer(unscaled)
    } else {
        Value::Decimal(Decimal::new(unscaled, scale))
    })
}

/// The array without a dictionary.
pub(crate) fn plain(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.as_any_dictionary_opt() {
        Some(dictionary) => {
            let keys = dictionary.keys();
            match keys.as_primitive_opt::<UInt32Type>() {
                Some(keys) => take(dictionary.values(), keys, None),
                None => take(dictionary.values(), &UInt64Array::from_iter(std::iter::empty::<u64>()), None),
            }
        }
        None => Ok(ArrayRef::clone(array)),
    }
}

/// Some rows of arrays.
pub(crate) fn picked(arrays: &[ArrayRef], places: &[usize]) -> Result<Vec<ArrayRef>, ArrowError> {
    let places = UInt64Array::from_iter_values(places.iter().map(|place| *place as u64));
    arrays.iter().map(|array| take(array, &places, None)).collect()
}

/// The rows in which two columns of one type differ.
pub(crate) fn differing(before: &ArrayRef, after: &ArrayRef) -> Result<Vec<usize>, ArrowError> {
    if std::sync::Arc::ptr_eq(before, after) {
        return Ok(Vec::new());
    }
    let (before, after) = (plain(before)?, plain(after)?);
    let (a, b) = (&*before, &*after);
    macro_rules! primitive {
        ($kind:ty) => {{
            let (x, y) = (a.as_primitive::<$kind>(), b.as_primitive::<$kind>());
            rows(a, b, |row| x.value(row) == y.value(row))
        }};
    }
    if a.data_type() != b.data_type() {
        return Ok((0..a.len()).collect());
    }
    Ok(match a.data_type() {
        DataType::Int64 => primitive!(Int64Type),
        DataType::UInt64 => primitive!(UInt64Type),
        DataType::Decimal128(..) => primitive!(Decimal128Type),
        DataType::Float64 => {
            let (x, y) = (a.as_primitive::<Float64Type>(), b.as_primitive::<Float64Type>());
            rows(a, b, |row| x.value(row).to_bits() == y.value(row).to_bits())
        }
        DataType::Date32 => primitive!(Date32Type),
        DataType::Time64(TimeUnit::Microsecond) => primitive!(Time64MicrosecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => primitive!(TimestampMicrosecondType),
        DataType::Boolean => {
            let (x, y) = (a.as_boolean(), b.as_boolean());
            rows(a, b, |row| x.value(row) == y.value(row))
        }
        DataType::Utf8 => {
            let (x, y) = (a.as_string::<i32>(), b.as_string::<i32>());
            rows(a, b, |row| x.value(row) == y.value(row))
        }
        DataType::Binary => {
            let (x, y) = (a.as_binary::<i32>(), b.as_binary::<i32>());
            rows(a, b, |row| x.value(row) == y.value(row))
        }
        DataType::FixedSizeBinary(_) => {
            let (x, y) = (a.as_fixed_size_binary(), b.as_fixed_size_binary());
            rows(a, b, |row| x.value(row) == y.value(row))
        }
        _ => rows(a, b, |row| a.slice(row, 1).to_data() == b.slice(row, 1).to_data()),
    })
}

fn rows(a: &dyn Array, b: &dyn Array, equal: impl Fn(usize) -> bool) -> Vec<usize> {
    let same = |row: usize| match (a.is_null(row), b.is_null(row)) {
        (true, true) => true,
        (false, false) => equal(row),
        _ => false,
    };
    (0..a.len().min(b.len())).filter(|row| !same(*row)).collect()
}
