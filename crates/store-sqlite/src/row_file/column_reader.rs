//! Columns of a row file as Arrow arrays.

use super::cell::Cell;
use super::layout::ColumnLayout;
use super::storage::Storage;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType, UInt64Type,
};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, FixedSizeBinaryArray, PrimitiveArray, StringArray,
    builder::BinaryBuilder,
};
use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBuffer, ScalarBuffer};
use rusqlite::types::ValueRef;
use seedbed_schema_model::{Dialect, SqlType};
use seedbed_text_encode::ColumnText;
use std::sync::Arc;

/// Takes the cells of one column, row after row.
pub(crate) struct ColumnReader {
    storage: Storage,
    /// For a column that comes back as text: whose words its typed values are written in, and its type.
    as_text: Option<(Dialect, SqlType)>,
    valid: BooleanBufferBuilder,
    nulls: usize,
    values: Values,
}

/// Values by their form in arrays.
enum Values {
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
    Unsigned(Vec<u64>),
    Decimal(Vec<i128>),
    Float(Vec<f64>),
    Boolean(BooleanBufferBuilder),
    Uuid(Vec<u8>),
    Bytes(BinaryBuilder),
}

impl ColumnReader {
    /// A reader of so many rows. `dialect` and `base`, the type below all domains, say how values are written where the
    /// column holds texts that are none.
    pub(crate) fn new(column: &ColumnLayout, dialect: Dialect, base: &SqlType, rows: usize) -> Self {
        let values = match column.read_as() {
            Storage::Boolean => Values::Boolean(BooleanBufferBuilder::new(rows)),
            Storage::Integer | Storage::Time | Storage::Timestamp { .. } => {
                Values::Wide(Vec::with_capacity(rows))
            }
            Storage::Unsigned => Values::Unsigned(Vec::with_capacity(rows)),
            Storage::Decimal { .. } => Values::Decimal(Vec::with_capacity(rows)),
            Storage::Float => Values::Float(Vec::with_capacity(rows)),
            Storage::Date => Values::Narrow(Vec::with_capacity(rows)),
            Storage::Uuid => Values::Uuid(Vec::with_capacity(16 * rows)),
            Storage::Bytes | Storage::Text => Values::Bytes(BinaryBuilder::with_capacity(rows, 16 * rows)),
        };
        Self {
            storage: column.storage,
            as_text: (column.holds_text && column.storage != Storage::Text).then(|| (dialect, base.clone())),
            valid: BooleanBufferBuilder::new(rows),
            nulls: 0,
            values,
        }
    }

    /// Takes a cell; `None` if it is no value of the column.
    #[inline]
    pub(crate) fn push(&mut self, stored: ValueRef<'_>) -> Option<()> {
        let is_null = stored == ValueRef::Null;
        self.valid.append(!is_null);
        if is_null {
            self.nulls += 1;
            self.values.push_default();
            return Some(());
        }
        match (&self.as_text, stored) {
            (None, stored) => self.values.push(Cell::read(self.storage, stored)?),
            (Some(_), ValueRef::Text(text)) => self.values.push(Cell::Text(text)),
            (Some((dialect, base)), stored) => {
                let text = text_of(self.storage, *dialect, base, stored)?;
                self.values.push(Cell::Text(&text))
            }
        }
    }

    /// The array of what was taken; `None` if texts are none.
    pub(crate) fn finish(mut self) -> Option<ArrayRef> {
        let nulls = (self.nulls > 0).then(|| NullBuffer::new(self.valid.finish()));
        let storage = if self.as_text.is_some() { Storage::Text } else { self.storage };
        Some(match self.values {
            Values::Narrow(values) => primitive::<Date32Type>(values, nulls),
            Values::Wide(values) => match storage {
                Storage::Time => primitive::<Time64MicrosecondType>(values, nulls),
                Storage::Timestamp { zoned } => {
                    let array =
                        PrimitiveArray::<TimestampMicrosecondType>::new(ScalarBuffer::from(values), nulls);
                    Arc::new(array.with_timezone_opt(zoned.then_some("UTC")))
                }
                _ => primitive::<Int64Type>(values, nulls),
            },
            Values::Unsigned(values) => primitive::<UInt64Type>(values, nulls),
            Values::Decimal(values) => {
                let scale = if let Storage::Decimal { scale } = storage { scale } else { 0 };
                let array = PrimitiveArray::<Decimal128Type>::new(ScalarBuffer::from(values), nulls);
                Arc::new(array.with_precision_and_scale(38, scale.try_into().ok()?).ok()?)
            }
            Values::Float(values) => primitive::<Float64Type>(values, nulls),
            Values::Boolean(mut values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Values::Uuid(values) => {
                Arc::new(FixedSizeBinaryArray::try_new(16, Buffer::from(values), nulls).ok()?)
            }
            Values::Bytes(mut values) => {
                let (offsets, bytes, _) = values.finish().into_parts();
                match storage {
                    Storage::Text => Arc::new(StringArray::try_new(offsets, bytes, nulls).ok()?),
                    _ => Arc::new(BinaryArray::try_new(offsets, bytes, nulls).ok()?),
                }
            }
        })
    }
}

impl Values {
    #[inline]
    fn push(&mut self, cell: Cell<'_>) -> Option<()> {
        match (self, cell) {
            (Self::Wide(values), Cell::Integer(value) | Cell::Time(value) | Cell::Timestamp(value)) => {
                values.push(value)
            }
            (Self::Bytes(values), Cell::Text(value) | Cell::Bytes(value)) => values.append_value(value),
            (Self::Decimal(values), Cell::Decimal(value)) => values.push(value),
            (Self::Narrow(values), Cell::Date(value)) => values.push(value),
            (Self::Unsigned(values), Cell::Unsigned(value)) => values.push(value),
            (Self::Float(values), Cell::Float(value)) => values.push(value),
            (Self::Boolean(values), Cell::Boolean(value)) => values.append(value),
            (Self::Uuid(values), Cell::Uuid(value)) => values.extend_from_slice(&value),
            _ => return None,
        }
        Some(())
    }

    fn push_default(&mut self) {
        match self {
            Self::Narrow(values) => values.push(0),
            Self::Wide(values) => values.push(0),
            Self::Unsigned(values) => values.push(0),
            Self::Decimal(values) => values.push(0),
            Self::Float(values) => values.push(0.0),
            Self::Boolean(values) => values.append(false),
            Self::Uuid(values) => values.extend_from_slice(&[0; 16]),
            Self::Bytes(values) => values.append_value([]),
        }
    }
}

fn primitive<T: ArrowPrimitiveType>(values: Vec<T::Native>, nulls: Option<NullBuffer>) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), nulls))
}

/// A typed value of a column that comes back as text, as its dialect writes it.
#[cold]
fn text_of(storage: Storage, dialect: Dialect, base: &SqlType, stored: ValueRef<'_>) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    if let (Storage::Decimal { .. }, ValueRef::Real(value)) = (storage, stored) {
        return Some(value.to_string().into_bytes());
    }
    if let (Storage::Decimal { .. }, ValueRef::Integer(value)) = (storage, stored) {
        return Some(value.to_string().into_bytes());
    }
    let alone = ColumnLayout {
        name: String::new(),
        stored_name: String::new(),
        storage,
        irregular: false,
        holds_text: false,
    };
    let mut reader = ColumnReader::new(&alone, dialect, base, 1);
    reader.push(stored)?;
    ColumnText::new(dialect, base, &reader.finish()?).ok()?.push(0, &mut text);
    Some(text)
}
