//! Constraints and value sets: what a column may hold, and what a row's columns may become so that its CHECKs hold.
//!
//! - A [`ValueDomain`] is what a column may hold; [`Narrowing`] reads conditions over one column into it.
//! - A [`PatternList`] counts and numbers the strings that a regular expression matches.
//! - [`Units`] counts numbers, dates and times of a type in whole steps.
//! - [`Branches`] solves conditions over several columns for one row: it keeps what the row drew where that fits, and
//!   changes as little as possible where it does not. It asks for cells through [`CellSource`].
//!
//! ```
//! use seedbed_schema_model::{BinaryOp, ColumnIdx, Dialect, Expr, Schema, SqlType};
//! use seedbed_solver::{Narrowing, Subject};
//! use seedbed_sql_semantics::Context;
//! use seedbed_sql_values::Value;
//!
//! let schema = Schema::new(Dialect::Postgres);
//! let cx = Context::new(&schema, None);
//! let stars = Expr::Column(ColumnIdx(0));
//! let at_most_five = Expr::binary(BinaryOp::LtEq, stars, Expr::integer(5));
//! let mut narrowing = Narrowing::new(Subject::Column(ColumnIdx(0)), &SqlType::INTEGER, &cx);
//! assert!(narrowing.apply(&at_most_five), "the condition was read whole");
//! assert_eq!(narrowing.domain.high.map(|end| end.value), Some(Value::Integer(5)));
//! ```
//!
//! The crate knows no rows, no buffers and no tables under construction.

mod branch;
mod domain;
mod narrow;
mod pattern;
mod units;
mod value_order;

pub use branch::{
    Branches, CellSource, Condition, Draws, Formula, Freedom, SettledColumn, Truths, Variable, is_strict,
};
pub use domain::{Bound, TextDomain, ValueDomain, Written};
pub use narrow::{Known, Narrowing, Subject, asks_for_now, conjuncts, later, reads_clock, strip};
pub use pattern::{PatternList, PatternListError, PlacePattern};
pub use units::{DAY_MICROS, REFERENCE_MICROS, Units};
pub use value_order::{DistinctValues, order, same};
