//! Why a statement, or a part of one, could not be read.
//!
//! The words are the grammar's: what it wants at a place ([`Expected`]), what has to have a name ([`Named`]), and what
//! stands there instead. [`NotStatic`] is of another kind: the words are in order, but only a run tells what they do.

use seedbed_sql_syntax::Found;
use std::fmt;
use thiserror::Error;

/// What is wrong with the words of a statement. The place is the [`Problem`](crate::Problem)'s.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SyntaxError {
    /// Something has to stand there, and does not.
    #[error("{0}")]
    Expected(Expected),
    /// Something has to stand there, and something else does.
    #[error("{expected}, not {found}")]
    ExpectedNot {
        /// What has to stand there.
        expected: Expected,
        /// What does.
        found: Found,
    },
    /// Something stands there that cannot.
    #[error("{found} is not expected")]
    NotExpected {
        /// What stands there.
        found: Found,
    },
    /// Something stands behind a column's clauses that is none.
    #[error("{found} is not expected after `{column}`")]
    NotExpectedAfter {
        /// What stands there.
        found: Found,
        /// The column.
        column: String,
    },
    /// Something stands in a constraint that cannot.
    #[error("{found} is not expected in this constraint")]
    NotExpectedInConstraint {
        /// What stands there.
        found: Found,
    },
    /// An action that none of the dialects has.
    #[error("{found} is not understood")]
    UnknownAction {
        /// Its first word.
        found: Found,
    },
    /// A constraint of an unknown form.
    #[error("this constraint is not understood")]
    UnknownConstraint,
    /// A word by which no statement begins.
    #[error("no statement begins with {found}")]
    UnknownStatement {
        /// The word.
        found: Found,
    },
    /// `CREATE` of something that no dialect has.
    #[error("nothing called `{what}` can be created")]
    NotCreatable {
        /// The word behind `CREATE`, in lower case.
        what: String,
    },
    /// `(a int, , b int)`
    #[error("a comma is left over")]
    StrayComma,
    /// A table without a column.
    #[error("it has no columns")]
    NoColumns,
    /// A table of more columns than any server takes.
    #[error("it has more than {most} columns")]
    TooManyColumns {
        /// How many are kept.
        most: usize,
    },
    /// `FOR VALUES` of an unknown form.
    #[error("the partition's bound is not understood")]
    PartitionBound,
}

impl SyntaxError {
    /// A stable name in kebab case. Variants that differ only in what they can tell share one.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expected(_) | Self::ExpectedNot { .. } => "expected",
            Self::NotExpected { .. } | Self::NotExpectedAfter { .. } => "not-expected",
            Self::NotExpectedInConstraint { .. } | Self::UnknownConstraint => "unknown-constraint",
            Self::UnknownAction { .. } => "unknown-action",
            Self::UnknownStatement { .. } | Self::NotCreatable { .. } => "unknown-statement",
            Self::StrayComma => "stray-comma",
            Self::NoColumns => "no-columns",
            Self::TooManyColumns { .. } => "too-many-columns",
            Self::PartitionBound => "partition-bound",
        }
    }
}

impl From<Expected> for SyntaxError {
    fn from(expected: Expected) -> Self {
        Self::Expected(expected)
    }
}

/// What the grammar wants at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A keyword.
    Keyword(&'static str),
    /// Any name.
    Name,
    /// The name of a thing.
    NameOf(Named),
    /// The table behind `LIKE`.
    TableAfterLike,
    /// The type behind `OF`.
    TypeAfterOf,
    /// A type.
    Type,
    /// The type of an attribute.
    AttributeType,
    /// The attributes of a composite type.
    Attributes,
    /// The labels of an enum.
    Labels,
    /// A label of an enum.
    Label,
    /// An expression in brackets.
    Expression,
    /// A column with its type and clauses.
    ColumnDefinition,
    /// The columns of a key.
    Columns,
}

impl Expected {
    /// The error where something else stands: `Expected::Name.not(found)` reads "a name is expected, not `;`".
    pub fn not(self, found: Found) -> SyntaxError {
        SyntaxError::ExpectedNot { expected: self, found }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(word) => write!(f, "{word} is expected"),
            Self::Name => f.write_str("a name is expected"),
            Self::NameOf(named) => write!(f, "{}'s name is expected", named.noun()),
            Self::TableAfterLike => f.write_str("a table's name is expected after LIKE"),
            Self::TypeAfterOf => f.write_str("a type's name is expected after OF"),
            Self::Type => f.write_str("a type is expected"),
            Self::AttributeType => f.write_str("an attribute's type is expected"),
            Self::Attributes => f.write_str("attributes are expected"),
            Self::Labels => f.write_str("labels are expected"),
            Self::Label => f.write_str("a label is expected"),
            Self::Expression => f.write_str("an expression is expected"),
            Self::ColumnDefinition => f.write_str("a column's definition is expected"),
            Self::Columns => f.write_str("columns are expected"),
        }
    }
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Named {
    /// An attribute of a composite type.
    Attribute,
    /// A column.
    Column,
    /// A constraint.
    Constraint,
    /// A domain.
    Domain,
    /// A function or procedure.
    Function,
    /// An index.
    Index,
    /// A partition.
    Partition,
    /// The table that a partition is of.
    PartitionedTable,
    /// A rewrite rule.
    Rule,
    /// A schema.
    Schema,
    /// A sequence.
    Sequence,
    /// A table.
    Table,
    /// A trigger.
    Trigger,
    /// A type.
    Type,
}

impl Named {
    /// With its article.
    fn noun(self) -> &'static str {
        match self {
            Self::Attribute => "an attribute",
            Self::Column => "a column",
            Self::Constraint => "a constraint",
            Self::Domain => "a domain",
            Self::Function => "a function",
            Self::Index => "an index",
            Self::Partition => "a partition",
            Self::PartitionedTable => "the partitioned table",
            Self::Rule => "a rule",
            Self::Schema => "a schema",
            Self::Sequence => "a sequence",
            Self::Table => "a table",
            Self::Trigger => "a trigger",
            Self::Type => "a type",
        }
    }
}

/// Why a block of procedural code could not be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotStatic {
    /// `EXECUTE a || b`
    #[error("the statement is put together at run time")]
    Composed,
    /// DDL inside `LOOP`.
    #[error("it runs in a loop")]
    Looped,
}
