//! Why an expression could not be read.

use thiserror::Error;

/// What of an expression was not understood. Texts in the variants are as written, or as sqlparser writes them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExprError {
    /// There is nothing.
    #[error("an expression is expected")]
    Missing,
    /// More brackets inside one another, or more operators, than are followed.
    #[error("it is nested too deeply or too long")]
    TooLarge,
    /// The tree is deeper than those who walk it by recursion can bear.
    #[error("it is nested too deeply")]
    TooDeep,
    /// It is not by the grammar; the words are the grammar's, without a place.
    #[error("{message}")]
    Grammar {
        /// What sqlparser says.
        message: String,
    },
    /// Something stands behind the expression.
    #[error("`{token}` is not expected there")]
    NotExpected {
        /// The first token behind it.
        token: String,
    },
    /// A construct that the model has no form for.
    #[error("`{text}` is not understood")]
    Construct {
        /// The construct.
        text: String,
    },
    /// An operator that the model has no form for.
    #[error("the operator `{operator}` is not understood")]
    Operator {
        /// The operator.
        operator: String,
    },
    /// A type that is none of the dialect's or the schema's.
    #[error("the type `{ty}` is not understood")]
    Type {
        /// The type.
        ty: String,
    },
    /// A query in brackets, also behind IN and EXISTS.
    #[error("subqueries are not understood here")]
    Subquery,
    /// `sum(a) FILTER (...)`, `rank() OVER (...)`.
    #[error("aggregates and windows are not understood here")]
    Aggregate,
    /// `f(DISTINCT a)` and its like.
    #[error("the arguments of `{function}` are not understood")]
    Arguments {
        /// The function.
        function: String,
    },
    /// An argument that is no expression.
    #[error("the argument `{argument}` is not understood")]
    Argument {
        /// The argument.
        argument: String,
    },
    /// A name that no column, local or function without brackets has.
    #[error("there is no column `{name}`")]
    UnknownColumn {
        /// The name.
        name: String,
    },
    /// A field of a record that is not followed, such as `NEW.a`.
    #[error("`{record}` is not known here")]
    UnknownRecord {
        /// The record.
        record: String,
    },
    /// `$3` in a function of two arguments.
    #[error("there is no argument `{placeholder}`")]
    UnknownArgument {
        /// The placeholder.
        placeholder: String,
    },
    /// A name without parts.
    #[error("a name is expected")]
    NoName,
    /// Digits that are no number.
    #[error("`{digits}` is not a number")]
    Number {
        /// The digits.
        digits: String,
    },
    /// A value that is known only when a statement runs.
    #[error("`{value}` is not a constant")]
    NotConstant {
        /// The value.
        value: String,
    },
    /// `LIKE ... ESCAPE a`
    #[error("ESCAPE wants a constant")]
    Escape,
    /// `LIKE ANY (a)`
    #[error("a pattern against an array that is not written out is not understood")]
    PatternArray,
    /// `LIKE ANY (ARRAY[])`
    #[error("the array is empty")]
    EmptyArray,
}
