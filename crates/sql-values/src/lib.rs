//! The values of SQL and their text, in each dialect.
//!
//! A [`Value`] is what a cell holds, whatever the server. How it is written, read, stored and compared as a key differs
//! between servers; the answers of each stand in its [`Representation`], a file per dialect.
//!
//! - [`format_value`] and [`parse_value`] go between a value and the literal text of a type; [`text`] writes cells fast.
//! - [`quote_identifier`] and [`quote_text`] make SQL text safe.
//! - [`stored_value`] is what a column holds after a value was written to it.
//! - [`fold`] says when two strings are one to a UNIQUE column, [`push_key_part`] when two keys are.
//! - [`pattern`] turns LIKE, GLOB, SIMILAR TO and the servers' regular expressions into those of the `regex` crate.
//! - [`calendar`], [`number`], [`quotient`] and [`Decimal`] compute exactly as the servers do, with integers.
//!
//! What expressions over values mean is the business of `seedbed-sql-semantics`, which stands above this crate.
//!
//! ```
//! use seedbed_schema_model::{Dialect, Schema, SqlType};
//! use seedbed_sql_values::{Decimal, Value, format_value, parse_value};
//!
//! let schema = Schema::new(Dialect::Postgres);
//! let price = SqlType::Decimal { precision: Some(6), scale: Some(2), unsigned: false };
//! let value = parse_value("19.999", &price, &schema).unwrap();
//! assert_eq!(value, Value::Decimal(Decimal::new(2000, 2)));
//! assert_eq!(format_value(&value, &price, Dialect::Postgres), "20.00");
//! assert!(parse_value("10000", &price, &schema).is_err(), "six digits, two of them after the point");
//! ```
//!
//! The files stand in layers: values and what is computed on them alone; the forms of each dialect (`notation`,
//! `literal`, `quote`, `collation`, `column_value`), which know no dialect by name; the table of each dialect's forms
//! (`dialect`); and the entry points that look into the table (`in_dialect`, `key_encoding`).

pub mod affinity;
pub mod calendar;
pub mod collation;
pub mod column_value;
mod decimal;
mod dialect;
mod in_dialect;
mod key_encoding;
pub mod literal;
pub mod notation;
pub mod number;
pub mod pattern;
mod quote;
pub mod quotient;
mod range;
mod storage;
pub mod text;
mod value;

pub use dialect::{Representation, representation};
pub use in_dialect::{
    fold, folding, format_value, parse_value, quote_identifier, quote_qualified, quote_text, stored_value,
};
pub use key_encoding::{KeyPartRule, push_key_part};
pub use literal::{array_delimiter, literal_value};
pub use quote::{IdentifierCase, Identifiers};
pub use range::{Range, RangeError, RangeSet, order_of_ends};
pub use storage::{
    CharPadding, FixedBits, NonFiniteFloats, NulInText, SpatialTypes, Storage, TemporalRanges, Typing,
};
pub use value::{Decimal, Interval, Value};

/// The JSON documents that [`Value::Json`] holds: members in the order in which they were written.
pub use serde_json::Value as Json;
