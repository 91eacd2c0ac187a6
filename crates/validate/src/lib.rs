//! Reads rows and checks every constraint of a schema on them.
//!
//! A [`Validator`] takes Arrow batches of any table in any order, children before parents too, and ends with a
//! [`Report`]: for each constraint the rows checked, the violations and the first offenders; for each column the NULL
//! share, distinct count, least, greatest and most common values. What cannot be checked says why; nothing is passed over
//! in silence. A [`Check`] does the same for rows that many threads make, in bounded memory.
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
//! # How keys are told apart
//!
//! Nothing is looked up while rows come in. A key becomes a code: an integer, a date, a UUID or a pair of integers is its
//! own, any other key that references ask for is kept whole, and one that is only unique becomes 64 bits of a hash.
//! Integers that count up are kept as intervals, those that lie close together as bits, all others are sorted in
//! partitions at the end. Equal codes are then looked at again in the rows, where whole keys are compared: a hash that two
//! keys share is never reported, and as equal keys have equal codes, no duplicate is hidden. A reference is looked for by a
//! code that tells all keys apart, so none finds a parent by chance.
//!
//! # Memory
//!
//! Rows of a [`Check`] are not kept; a [`Validator`] keeps the batches that it is given. Kept are codes: nothing for
//! integers that count up, a bit for each that lies close to others, 8 bytes for a hash and 8 or 16 for other keys, and of
//! references each parent once. Beyond the memory that a check is given, codes go to files; bits stay, and no more
//! are made.
//!
//! # What is taken as the server's word
//!
//! Rounding on writing (digits beyond a scale, fractions of seconds) is no violation; rows are compared as stored.
//! Deferrability plays no part: the rows are judged as a whole.

mod batch_check;
mod batch_column;
mod broken_rows;
mod cells;
mod check;
mod condition;
mod constraint;
mod error;
mod key;
mod plan;
mod range_rows;
mod ranges;
mod report;
mod route;
mod row;
mod statistics;
mod summary;
mod tally;
mod type_rule;
mod validator;
mod worker;

pub use broken_rows::BrokenRow;
pub use cells::cell_values;
pub use check::{Check, RowsAgain};
pub use error::ValidateError;
pub use key::memory::{MakeSpillFile, SpillFile};
pub use report::{
    ColumnReport, CommonValue, ConstraintKind, ConstraintReport, DistinctBy, Method, Offender, Report,
    Summary, TableReport,
};
pub use type_rule::{refused_by_type, type_refuses};
pub use validator::Validator;
