//! The cells of one Arrow column as text in a dialect.
//!
//! [`ColumnText`] prints cell by cell; [`CellValues`] is what the encoder's loops run over.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BinaryArray, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, TimeUnit};
use seedbed_schema_model::{Dialect, SqlType};
use seedbed_sql_values::{representation, text};
use std::fmt;
use std::io::Write as _;

/// A column whose cells can be printed: the array seen through its type once, not once a cell.
#[derive(Clone, Debug)]
pub struct ColumnText<'a> {
    /// The array, for which cells are NULL.
    array: &'a ArrayRef,
    /// Its values by kind.
    cells: CellValues<'a>,
}

/// The values of a column by how they are written. Those under a NULL hold anything.
#[derive(Clone, Debug)]
pub(crate) enum CellValues<'a> {
    /// Truth values, with the dialect's words for false and true.
    Boolean(&'a BooleanBuffer, [&'static str; 2]),
    /// Whole numbers with a sign.
    Int64(&'a [i64]),
    /// Whole numbers without one: MySQL's `bigint unsigned`.
    UInt64(&'a [u64]),
    /// Decimals without their point, and the digits behind it.
    Decimal(&'a [i128], u8),
    /// Floats of double precision.
    Float64(&'a [f64]),
    /// Values of a 32-bit column: fewer digits say the same.
    Float32(&'a [f64]),
    /// Days since 1970-01-01.
    Date(&'a [i32]),
    /// Microseconds since midnight.
    Time(&'a [i64]),
    /// Microseconds since 1970-01-01 00:00, with what is written behind for the zone.
    Timestamp(&'a [i64], &'static str),
    /// UUIDs, 16 bytes each.
    Uuid(&'a [[u8; 16]]),
    /// Binary strings.
    Bytes(&'a BinaryArray),
    /// Strings, and the literal texts of all types without an array of their own.
    Text(&'a StringArray),
    /// The same by their number in a list: numbers, the list, its strings.
    Dictionary(&'a [u32], &'a ArrayRef, &'a StringArray),
}

/// An array of a type that no column of a batch has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a column of Arrow type `{0}` can't be written as text")]
pub struct UnsupportedColumn(pub DataType);

impl<'a> ColumnText<'a> {
    /// The cells of `array`, which holds values of `base`, a type below all domains.
    ///
    /// # Errors
    /// [`UnsupportedColumn`] for arrays outside of what [`arrow_type`](seedbed_datagen_core::arrow_type) lists.
    pub fn new(dialect: Dialect, base: &SqlType, array: &'a ArrayRef) -> Result<Self, UnsupportedColumn> {
        Ok(Self { array, cells: CellValues::new(dialect, base, array)? })
    }

    /// Whether the cell is NULL.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.array.is_null(row)
    }

    /// Appends the text of a cell that is not NULL: what a literal of it says between its quotes. Binary strings are
    /// hexadecimal digits, booleans are `true` and `false` on PostgreSQL and digits elsewhere.
    #[inline]
    pub fn push(&self, row: usize, out: &mut Vec<u8>) {
        match &self.cells {
            CellValues::Text(values) => out.extend_from_slice(values.value(row).as_bytes()),
            CellValues::Dictionary(keys, _, values) => {
                out.extend_from_slice(values.value(keys[row] as usize).as_bytes())
            }
            plain => plain.push_plain(row, out),
        }
    }

    /// Whether the values are instants: timestamps of a type with a zone, in UTC.
    #[inline]
    pub(crate) fn is_zoned(&self) -> bool {
        matches!(self.array.data_type(), DataType::Timestamp(_, Some(_)))
    }

    /// The values by kind.
    #[inline]
    pub(crate) fn cells(&self) -> &CellValues<'a> {
        &self.cells
    }

    /// How many cells there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.array.len()
    }

    /// How many of them are NULL.
    #[inline]
    pub(crate) fn null_count(&self) -> usize {
        self.array.null_count()
    }

    /// Which cells are NULL; `None` if none is.
    #[inline]
    pub(crate) fn nulls(&self) -> Option<&'a NullBuffer> {
        self.array.nulls().filter(|nulls| nulls.null_count() > 0)
    }
}

impl<'a> CellValues<'a> {
    /// The values of an array of the Arrow type that its SQL type has in batches.
    fn new(dialect: Dialect, base: &SqlType, array: &'a ArrayRef) -> Result<Self, UnsupportedColumn> {
        Ok(match array.data_type() {
            DataType::Boolean => {
                Self::Boolean(array.as_boolean().values(), representation(dialect).notation.booleans)
            }
            DataType::Int64 => Self::Int64(array.as_primitive::<Int64Type>().values()),
            DataType::UInt64 => Self::UInt64(array.as_primitive::<UInt64Type>().values()),
            DataType::Decimal128(_, scale) => Self::Decimal(
                array.as_primitive::<Decimal128Type>().values(),
                u8::try_from(*scale).map_err(|_| UnsupportedColumn(array.data_type().clone()))?,
            ),
            DataType::Float64 => {
                let values = array.as_primitive::<Float64Type>().values();
                if matches!(base, SqlType::Float { bits: 32, .. }) {
                    Self::Float32(values)
                } else {
                    Self::Float64(values)
                }
            }
            DataType::Date32 => Self::Date(array.as_primitive::<Date32Type>().values()),
            DataType::Time64(TimeUnit::Microsecond) => {
                Self::Time(array.as_primitive::<Time64MicrosecondType>().values())
            }
            DataType::Timestamp(TimeUnit::Microsecond, zone) => Self::Timestamp(
                array.as_primitive::<TimestampMicrosecondType>().values(),
                // MySQL and SQLite have no literal for an instant; theirs are read in the session's zone.
                if zone.is_some() { representation(dialect).notation.zone_suffix } else { "" },
            ),
            DataType::FixedSizeBinary(16) => {
                Self::Uuid(array.as_fixed_size_binary().value_data().as_chunks().0)
            }
            DataType::Binary => Self::Bytes(array.as_binary()),
            DataType::Utf8 => Self::Text(array.as_string()),
            other => return Self::dictionary(array).ok_or_else(|| UnsupportedColumn(other.clone())),
        })
    }

    /// Strings by their number; `None` for what is no such array.
    fn dictionary(array: &'a ArrayRef) -> Option<Self> {
        let dictionary = array.as_dictionary_opt::<UInt32Type>()?;
        let values = dictionary.values();
        Some(Self::Dictionary(dictionary.keys().values(), values, values.as_string_opt()?))
    }

    /// Appends a cell whose text needs no escaping in any format: everything but text and dictionaries.
    #[inline]
    pub(crate) fn push_plain(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Self::Boolean(values, words) => {
                out.extend_from_slice(words[usize::from(values.value(row))].as_bytes())
            }
            Self::Int64(values) => text::push_integer(out, values[row]),
            Self::UInt64(values) => text::push_wide_integer(out, values[row].into()),
            Self::Decimal(values, scale) => text::push_decimal(out, values[row], *scale),
            Self::Float64(values) => push_float(out, values[row]),
            Self::Float32(values) => push_float(out, values[row] as f32),
            Self::Date(values) => text::push_date(out, values[row]),
            Self::Time(values) => text::push_time(out, values[row]),
            Self::Timestamp(values, zone) => {
                text::push_timestamp(out, values[row]);
                out.extend_from_slice(zone.as_bytes());
            }
            Self::Uuid(values) => push_uuid(out, &values[row]),
            Self::Bytes(values) => text::push_hex(out, values.value(row)),
            Self::Text(_) | Self::Dictionary(..) => {}
        }
    }
}

/// The shortest digits that read back as the same number; every server reads the exponent form.
pub(crate) fn push_float<F: fmt::LowerExp + fmt::Display + Copy + Into<f64>>(out: &mut Vec<u8>, value: F) {
    let wide: f64 = value.into();
    let magnitude = wide.abs();
    let written = if wide.is_infinite() {
        out.write_all(if wide > 0.0 { b"Infinity" } else { b"-Infinity" })
    } else if magnitude != 0.0 && !(1e-5..1e15).contains(&magnitude) && !wide.is_nan() {
        write!(out, "{value:e}")
    } else {
        write!(out, "{value}")
    };
    debug_assert!(written.is_ok(), "writing to memory can't fail");
}

/// Appends a UUID of 16 bytes.
#[inline]
fn push_uuid(out: &mut Vec<u8>, bytes: &[u8]) {
    if let Ok(bytes) = bytes.try_into() {
        text::push_uuid(out, bytes);
    }
}
