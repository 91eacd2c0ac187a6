//! Cells as SQLite values, each in the storage class that its column's affinity asks for.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rusqlite::types::{Null, ValueRef};
use rusqlite::{Statement, ToSql, types::ToSqlOutput};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
use seedbed_sql_values::text::push_decimal;
use seedbed_text_encode::{ColumnText, UnsupportedColumn};

/// One column of a batch on its way into a statement's parameter.
#[derive(Debug)]
pub(super) struct Binder<'a> {
    array: &'a ArrayRef,
    how: BoundCells<'a>,
}

#[derive(Debug)]
enum BoundCells<'a> {
    /// 0 or 1.
    Boolean,
    /// As they are.
    Integer(&'a [i64]),
    /// Those that no 64-bit integer with a sign holds become the nearest double.
    Unsigned(&'a [u64]),
    /// As they are.
    Float(&'a [f64]),
    /// A number: an integer when it is whole, else the nearest double.
    Decimal(&'a [i128], u8),
    /// The bytes of a BLOB, or of a UUID kept as one.
    Bytes,
    /// As in files.
    Text(ColumnText<'a>),
}

/// The affinities that decide how a value is kept (SQLite, "Datatypes", §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StorageAffinity {
    Text,
    Numeric,
    Blob,
}

impl StorageAffinity {
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
    /// The binder of a column's cells.
    ///
    /// # Errors
    /// [`UnsupportedColumn`] for an Arrow type that no column of a batch has.
    pub(super) fn new(
        schema: &Schema,
        column: &Column,
        array: &'a ArrayRef,
    ) -> Result<Self, UnsupportedColumn> {
        let affinity = StorageAffinity::of(&column.declared_type);
        let base = schema.base_type(&column.ty);
        let how = match array.data_type() {
            DataType::Boolean => BoundCells::Boolean,
            DataType::Int64 => BoundCells::Integer(array.as_primitive::<Int64Type>().values()),
            DataType::UInt64 => BoundCells::Unsigned(array.as_primitive::<UInt64Type>().values()),
            DataType::Float64 => BoundCells::Float(array.as_primitive::<Float64Type>().values()),
            DataType::Decimal128(_, scale) if affinity != StorageAffinity::Text => BoundCells::Decimal(
                array.as_primitive::<Decimal128Type>().values(),
                u8::try_from(*scale).map_err(|_| UnsupportedColumn(array.data_type().clone()))?,
            ),
            DataType::Binary => BoundCells::Bytes,
            DataType::FixedSizeBinary(16) if affinity == StorageAffinity::Blob || is_binary(base) => {
                BoundCells::Bytes
            }
            _ => BoundCells::Text(ColumnText::new(Dialect::Sqlite, base, array)?),
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
            BoundCells::Boolean => {
                statement.raw_bind_parameter(parameter, self.array.as_boolean().value(row))
            }
            BoundCells::Integer(values) => statement.raw_bind_parameter(parameter, values[row]),
            BoundCells::Unsigned(values) => match i64::try_from(values[row]) {
                Ok(value) => statement.raw_bind_parameter(parameter, value),
                Err(_) => statement.raw_bind_parameter(parameter, values[row] as f64),
            },
            BoundCells::Float(values) => statement.raw_bind_parameter(parameter, values[row]),
            BoundCells::Decimal(values, scale) => {
                bind_decimal(statement, parameter, values[row], *scale, scratch)
            }
            BoundCells::Bytes => statement.raw_bind_parameter(parameter, self.bytes(row)),
            BoundCells::Text(cells) => {
                cells.push(row, scratch);
                statement.raw_bind_parameter(parameter, BoundText(scratch))
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
    match StoredDecimal::of(unscaled, scale, scratch) {
        StoredDecimal::Whole(whole) => statement.raw_bind_parameter(parameter, whole),
        StoredDecimal::Nearest(nearest) => statement.raw_bind_parameter(parameter, nearest),
    }
}

/// A decimal as SQLite keeps numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum StoredDecimal {
    Whole(i64),
    /// The nearest double; NULL for what no double is near to.
    Nearest(Option<f64>),
}

/// Doubles hold every whole number up to this one.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

impl StoredDecimal {
    /// `unscaled / 10^scale`. `scratch` is empty room for its text.
    fn of(unscaled: i128, scale: u8, scratch: &mut Vec<u8>) -> Self {
        match (i64::try_from(unscaled), 10_i64.checked_pow(scale.into())) {
            (Ok(unscaled), Some(one)) if unscaled % one == 0 => Self::Whole(unscaled / one),
            // The quotient of two doubles that are exact is rounded once, to the nearest (IEEE 754; Clinger, "How to read
            // floating point numbers accurately").
            (Ok(unscaled), Some(one)) if unscaled.unsigned_abs() <= EXACT && one.unsigned_abs() <= EXACT => {
                Self::Nearest(Some(unscaled as f64 / one as f64))
            }
            _ => Self::of_wide(unscaled, scale, scratch),
        }
    }

    fn of_wide(unscaled: i128, scale: u8, scratch: &mut Vec<u8>) -> Self {
        let one = 10_i128.checked_pow(scale.into());
        if let Some(whole) = one.filter(|o| unscaled % o == 0).and_then(|o| i64::try_from(unscaled / o).ok())
        {
            return Self::Whole(whole);
        }
        push_decimal(scratch, unscaled, scale);
        Self::Nearest(std::str::from_utf8(scratch).ok().and_then(|t| t.parse().ok()))
    }
}

/// Text that was made as bytes.
struct BoundText<'a>(&'a [u8]);

impl ToSql for BoundText<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_any_width_become_the_same_number() {
        let numbers = (0..200_i128).map(|n| n * n * n * 7_919 - 500);
        let wide = numbers.clone().map(|n| n * 1_000_003 * 1_000_003);
        for unscaled in numbers.chain(wide).flat_map(|n| [n, -n]) {
            for scale in [0, 1, 2, 5, 15, 16, 18, 19, 30, 38] {
                let (mut room, mut more_room) = (Vec::new(), Vec::new());
                let (made, wanted) = (
                    StoredDecimal::of(unscaled, scale, &mut room),
                    StoredDecimal::of_wide(unscaled, scale, &mut more_room),
                );
                assert_eq!(made, wanted, "{unscaled} by {scale} places");
            }
        }
    }
}
