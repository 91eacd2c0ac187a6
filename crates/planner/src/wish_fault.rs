//! What is wrong with a wish of a spec, as facts; their words are made here, for errors alone.

use super::error::PlanError;
use seedbed_datagen_core::BindError;
use thiserror::Error;

/// Why a spec's wish for a column can't be met.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ColumnWishFault {
    /// More than one of the four ways to say the values.
    #[error("`values`, `range`, `provider` and `examples` exclude each other")]
    SeveralSources,
    /// `values = []`.
    #[error("`values` is empty")]
    NoValues,
    /// No text of `examples` is a value that the column may hold.
    #[error("its type and CHECKs allow none of its `examples`")]
    NoExamples,
    /// A value that the column's type does not have.
    #[error("`{value}` is no value of type {ty}")]
    NotOfType {
        /// The value as the spec has it.
        value: String,
        /// The type as the schema declares it.
        ty: String,
    },
    /// An end of `range` that the column's type does not have.
    #[error("`{end}` is no value of its type")]
    RangeEnd {
        /// The end as the spec has it.
        end: String,
    },
    /// A weight of 0: a value that never occurs.
    #[error("the weight of `{value}` is 0, not at least 1")]
    NoWeight {
        /// The value as the spec has it.
        value: String,
    },
    /// The column refers to another table, which alone says its values.
    #[error("it is part of a foreign key, whose values are its parent's")]
    Referencing,
    /// `null-rate` above 0 for a column that is NOT NULL.
    #[error("`null-rate` is asked of a column that can't be NULL")]
    NeverNull,
    /// A value that the type has, but a CHECK or the list of an enum leaves out.
    #[error("its type and CHECKs do not allow `{value}`")]
    Disallowed {
        /// The value as the spec has it.
        value: String,
    },
    /// `range` for a type whose values are not counted.
    #[error("`range` is for numbers, dates and times, not for {ty}")]
    Uncountable {
        /// The type as the schema declares it.
        ty: String,
    },
    /// No value of `range` is one that the type and the CHECKs allow.
    #[error("its range leaves no value that the column's type and CHECKs allow")]
    EmptyRange,
    /// The provider does not serve the column.
    #[error(transparent)]
    Provider(BindError),
}

/// Why a reference that a spec names can't be.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ReferenceWishFault {
    /// It has not as many columns as what it refers to.
    #[error("{own} columns can't refer to {theirs}")]
    Width {
        /// Columns that refer.
        own: usize,
        /// Columns that they would refer to.
        theirs: usize,
    },
    /// The values of one column can't be values of the other.
    #[error("`{column}` is {child}, what it would refer to is {parent}")]
    Types {
        /// The column that refers.
        column: String,
        /// Its type as declared.
        child: String,
        /// The type of the column that it would refer to, as declared.
        parent: String,
    },
    /// The schema has these columns refer to something else.
    #[error("the schema has it refer to `{parent}`")]
    Declared {
        /// The table that they refer to.
        parent: String,
    },
    /// `customers(id`.
    #[error("it is not closed by `)`")]
    Unclosed,
    /// A table alone stands for its primary key, and it has none.
    #[error("`{table}` has no primary key")]
    NoPrimaryKey {
        /// The table as the spec has it.
        table: String,
    },
    /// A table or column that the schema doesn't have, or has more than once.
    #[error("{}", with_hint(.0))]
    Name(Box<PlanError>),
}

/// An error with its hint behind it, as it stands within another message.
fn with_hint(error: &PlanError) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}
