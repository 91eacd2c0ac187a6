//! One column of a block as an Arrow array.
//!
//! A cell is read in the form in which nearly all cells of its type are written, by a loop of its own for each type; what
//! has another form is read by `sql-values`, which alone says what a literal is. One that is none makes text of the block's
//! whole column.

mod dictionary;
mod moment;
mod number;
mod text;

use crate::csv_cells::{Cell, Cells};
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType, UInt64Type,
};
use arrow_array::{ArrayRef, BinaryArray, BooleanArray, FixedSizeBinaryArray, PrimitiveArray};
use arrow_buffer::{BooleanBufferBuilder, Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::DataType;
use dictionary::Dictionary;
use number::DecimalForm;
use seedbed_datagen_core::arrow_type;
use seedbed_schema_model::{Schema, SqlType};
use seedbed_sql_values::{Value, parse_value, representation};
use std::sync::Arc;

/// Reads the cells of one column.
#[derive(Debug)]
pub(crate) struct ColumnReader<'s> {
    schema: &'s Schema,
    /// Below any domain.
    ty: &'s SqlType,
    /// How values travel.
    arrow: DataType,
    /// What stands before the hex digits of binary strings.
    bytes_prefix: &'static [u8],
    /// The texts so far, while they are few.
    dictionary: Dictionary,
}

impl<'s> ColumnReader<'s> {
    /// For cells of a type.
    pub(crate) fn new(ty: &'s SqlType, schema: &'s Schema) -> Self {
        let ty = schema.base_type(ty);
        let bytes_prefix = representation(schema.dialect).notation.bytes_prefix.as_bytes();
        Self { schema, ty, arrow: arrow_type(schema, ty), bytes_prefix, dictionary: Dictionary::default() }
    }

    /// The column at a place of rows of so many cells.
    pub(crate) fn read(&mut self, text: &str, cells: &[Cell], width: usize, at: usize) -> ArrayRef {
        let cells = Cells::new(text, cells, width, at);
        match self.typed(&cells) {
            Some(array) => array,
            None if self.arrow == DataType::Utf8 => self.dictionary.read(&cells),
            None => Arc::new(text::strings(&cells)),
        }
    }

    /// The column as its type's values travel; `None` where they travel as text, and where a cell is no literal.
    fn typed(&self, cells: &Cells<'_>) -> Option<ArrayRef> {
        Some(match (self.ty, &self.arrow) {
            (SqlType::Integer { bits, unsigned: true }, DataType::UInt64) if *bits == 64 => {
                Arc::new(self.primitive::<UInt64Type>(cells, number::unsigned, |value| match value {
                    Value::Integer(n) => n.try_into().ok(),
                    _ => None,
                })?)
            }
            (_, DataType::Int64) => {
                let range = number::range(self.ty);
                let fast = |text: &[u8]| number::integer(text).filter(|n| range.contains(n));
                Arc::new(self.primitive::<Int64Type>(cells, fast, |value| match value {
                    Value::Integer(n) => n.try_into().ok(),
                    _ => None,
                })?)
            }
            (_, DataType::Decimal128(..)) => self.decimals(cells)?,
            (SqlType::Float { bits, .. }, DataType::Float64) => {
                let single = *bits == 32;
                let fast = |text: &[u8]| number::float(text, single);
                Arc::new(self.primitive::<Float64Type>(cells, fast, |value| match value {
                    Value::Float(f) => Some(f),
                    _ => None,
                })?)
            }
            (_, DataType::Date32) => {
                Arc::new(self.primitive::<Date32Type>(cells, moment::date, |value| match value {
                    Value::Date(days) => Some(days),
                    _ => None,
                })?)
            }
            (SqlType::Time { precision, .. }, DataType::Time64(_)) => {
                let fast = |text: &[u8]| moment::time(text, *precision);
                Arc::new(self.primitive::<Time64MicrosecondType>(cells, fast, |value| match value {
                    Value::Time(micros) => Some(micros),
                    _ => None,
                })?)
            }
            (SqlType::Timestamp { precision, zoned }, DataType::Timestamp(_, zone)) => {
                let fast = |text: &[u8]| moment::timestamp(text, *zoned, *precision);
                let read = self.primitive::<TimestampMicrosecondType>(cells, fast, |value| match value {
                    Value::Timestamp(micros) => Some(micros),
                    _ => None,
                })?;
                Arc::new(read.with_timezone_opt(zone.clone()))
            }
            (_, DataType::Boolean) => self.booleans(cells)?,
            (_, DataType::FixedSizeBinary(_)) => self.uuids(cells)?,
            (_, DataType::Binary) => self.binaries(cells)?,
            _ => return None,
        })
    }

    /// Values of fixed width.
    #[inline]
    fn primitive<T: ArrowPrimitiveType>(
        &self,
        cells: &Cells<'_>,
        fast: impl Fn(&[u8]) -> Option<T::Native>,
        value: impl Fn(Value) -> Option<T::Native>,
    ) -> Option<PrimitiveArray<T>> {
        let mut read: Vec<T::Native> = Vec::with_capacity(cells.rows());
        for cell in cells.iter() {
            read.push(match cell.bytes() {
                None => T::Native::default(),
                Some(text) => match fast(text) {
                    Some(read) => read,
                    None => value(self.parse(&cell.text()?)?)?,
                },
            });
        }
        Some(PrimitiveArray::new(ScalarBuffer::from(read), cells.nulls()))
    }

    /// Decimals of one scale.
    fn decimals(&self, cells: &Cells<'_>) -> Option<ArrayRef> {
        let mut form = DecimalForm::of(self.ty);
        let mut read: Vec<i128> = Vec::with_capacity(cells.rows());
        for cell in cells.iter() {
            let Some(text) = cell.bytes() else {
                read.push(0);
                continue;
            };
            let unscaled = match form.read(text) {
                Some(unscaled) => unscaled,
                None => match self.parse(&cell.text()?)? {
                    Value::Decimal(decimal) => form.fit(decimal, &mut read)?,
                    _ => return None,
                },
            };
            read.push(unscaled);
        }
        let array = PrimitiveArray::<Decimal128Type>::new(ScalarBuffer::from(read), cells.nulls());
        Some(Arc::new(array.with_precision_and_scale(38, form.scale().try_into().ok()?).ok()?))
    }

    fn booleans(&self, cells: &Cells<'_>) -> Option<ArrayRef> {
        let mut read = BooleanBufferBuilder::new(cells.rows());
        for cell in cells.iter() {
            read.append(match cell.bytes() {
                None => false,
                Some(b"true" | b"1" | b"t") => true,
                Some(b"false" | b"0" | b"f") => false,
                Some(_) => match self.parse(&cell.text()?)? {
                    Value::Boolean(truth) => truth,
                    _ => return None,
                },
            });
        }
        Some(Arc::new(BooleanArray::new(read.finish(), cells.nulls())))
    }

    fn uuids(&self, cells: &Cells<'_>) -> Option<ArrayRef> {
        let mut read = Vec::with_capacity(cells.rows() * 16);
        for cell in cells.iter() {
            read.extend_from_slice(&match cell.bytes() {
                None => [0; 16],
                Some(text) => match text::uuid(text) {
                    Some(uuid) => uuid,
                    None => match self.parse(&cell.text()?)? {
                        Value::Uuid(uuid) => uuid.to_be_bytes(),
                        _ => return None,
                    },
                },
            });
        }
        Some(Arc::new(FixedSizeBinaryArray::try_new(16, Buffer::from(read), cells.nulls()).ok()?))
    }

    /// Binary strings: hex digits behind the dialect's prefix. A text that has another form is read as the dialect reads
    /// it, which is as its own bytes where there is no prefix.
    fn binaries(&self, cells: &Cells<'_>) -> Option<ArrayRef> {
        let (mut read, mut ends) = (Vec::new(), Vec::with_capacity(cells.rows() + 1));
        ends.push(0);
        for cell in cells.iter() {
            if let Some(text) = cell.bytes() {
                let digits = text.strip_prefix(self.bytes_prefix);
                if !digits.is_some_and(|digits| text::push_hex(&mut read, digits)) {
                    match self.parse(&cell.text()?)? {
                        Value::Bytes(bytes) => read.extend_from_slice(&bytes),
                        _ => return None,
                    }
                }
            }
            ends.push(i32::try_from(read.len()).ok()?);
        }
        let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
        Some(Arc::new(BinaryArray::try_new(ends, Buffer::from(read), cells.nulls()).ok()?))
    }

    /// A text as a value of the type.
    #[cold]
    fn parse(&self, text: &str) -> Option<Value> {
        parse_value(text, self.ty, self.schema).ok()
    }
}

#[cfg(test)]
mod tests;
