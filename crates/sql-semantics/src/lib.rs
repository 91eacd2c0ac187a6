//! What SQL means, per dialect: values, three-valued evaluation, patterns, collation folds, casts and quoting.
//!
//! - [`evaluate`], [`truth`] and [`check_passes`] compute an expression of the schema on a [`Row`], as the schema's
//!   dialect does; [`supported`] says beforehand whether they can.
//! - [`parse_value`] and [`format_value`] go between a [`Value`] and the literal text of a type.
//! - [`fold`] says when two strings are one to a UNIQUE column.
//! - [`resolve_table`] and [`resolve_column`] find what a name means that a person wrote.
//! - [`quote_identifier`] and [`quote_text`] make SQL text safe.
//! - [`like_to_regex`] and its kin turn SQL's patterns into regular expressions.
//! - [`mod@text`] writes cells fast.
//!
//! ```
//! use seedbed_schema_model::{BinaryOp, Column, ColumnIdx, Dialect, Expr, Schema, SqlType, Table};
//! use seedbed_sql_semantics::{Context, Value, truth};
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut film = Table::new(Some("public"), "film");
//! film.columns.push(Column::new("length", SqlType::INTEGER));
//! schema.push_table(film);
//! let cx = Context::new(&schema, Some(&schema.tables[0]));
//! let check = Expr::binary(BinaryOp::Gt, Expr::column(ColumnIdx(0)), Expr::integer(0));
//! assert_eq!(truth(&check, &[Value::Integer(90)], &cx), Ok(Some(true)));
//! assert_eq!(truth(&check, &[Value::Null], &cx), Ok(None));
//! ```

mod arithmetic;
mod array_operator;
mod calendar;
mod cast;
mod collation;
mod column_value;
mod compare;
mod context;
mod decimal;
mod dialect;
mod error;
mod evaluate;
mod format;
mod function;
mod json_operator;
mod key_encoding;
mod literal;
mod matching;
mod name_resolution;
mod number;
mod pattern;
mod quote;
mod spelling;
mod support;
pub mod text;
mod typing;
mod value;

pub use calendar::{add_months, civil_from_days, days_from_civil, days_in_month, is_date, split_timestamp};
pub use collation::fold;
pub use column_value::stored_value;
pub use context::{Context, Row};
pub use dialect::{
    CharPadding, CheckTime, ConstraintRules, DanglingReference, EmptyPartitioning, FixedBits, FullMatch,
    HardCycle, NonFiniteFloats, NulInText, NullInRange, NullNumbering, Semantics, SpatialTypes, Storage,
    TemporalRanges, Typing, WrittenNumbers, semantics,
};
pub use error::{EvaluateError, Unsupported};
pub use evaluate::{EvaluationOrder, TruthValues, check_passes, evaluate, truth};
pub use format::{Notation, format_value, push_float, push_value};
pub use json_operator::{JsonAccess, JsonMember};
pub use key_encoding::{KeyPartRule, push_key_part};
pub use literal::{LiteralError, literal_value, parse_value};
pub use name_resolution::{NameError, resolve_column, resolve_table};
pub use pattern::{
    PatternError, glob_to_regex, like_to_regex, pcre_to_regex, posix_to_regex, similar_to_regex,
};
pub use quote::{IdentifierCase, Identifiers, quote_identifier, quote_qualified, quote_text};
pub use spelling::nearest;
pub use support::supported;
pub use value::{Decimal, Interval, Value};

/// The JSON documents that [`Value::Json`] holds.
pub use serde_json::Value as Json;
