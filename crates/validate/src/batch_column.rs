//! One column of a batch: slices to loop over, and values for what looks at single rows.

pub(crate) mod extent;

use crate::cells::{self, ColumnValues};
use crate::key::code::text_hash;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time64MicrosecondType, TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BinaryArray, FixedSizeBinaryArray, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use seedbed_schema_model::{Schema, SqlType};
use seedbed_sql_semantics::Cell;
use seedbed_sql_values::{Decimal, Value, parse_value};
use std::cell::OnceCell;

/// The cells of one column. Values are made of them once, and only when something asks for them.
#[derive(Debug)]
pub(crate) struct BatchColumn<'s> {
    /// Rows of the batch.
    pub(crate) rows: usize,
    /// Where the NULLs are; the slots under them hold anything.
    pub(crate) nulls: Option<NullBuffer>,
    /// The cells in the form that loops read.
    pub(crate) cells: Cells,
    /// What the values are made of; `None` where they are all there is.
    array: Option<ArrayRef>,
    ty: &'s SqlType,
    schema: &'s Schema,
    values: OnceCell<ColumnValues>,
    hashes: OnceCell<Vec<u64>>,
    extent: OnceCell<Option<(Value, Value)>>,
}

/// Cells as slices.
#[derive(Debug)]
pub(crate) enum Cells {
    /// Integers of any width that `i64` holds, days, microseconds.
    Long(LongKind, ScalarBuffer<i64>),
    /// Unscaled digits, and how many of them are behind the point.
    Decimal(ScalarBuffer<i128>, u8),
    /// Floating-point numbers.
    Float(ScalarBuffer<f64>),
    /// Truth values.
    Boolean(BooleanBuffer),
    /// Text, and literals of types that travel as text.
    Text(StringArray),
    /// Binary strings.
    Bytes(BinaryArray),
    /// UUIDs.
    Uuid(FixedSizeBinaryArray),
    /// Places in a list of texts.
    Dictionary(ScalarBuffer<u32>, StringArray),
    /// None of these: only [`BatchColumn::values`] can be read.
    Values,
}

/// What a 64-bit cell counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LongKind {
    Integer,
    Date,
    Time,
    Timestamp,
}

impl LongKind {
    /// The value of a cell.
    pub(crate) fn value(self, cell: i64) -> Value {
        match self {
            Self::Integer => Value::Integer(cell.into()),
            Self::Date => i32::try_from(cell).map_or(Value::Null, Value::Date),
            Self::Time => Value::Time(cell),
            Self::Timestamp => Value::Timestamp(cell),
        }
    }
}

impl<'s> BatchColumn<'s> {
    /// Reads a column; `None` for an Arrow type that carries no SQL value here.
    pub(crate) fn read(array: &ArrayRef, ty: &'s SqlType, schema: &'s Schema) -> Option<Self> {
        let cells = cells_of(array, ty)?;
        Some(Self {
            rows: array.len(),
            nulls: array.logical_nulls().filter(|nulls| nulls.null_count() > 0),
            cells,
            array: Some(array.clone()),
            ty,
            schema,
            values: OnceCell::new(),
            hashes: OnceCell::new(),
            extent: OnceCell::new(),
        })
    }

    /// A column that was computed.
    pub(crate) fn of_values(values: ColumnValues, ty: &'s SqlType, schema: &'s Schema) -> Self {
        let nulls = NullBuffer::from_iter(values.values.iter().map(|value| !value.is_null()));
        Self {
            rows: values.values.len(),
            nulls: Some(nulls).filter(|nulls| nulls.null_count() > 0),
            cells: Cells::Values,
            array: None,
            ty,
            schema,
            values: OnceCell::from(values),
            hashes: OnceCell::new(),
            extent: OnceCell::new(),
        }
    }

    /// Whether a row is NULL.
    #[inline]
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// How many rows are NULL.
    pub(crate) fn null_count(&self) -> usize {
        self.nulls.as_ref().map_or(0, NullBuffer::null_count)
    }

    /// A value for each row, read on first use.
    pub(crate) fn values(&self) -> &ColumnValues {
        self.values.get_or_init(|| {
            let read =
                self.array.as_ref().and_then(|array| cells::read(array.as_ref(), self.ty, self.schema));
            read.unwrap_or_else(|| ColumnValues {
                values: vec![Value::Null; self.rows],
                malformed: Vec::new(),
            })
        })
    }

    /// The value of one row, without reading the others where that is possible.
    pub(crate) fn value(&self, row: usize) -> Value {
        if self.is_null(row) {
            return Value::Null;
        }
        if let Some(read) = self.values.get() {
            return read.values.get(row).cloned().unwrap_or(Value::Null);
        }
        match &self.cells {
            Cells::Long(kind, cells) => cells.get(row).map_or(Value::Null, |cell| kind.value(*cell)),
            Cells::Decimal(cells, scale) => {
                cells.get(row).map_or(Value::Null, |cell| Value::Decimal(Decimal::new(*cell, *scale)))
            }
            Cells::Float(cells) => cells.get(row).map_or(Value::Null, |cell| Value::Float(*cell)),
            Cells::Boolean(cells) if row < cells.len() => Value::Boolean(cells.value(row)),
            Cells::Text(texts) if row < texts.len() => self.parsed(texts.value(row)),
            Cells::Dictionary(keys, entries) => match keys.get(row).map(|key| *key as usize) {
                Some(key) if key < entries.len() => self.parsed(entries.value(key)),
                _ => Value::Null,
            },
            _ => self.values().values.get(row).cloned().unwrap_or(Value::Null),
        }
    }

    /// The cell of one row, without a copy.
    #[inline]
    pub(crate) fn cell(&self, row: usize) -> Cell<'_> {
        if self.is_null(row) {
            return Cell::Null;
        }
        let cell = match &self.cells {
            Cells::Long(kind, cells) => cells.get(row).map(|cell| match kind {
                LongKind::Integer => Cell::Integer(*cell),
                LongKind::Date => i32::try_from(*cell).map_or(Cell::Other, Cell::Date),
                LongKind::Timestamp => Cell::Timestamp(*cell),
                LongKind::Time => Cell::Other,
            }),
            Cells::Decimal(cells, scale) => {
                cells.get(row).map(|cell| Cell::Decimal(Decimal::new(*cell, *scale)))
            }
            Cells::Float(cells) => cells.get(row).copied().map(Cell::Float),
            Cells::Boolean(cells) => (row < cells.len()).then(|| Cell::Truth(cells.value(row))),
            Cells::Text(texts) if is_string(self.ty) => {
                (row < texts.len()).then(|| Cell::Text(texts.value(row)))
            }
            Cells::Dictionary(keys, entries) if is_string(self.ty) => {
                let key = keys.get(row).map(|key| *key as usize);
                key.filter(|key| *key < entries.len()).map(|key| Cell::Text(entries.value(key)))
            }
            _ => None,
        };
        cell.unwrap_or(Cell::Other)
    }

    /// A text as a value of the type; one that is no literal of it stays text.
    pub(crate) fn parsed(&self, text: &str) -> Value {
        parsed(text, self.ty, self.schema)
    }

    /// The least and the greatest value of the batch; `None` where there is none, and for kinds without an order.
    pub(crate) fn extent(&self) -> Option<&(Value, Value)> {
        self.extent.get_or_init(|| extent::extent(self)).as_ref()
    }

    /// The type below any domain.
    pub(crate) fn ty(&self) -> &'s SqlType {
        self.ty
    }

    /// A hash of the text of each row, as it is written; rows that are NULL have any.
    pub(crate) fn text_hashes(&self) -> Option<&[u64]> {
        let Cells::Text(texts) = &self.cells else { return None };
        Some(self.hashes.get_or_init(|| {
            let (bytes, offsets) = (texts.value_data(), texts.value_offsets());
            offsets.windows(2).map(|ends| text_hash(&bytes[ends[0] as usize..ends[1] as usize])).collect()
        }))
    }
}

fn cells_of(array: &ArrayRef, ty: &SqlType) -> Option<Cells> {
    use LongKind::{Date, Integer, Time, Timestamp};
    Some(match array.data_type() {
        DataType::Boolean => Cells::Boolean(array.as_boolean().values().clone()),
        DataType::Int8 => longs::<Int8Type>(Integer, array),
        DataType::Int16 => longs::<Int16Type>(Integer, array),
        DataType::Int32 => longs::<Int32Type>(Integer, array),
        DataType::Int64 => Cells::Long(Integer, array.as_primitive::<Int64Type>().values().clone()),
        DataType::UInt8 => longs::<UInt8Type>(Integer, array),
        DataType::UInt16 => longs::<UInt16Type>(Integer, array),
        DataType::UInt32 => longs::<UInt32Type>(Integer, array),
        DataType::UInt64 => {
            let cells = array.as_primitive::<UInt64Type>().values();
            match cells.iter().map(|cell| i64::try_from(*cell)).collect::<Result<Vec<_>, _>>() {
                Ok(fitting) => Cells::Long(Integer, fitting.into()),
                Err(_) => Cells::Values,
            }
        }
        DataType::Float32 => {
            let cells = array.as_primitive::<Float32Type>().values();
            Cells::Float(cells.iter().map(|cell| f64::from(*cell)).collect())
        }
        DataType::Float64 => Cells::Float(array.as_primitive::<Float64Type>().values().clone()),
        DataType::Decimal128(_, scale) => {
            let scale = u8::try_from(*scale).ok()?;
            Cells::Decimal(array.as_primitive::<Decimal128Type>().values().clone(), scale)
        }
        DataType::Date32 => longs::<Date32Type>(Date, array),
        DataType::Time64(TimeUnit::Microsecond) => {
            Cells::Long(Time, array.as_primitive::<Time64MicrosecondType>().values().clone())
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            Cells::Long(Timestamp, array.as_primitive::<TimestampMicrosecondType>().values().clone())
        }
        DataType::FixedSizeBinary(16) if matches!(ty, SqlType::Uuid) => {
            Cells::Uuid(array.as_fixed_size_binary().clone())
        }
        DataType::Binary => Cells::Bytes(array.as_binary::<i32>().clone()),
        DataType::Utf8 => Cells::Text(array.as_string::<i32>().clone()),
        DataType::Dictionary(key, value) if **key == DataType::UInt32 && **value == DataType::Utf8 => {
            let array = array.as_dictionary::<UInt32Type>();
            Cells::Dictionary(array.keys().values().clone(), array.values().as_string::<i32>().clone())
        }
        DataType::Dictionary(key, value) if **key == DataType::UInt32 && cells::is_read(value, ty) => {
            Cells::Values
        }
        other if cells::is_read(other, ty) => Cells::Values,
        _ => return None,
    })
}

/// A text as a value of a type; one that is no literal of it stays text.
pub(crate) fn parsed(text: &str, ty: &SqlType, schema: &Schema) -> Value {
    match is_string(ty) {
        true => Value::Text(text.to_owned()),
        false => parse_value(text, ty, schema).unwrap_or_else(|_| Value::Text(text.to_owned())),
    }
}

/// Whether a text is a literal of a type. A JSON document is looked at without being built where only its form can be
/// wrong.
pub(crate) fn is_literal(text: &str, ty: &SqlType, schema: &Schema) -> bool {
    match ty {
        ty if is_string(ty) => true,
        SqlType::Json { .. } if is_plain_json(text) => {
            serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        }
        ty => parse_value(text, ty, schema).is_ok(),
    }
}

/// Whether a text has no escape, no exponent, no hundred digits and no hundred levels, be it within a string: of such
/// documents only the form can be wrong.
fn is_plain_json(text: &str) -> bool {
    const MOST: usize = 100;
    let bytes = text.as_bytes();
    let count = |of: fn(&u8) -> bool| bytes.iter().filter(|byte| of(byte)).count();
    let is_exponent = |pair: &[u8]| pair[0].is_ascii_digit() && matches!(pair[1], b'e' | b'E');
    // Most documents are too short for either.
    let is_large = bytes.len() >= MOST
        && (count(|byte| matches!(byte, b'[' | b'{')) >= MOST || count(u8::is_ascii_digit) >= MOST);
    !is_large && !bytes.contains(&b'\\') && !bytes.windows(2).any(is_exponent)
}

/// Types whose literals are the text itself.
pub(crate) fn is_string(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Char { .. } | SqlType::Varchar { .. } | SqlType::Text { .. } | SqlType::Citext)
}

fn longs<T: ArrowPrimitiveType>(kind: LongKind, array: &ArrayRef) -> Cells
where
    T::Native: Into<i64>,
{
    Cells::Long(kind, array.as_primitive::<T>().values().iter().map(|cell| (*cell).into()).collect())
}
