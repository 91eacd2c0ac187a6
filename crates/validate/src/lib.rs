//! Reads rows and checks every constraint of a schema on them.
//!
//! A [`Validator`] takes Arrow batches of any table in any order, children before parents too, and ends with a
//! [`Report`]: for each constraint the rows checked, the violations and the first offenders; for each column the NULL
//! share, distinct count, least and greatest value. What cannot be checked says why; nothing is passed over in silence.
//!
//! ```
//! use arrow_array::{Int64Array, RecordBatch};
//! use seedbed_schema_model::{Column, ColumnIdx, Dialect, Key, Schema, Span, SqlType, Table};
//! use seedbed_validate::Validator;
//! use std::sync::Arc;
//!
//! let mut schema = Schema::new(Dialect::Sqlite);
//! let mut genre = Table::new(None, "genre");
//! genre.columns.push(Column::new("id", SqlType::BIGINT).not_null());
//! genre.primary_key =
//!     Some(Key { name: None, columns: vec![ColumnIdx(0)], prefix_lengths: vec![], span: Span::default() });
//! let genre = schema.push_table(genre);
//!
//! let ids = Int64Array::from(vec![1, 2, 2]);
//! let rows = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)]).expect("one column");
//! let mut validator = Validator::new(&schema);
//! validator.write(genre, &rows).expect("the columns are the table's");
//! assert_eq!(validator.finish().summary.pk_duplicates, 1);
//! ```
//!
//! # What a batch holds
//!
//! Fields are named as columns. Columns that are missing are the server's to compute; constraints over them are
//! reported as not checked, except over generated columns whose expression is understood.
//!
//! | SQL type | Arrow type |
//! |---|---|
//! | boolean | `Boolean` |
//! | integers, year | `Int64`; `BIGINT UNSIGNED` as `UInt64` |
//! | decimal, money | `Decimal128(38, scale)` |
//! | real, double precision | `Float64` |
//! | date, time, timestamp | `Date32`, `Time64(us)`, `Timestamp(us)`, zoned ones in UTC |
//! | uuid | `FixedSizeBinary(16)` |
//! | binary, blob, bytea | `Binary` |
//! | text, enums and every other type | `Utf8` or `Dictionary(UInt32, Utf8)` of the value's literal text in the dialect |
//!
//! Other integer widths, `Float32`, `LargeUtf8` and `Utf8View` are read too. Text in a column of any type is read as
//! the type's literal.
//!
//! # Partitions and inheritance
//!
//! Rows of a partitioned table come under the root. Each goes to its partition by the bounds, and what the partition
//! itself declares applies to it. Inheritance children are tables of their own.
//!
//! # Memory
//!
//! Rows are not kept. Kept are 128-bit fingerprints: one per row for each unique key and each referenced key (a set for
//! both when they are the same), one per distinct reference whose parent has not come yet, and up to 100,000 halves of
//! one per column for the distinct count (4 million over all columns). Writing parents first keeps the second kind
//! small. That is about 20 bytes a key; two different keys among *n* meet by chance with probability n² / 2^129.
//!
//! # What is taken as the server's word
//!
//! Rounding on writing (digits beyond a scale, fractions of seconds) is no violation; rows are compared as stored.
//! Deferrability plays no part: the rows are judged as a whole.

mod batch_check;
mod cells;
mod constraint;
mod error;
mod fingerprint;
mod plan;
mod report;
mod route;
mod row;
mod statistics;
mod type_rule;
mod validator;

pub use error::ValidateError;
pub use report::{ColumnReport, ConstraintKind, ConstraintReport, Offender, Report, Summary, TableReport};
pub use validator::Validator;
