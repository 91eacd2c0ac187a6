//! What SQL means, per dialect: three-valued evaluation of expressions, comparison, casts, functions and operators.
//!
//! - [`evaluate`], [`truth`] and [`check_passes`] compute an expression of the schema on a [`Row`], as the schema's
//!   dialect does; [`supported`] says beforehand whether they can.
//! - A [`Program`] is a condition compiled for many rows, which says where it is sure of the answer.
//! - [`semantics`] is the table of a dialect's answers: what constraints mean, what is true, how `->` reads its right side.
//!
//! Values and their text are `seedbed-sql-values`'. An expression is read by `seedbed-sql-syntax`; this crate sees it
//! as the tree [`Expr`](seedbed_schema_model::Expr) alone.
//!
//! ```
//! use seedbed_schema_model::{BinaryOp, Column, ColumnIdx, Dialect, Expr, Schema, SqlType, Table};
//! use seedbed_sql_semantics::{Context, truth};
//! use seedbed_sql_values::Value;
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut film = Table::new(Some("public"), "film");
//! film.columns.push(Column::new("length", SqlType::INTEGER));
//! schema.push_table(film);
//! let cx = Context::new(&schema, Some(&schema.tables[0]));
//! let check = Expr::binary(BinaryOp::Gt, Expr::column(ColumnIdx(0)), Expr::integer(0));
//! assert_eq!(truth(&check, &[Value::Integer(90)], &cx), Ok(Some(true)));
//! assert_eq!(truth(&check, &[Value::Null], &cx), Ok(None));
//! ```
//!
//! The files: `evaluate` walks the tree; `compare`, `arithmetic`, `cast`, `matching`, `json_operator`, `array_operator`,
//! `range_operator` and `function` compute its nodes, with a file for each dialect where they differ; `typing` says what is known of an
//! expression without a row; `dialect` is the table that all of them ask.

mod arithmetic;
mod array_operator;
mod cast;
mod compare;
mod context;
mod dialect;
mod error;
mod evaluate;
mod function;
mod hstore_operator;
mod json_operator;
mod matching;
mod overlap;
mod program;
mod range_operator;
mod support;
mod typing;
mod work;

pub use context::{Context, Row};
pub use dialect::{
    CheckTime, ConstraintRules, DanglingReference, EmptyPartitioning, FullMatch, HardCycle, NullInRange,
    NullNumbering, Semantics, WrittenNumbers, semantics,
};
pub use error::{EvaluateError, Unsupported};
pub use evaluate::{EvaluationOrder, TruthValues, check_passes, evaluate, truth};
pub use function::is_strict_function;
pub use json_operator::{JsonAccess, JsonMember};
pub use overlap::RangeTerm;
pub use program::{Cell, CellRow, Program, ProgramRun};
pub use support::supported;
pub use work::{Late, Work};
