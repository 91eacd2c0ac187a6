//! What SQL means in a dialect, as answers to named questions.
//!
//! Each dialect is a file beside this one with a [`Semantics`]: no answer has a default, so that the compiler names
//! what a further dialect leaves open. How values are written, read and stored is in the
//! [`Representation`](seedbed_sql_values::Representation) of the dialect. Code asks a question
//! (`constraints.full_match`, `arithmetic.overflow`) and never who answers.

mod keys;
mod mysql;
mod postgres;
mod sqlite;

use crate::arithmetic::Arithmetic;
use crate::cast::Conversions;
use crate::compare::Comparisons;
use crate::evaluate::{EvaluationOrder, TruthValues};
use crate::function::Functions;
use crate::json_operator::JsonAccess;
use crate::matching::Patterns;
use crate::typing::Collations;
use seedbed_schema_model::Dialect;
use seedbed_sql_values::Value;

pub use keys::{
    CheckTime, ConstraintRules, DanglingReference, EmptyPartitioning, FullMatch, HardCycle, NullInRange,
    NullNumbering, WrittenNumbers,
};

/// What SQL means in one dialect.
#[derive(Debug)]
pub struct Semantics {
    /// When keys, references and partitions hold.
    pub constraints: ConstraintRules,
    /// What is true.
    pub truth: TruthValues,
    /// In which order AND and OR look at their operands.
    pub evaluation_order: EvaluationOrder,
    /// What a constant of the schema is when it is evaluated.
    pub(crate) constant: fn(Value) -> Value,
    /// When strings are the same.
    pub(crate) collations: Collations,
    /// How values are ordered.
    pub(crate) comparisons: Comparisons,
    /// How values are converted.
    pub(crate) conversions: Conversions,
    /// What operators compute.
    pub(crate) arithmetic: Arithmetic,
    /// What `->` and its kin take and answer.
    pub json: JsonAccess,
    /// What LIKE and regular expressions match.
    pub(crate) patterns: Patterns,
    /// Which functions there are.
    pub(crate) functions: Functions,
}

/// The description of a dialect. Costs a jump; who evaluates row by row finds it in a
/// [`Context`](crate::Context::semantics).
///
/// ```
/// use seedbed_schema_model::Dialect;
/// use seedbed_sql_semantics::{TruthValues, semantics};
/// assert_eq!(semantics(Dialect::MySql).truth, TruthValues::NotZero);
/// ```
pub fn semantics(dialect: Dialect) -> &'static Semantics {
    match dialect {
        Dialect::Postgres => &postgres::SEMANTICS,
        Dialect::MySql => &mysql::SEMANTICS,
        Dialect::Sqlite => &sqlite::SEMANTICS,
    }
}
