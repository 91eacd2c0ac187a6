//! Cells as SQLite values, each in the storage class that its column's affinity asks for.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rusqlite::types::{Null, ValueRef};
use rusqlite::{Statement, ToSql, types::ToSqlOutput};
use seedbed_export::{ColumnText, UnsupportedColumn};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
use seedbed_sql_semantics::text::push_decimal;

/// One column of a batch on its way into a statement's parameter.
#[derive(Debug)]
pub(super) struct Binder<'a> {
    array: &'a ArrayRef,
    how: How<'a>,
}

#[derive(Debug)]
enum How<'a> {
    Boolean,
    Integer(&'a [i64]),
    Unsigned(&'a [u64]),
    Float(&'a [f64]),
    /// A number: an integer when it is whole, else the nearest double.
    Decimal(&'a [i128], u8),
    /// The bytes of a BLOB, or of a UUID kept as one.
    Bytes,
    Text(ColumnText<'a>),
}

/// The affinities that decide how a value is kept (SQLite, "Datatypes", §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Affinity {
    Text,
    Numeric,
    Blob,
}

impl Affinity {
    fn of(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let has = |part: &str| declared.contains(part);
        if has("INT") {
            Self::Numeric
        } else if has("CHAR") || has("CLOB") || has("TEXT") {
            Self::Text
        } else if has("BLOB") || declared.is_empty() {
            Self::Blob
        } else {
            Self::Numeric
        }
    }
}

impl<'a> Binder<'a> {
    pub(super) fn new(
        schema: &Schema,
        column: &Column,
        array: &'a ArrayRef,
    ) -> Result<Self, UnsupportedColumn> {
        let affinity = Affinity::of(&column.declared_type);
        let base = schema.base_type(&column.ty);
        let how = match array.data_type() {
            DataType::Boolean => How::Boolean,
            DataType::Int64 => How::Integer(array.as_primitive::<Int64Type>().values()),
            DataType::UInt64 => How::Unsigned(array.as_primitive::<UInt64Type>().values()),
            DataType::Float64 => How::Float(array.as_primitive::<Float64Type>().values()),
            DataType::Decimal128(_, scale) if affinity != Affinity::Text => How::Decimal(
                array.as_primitive::<Decimal128Type>().values(),
                u8::try_from(*scale).map_err(|_| UnsupportedColumn(array.data_type().clone()))?,
            ),
            DataType::Binary => How::Bytes,
            DataType::FixedSizeBinary(16) if affinity == Affinity::Blob || is_binary(base) => How::Bytes,
            _ => How::Text(ColumnText::new(Dialect::Sqlite, base, array)?),
        };
        Ok(Self { array, how })
    }

    /// Binds a cell to the parameter of this number, from 1. `scratch` is room for its text.
    pub(super) fn bind(
        &self,
        statement: &mut Statement<'_>,
        parameter: usize,
        row: usize,
        scratch: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        if self.array.is_null(row) {
            return statement.raw_bind_parameter(parameter, Null);
        }
        scratch.clear();
        match &self.how {
            How::Boolean => statement.raw_bind_parameter(parameter, self.array.as_boolean().value(row)),
            How::Integer(values) => statement.raw_bind_parameter(parameter, values[row]),
            How::Unsigned(values) => match i64::try_from(values[row]) {
                Ok(value) => statement.raw_bind_parameter(parameter, value),
                Err(_) => statement.raw_bind_parameter(parameter, values[row] as f64),
            },
            How::Float(values) => statement.raw_bind_parameter(parameter, values[row]),
            How::Decimal(values, scale) => bind_decimal(statement, parameter, values[row], *scale, scratch),
            How::Bytes => statement.raw_bind_parameter(parameter, self.bytes(row)),
            How::Text(cells) => {
                cells.push(row, scratch);
                statement.raw_bind_parameter(parameter, Text(scratch))
            }
        }
    }

    fn bytes(&self, row: usize) -> &[u8] {
        match self.array.as_fixed_size_binary_opt() {
            Some(fixed) => fixed.value(row),
            None => self.array.as_binary::<i32>().value(row),
        }
    }
}

fn is_binary(base: &SqlType) -> bool {
    matches!(base, SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. })
}

fn bind_decimal(
    statement: &mut Statement<'_>,
    parameter: usize,
    unscaled: i128,
    scale: u8,
    scratch: &mut Vec<u8>,
) -> rusqlite::Result<()> {
    let one = 10_i128.checked_pow(scale.into());
    if let Some(whole) = one.filter(|o| unscaled % o == 0).and_then(|o| i64::try_from(unscaled / o).ok()) {
        return statement.raw_bind_parameter(parameter, whole);
    }
    push_decimal(scratch, unscaled, scale);
    let nearest: Option<f64> = std::str::from_utf8(scratch).ok().and_then(|t| t.parse().ok());
    statement.raw_bind_parameter(parameter, nearest)
}

/// Text that was made as bytes.
struct Text<'a>(&'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}
