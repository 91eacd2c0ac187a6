//! Batches as lines of text, for files and for the bulk statements of servers.
//!
//! - [`TextEncoder`] turns the batches of one table into lines of a [`TextFormat`], straight from the Arrow columns and with
//!   nothing allocated per cell: [`CsvFormat`] for files, [`CopyFormat`] for PostgreSQL's `COPY`, [`LoadDataFormat`] for
//!   MySQL's `LOAD DATA`.
//! - [`JsonRows`] turns batches into JSON objects, for files of JSON Lines and for the pages of servers.
//! - [`ColumnText`] prints single cells of a column, as a literal says them between its quotes.
//!
//! ```
//! use arrow_array::{ArrayRef, BooleanArray};
//! use seedbed_schema_model::{Dialect, SqlType};
//! use seedbed_text_encode::ColumnText;
//! use std::sync::Arc;
//!
//! let array: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
//! let mut text = Vec::new();
//! ColumnText::new(Dialect::Postgres, &SqlType::Boolean, &array)?.push(0, &mut text);
//! assert_eq!(text, b"true");
//! # Ok::<(), seedbed_text_encode::UnsupportedColumn>(())
//! ```
//!
//! The crate does no I/O and knows no names of files or tables: see `seedbed-export` and `seedbed-load`.
//!
//! Numbers, dates and times are written by integer arithmetic of our own, eight digits at a time.
//! `seedbed_sql_values::text` says what each text means, and a test compares both.

mod cell;
mod dictionary;
mod digits;
mod encoder;
mod json_rows;
mod slots;
mod text_format;

pub use cell::{ColumnText, UnsupportedColumn};
pub use encoder::{ColumnFacts, TextEncoder};
pub use json_rows::{JsonNumbers, JsonRows};
pub use text_format::{CopyFormat, CsvFormat, LoadDataFormat, TextFormat};
