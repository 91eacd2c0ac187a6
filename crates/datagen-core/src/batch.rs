//! Batches: whole rows of one table, as Arrow.

use arrow_array::RecordBatch;
use arrow_schema::{DataType, TimeUnit};
use seedbed_schema_model::{ColumnIdx, Schema, SqlType, TableId};
use seedbed_sql_values::number::cell_scale;
use std::ops::Range;

/// Rows `first_row ..` of one table. The record batch holds the columns that are written out, in DDL order, each
/// field named as its column. Generated columns are left out for a server, which computes them itself, and are there
/// for files.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Whose rows.
    pub table: TableId,
    /// Row number of the first row, from 0.
    pub first_row: u64,
    /// Which column each field of `rows` is.
    pub columns: Vec<ColumnIdx>,
    /// The cells.
    pub rows: RecordBatch,
}

impl Batch {
    /// The same rows with only those of their columns that are asked for. Nothing is copied.
    #[must_use]
    pub fn only(&self, columns: &[ColumnIdx]) -> Self {
        let kept: Vec<usize> =
            (0..self.columns.len()).filter(|at| columns.contains(&self.columns[*at])).collect();
        Self {
            table: self.table,
            first_row: self.first_row,
            columns: kept.iter().map(|at| self.columns[*at]).collect(),
            rows: self.rows.project(&kept).expect("places of its own columns"),
        }
    }

    /// Rows `range` of these, counted from the first of the batch. Nothing is copied.
    #[must_use]
    pub fn slice(&self, range: Range<u64>) -> Self {
        let (start, len) = (range.start as usize, range.end.saturating_sub(range.start) as usize);
        Self {
            table: self.table,
            first_row: self.first_row + range.start,
            columns: self.columns.clone(),
            rows: self.rows.slice(start, len),
        }
    }
}

/// How a type's values travel in a [`Batch`].
///
/// | SQL type | Arrow type |
/// |---|---|
/// | boolean | `Boolean` |
/// | integers, year | `Int64`; `BIGINT UNSIGNED` as `UInt64` |
/// | decimal, money | `Decimal128(38, scale)` |
/// | real, double precision | `Float64` |
/// | date, time, timestamp | `Date32`, `Time64(us)`, `Timestamp(us)`, zoned ones in UTC |
/// | uuid | `FixedSizeBinary(16)` |
/// | binary, blob, bytea | `Binary` |
/// | text, enums and every other type | `Utf8` or `Dictionary(UInt32, Utf8)` of the value's literal text in the dialect |
///
/// A decimal without a declared scale gets two digits.
pub fn arrow_type(schema: &Schema, ty: &SqlType) -> DataType {
    match schema.base_type(ty) {
        SqlType::Boolean => DataType::Boolean,
        SqlType::Integer { bits: 64, unsigned: true } => DataType::UInt64,
        SqlType::Integer { .. } | SqlType::Year => DataType::Int64,
        SqlType::Decimal { precision, scale, .. } => {
            DataType::Decimal128(38, cell_scale(*precision, *scale) as i8)
        }
        SqlType::Money => DataType::Decimal128(38, 2),
        SqlType::Float { .. } => DataType::Float64,
        SqlType::Date => DataType::Date32,
        SqlType::Time { zoned: false, .. } => DataType::Time64(TimeUnit::Microsecond),
        SqlType::Timestamp { zoned, .. } => {
            DataType::Timestamp(TimeUnit::Microsecond, zoned.then(|| "UTC".into()))
        }
        SqlType::Uuid => DataType::FixedSizeBinary(16),
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => DataType::Binary,
        _ => DataType::Utf8,
    }
}
