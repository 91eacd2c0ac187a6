//! Cells of a batch on their way into a statement.

use super::cell::Cell;
use super::storage::Storage;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, FixedSizeBinaryArray, StringArray};
use rusqlite::types::{Null, ToSqlOutput, ValueRef};
use rusqlite::{Statement, ToSql};

/// One column of a batch on its way into a statement's parameters.
pub(crate) struct Binder<'a> {
    array: &'a ArrayRef,
    has_nulls: bool,
    storage: Storage,
    cells: Cells<'a>,
    irregular: bool,
}

/// The values by how they travel.
enum Cells<'a> {
    Boolean(&'a BooleanArray),
    Integer(&'a [i64]),
    Unsigned(&'a [u64]),
    Decimal(&'a [i128]),
    Float(&'a [f64]),
    Date(&'a [i32]),
    Time(&'a [i64]),
    Timestamp(&'a [i64]),
    Uuid(&'a FixedSizeBinaryArray),
    Bytes(&'a BinaryArray),
    Text(&'a StringArray),
    Dictionary(&'a [u32], &'a StringArray),
}

impl<'a> Binder<'a> {
    /// The binder of a column's cells; `None` for an Arrow type that no column of a batch has.
    pub(crate) fn new(array: &'a ArrayRef) -> Option<Self> {
        let storage = Storage::of_arrow(array.data_type())?;
        let cells = match storage {
            Storage::Boolean => Cells::Boolean(array.as_boolean()),
            Storage::Integer => Cells::Integer(array.as_primitive::<Int64Type>().values()),
            Storage::Unsigned => Cells::Unsigned(array.as_primitive::<UInt64Type>().values()),
            Storage::Decimal { .. } => Cells::Decimal(array.as_primitive::<Decimal128Type>().values()),
            Storage::Float => Cells::Float(array.as_primitive::<Float64Type>().values()),
            Storage::Date => Cells::Date(array.as_primitive::<Date32Type>().values()),
            Storage::Time => Cells::Time(array.as_primitive::<Time64MicrosecondType>().values()),
            Storage::Timestamp { .. } => {
                Cells::Timestamp(array.as_primitive::<TimestampMicrosecondType>().values())
            }
            Storage::Uuid => Cells::Uuid(array.as_fixed_size_binary()),
            Storage::Bytes => Cells::Bytes(array.as_binary()),
            Storage::Text => match array.as_dictionary_opt::<UInt32Type>() {
                Some(dictionary) => {
                    Cells::Dictionary(dictionary.keys().values(), dictionary.values().as_string_opt()?)
                }
                None => Cells::Text(array.as_string_opt()?),
            },
        };
        Some(Self { array, has_nulls: array.null_count() > 0, storage, cells, irregular: false })
    }

    /// Whether a cell so far was stored in a form that does not sort as the values do.
    pub(crate) fn met_irregular(&self) -> bool {
        self.irregular
    }

    /// Binds a cell to the parameter of this number, from 1. `scratch` is room for its text.
    #[inline]
    pub(crate) fn bind(
        &mut self,
        statement: &mut Statement<'_>,
        parameter: usize,
        row: usize,
        scratch: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        if self.has_nulls && self.array.is_null(row) {
            return statement.raw_bind_parameter(parameter, Null);
        }
        let (stored, regular) = self.cell(row).store(self.storage, scratch);
        self.irregular |= !regular;
        statement.raw_bind_parameter(parameter, Stored(stored))
    }

    /// The value of a row that is not NULL.
    #[inline]
    fn cell(&self, row: usize) -> Cell<'a> {
        match &self.cells {
            Cells::Boolean(values) => Cell::Boolean(values.value(row)),
            Cells::Integer(values) => Cell::Integer(values[row]),
            Cells::Unsigned(values) => Cell::Unsigned(values[row]),
            Cells::Decimal(values) => Cell::Decimal(values[row]),
            Cells::Float(values) => Cell::Float(values[row]),
            Cells::Date(values) => Cell::Date(values[row]),
            Cells::Time(values) => Cell::Time(values[row]),
            Cells::Timestamp(values) => Cell::Timestamp(values[row]),
            Cells::Uuid(values) => Cell::Uuid(values.value(row).try_into().unwrap_or_default()),
            Cells::Bytes(values) => Cell::Bytes(values.value(row)),
            Cells::Text(values) => Cell::Text(values.value(row).as_bytes()),
            Cells::Dictionary(keys, values) => Cell::Text(values.value(keys[row] as usize).as_bytes()),
        }
    }
}

/// A value in SQLite's form, bound as it is.
struct Stored<'a>(ValueRef<'a>);

impl ToSql for Stored<'_> {
    #[inline]
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}
