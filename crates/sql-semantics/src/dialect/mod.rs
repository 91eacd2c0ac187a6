//! What SQL means in a dialect, as answers to named questions.
//!
//! Each dialect is a file beside this one with a [`Semantics`]: no answer has a default, so that the compiler names
//! what a further dialect leaves open. Code asks a question (`storage.dates`, `keys.match_full`) and never who answers.

mod keys;
mod mysql;
mod postgres;
mod sqlite;
mod storage;

use crate::arithmetic::Arithmetic;
use crate::cast::Conversions;
use crate::collation::Collations;
use crate::compare::Comparisons;
use crate::evaluate::{EvaluationOrder, TruthValues};
use crate::format::Notation;
use crate::function::Functions;
use crate::json_operator::JsonAccess;
use crate::literal::LiteralForms;
use crate::matching::Patterns;
use crate::quote::Identifiers;
use seedbed_schema_model::Dialect;

pub use keys::{
    CheckTime, ConstraintRules, DanglingReference, EmptyPartitioning, FullMatch, HardCycle, NullInRange,
    NullNumbering, WrittenNumbers,
};
pub use storage::{
    CharPadding, FixedBits, NonFiniteFloats, NulInText, SpatialTypes, Storage, TemporalRanges, Typing,
};

/// What SQL means in one dialect.
#[derive(Debug)]
pub struct Semantics {
    /// What names are.
    pub identifiers: Identifiers,
    /// A string constant with its quotes.
    pub(crate) quote_text: fn(&str) -> String,
    /// How values are written.
    pub notation: Notation,
    /// What a column of a type can hold.
    pub storage: Storage,
    /// When keys, references and partitions hold.
    pub constraints: ConstraintRules,
    /// What is true.
    pub truth: TruthValues,
    /// In which order AND and OR look at their operands.
    pub evaluation_order: EvaluationOrder,
    /// How literals are read.
    pub(crate) literals: LiteralForms,
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
/// use seedbed_sql_semantics::semantics;
/// assert_eq!(semantics(Dialect::MySql).identifiers.quote, ('`', '`'));
/// ```
pub fn semantics(dialect: Dialect) -> &'static Semantics {
    match dialect {
        Dialect::Postgres => &postgres::SEMANTICS,
        Dialect::MySql => &mysql::SEMANTICS,
        Dialect::Sqlite => &sqlite::SEMANTICS,
    }
}
