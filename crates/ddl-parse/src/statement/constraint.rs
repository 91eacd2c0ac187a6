//! Constraints as they are written, not yet applied to a table.
//!
//! Both places give this form, the clauses behind a column and the constraints between the commas, and `CREATE UNIQUE
//! INDEX` as well. Columns are still names, expressions tokens.

use super::index_element::IndexElement;
use super::references::References;
use seedbed_schema_model::{Deferrability, Span, UniqueOrigin};
use seedbed_sql_syntax::Cursor;

/// A constraint not yet applied to a table.
#[derive(Clone, Debug)]
pub(super) struct ConstraintClause<'a> {
    /// `CONSTRAINT name`, or MySQL's name of the index.
    pub name: Option<String>,
    /// What it demands.
    pub body: ConstraintForm<'a>,
    /// When it is checked.
    pub deferrability: Deferrability,
    /// `NOT ENFORCED`.
    pub enforced: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Written in a column's definition, where MariaDB gives a CHECK no name of its own.
    pub of_column: bool,
    /// `USING INDEX name`: the key takes over an index that is there.
    pub using_index: Option<String>,
    /// All of it.
    pub span: Span,
}

/// What a constraint demands.
#[derive(Clone, Debug)]
pub(super) enum ConstraintForm<'a> {
    /// `PRIMARY KEY (...)`
    PrimaryKey(Vec<IndexElement<'a>>),
    /// `UNIQUE (...)`, and unique indexes.
    Unique {
        parts: Vec<IndexElement<'a>>,
        nulls_distinct: bool,
        predicate: Option<Cursor<'a>>,
        origin: UniqueOrigin,
    },
    /// `CHECK (...)`, the expression alone.
    Check(Cursor<'a>),
    /// `FOREIGN KEY (...) REFERENCES ...`
    ForeignKey { columns: Vec<String>, references: References },
    /// `EXCLUDE USING method (element WITH operator, ...) WHERE (...)`
    Exclude { method: String, elements: Vec<(IndexElement<'a>, String)>, predicate: Option<Cursor<'a>> },
    /// `PERIOD FOR name (start, end)`
    Period { name: String, ends: Vec<String> },
    /// An index that constrains nothing.
    PlainIndex,
}

impl<'a> ConstraintClause<'a> {
    /// A constraint that is checked at once.
    pub(super) fn new(name: Option<String>, body: ConstraintForm<'a>, span: Span) -> Self {
        Self {
            name,
            body,
            deferrability: Deferrability::NotDeferrable,
            enforced: true,
            no_inherit: false,
            of_column: false,
            using_index: None,
            span,
        }
    }
}
