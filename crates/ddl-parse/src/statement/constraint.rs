//! Constraints as they are written, not yet applied to a table.

use super::index_element::IndexElement;
use super::references::References;
use seedbed_schema_model::{Deferrability, Span, UniqueOrigin};
use seedbed_sql_syntax::Cursor;

/// A constraint not yet applied to a table.
#[derive(Clone, Debug)]
pub(super) struct ConstraintClause<'a> {
    pub name: Option<String>,
    pub body: ConstraintForm<'a>,
    pub deferrability: Deferrability,
    /// `NOT ENFORCED`.
    pub enforced: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Written in a column's definition.
    pub of_column: bool,
    /// `USING INDEX name`: the key takes over an index.
    pub using_index: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum ConstraintForm<'a> {
    PrimaryKey(Vec<IndexElement<'a>>),
    Unique {
        parts: Vec<IndexElement<'a>>,
        nulls_distinct: bool,
        predicate: Option<Cursor<'a>>,
        origin: UniqueOrigin,
    },
    Check(Cursor<'a>),
    ForeignKey {
        columns: Vec<String>,
        references: References,
    },
    Exclude {
        method: String,
        elements: Vec<(IndexElement<'a>, String)>,
        predicate: Option<Cursor<'a>>,
    },
    /// An index that constrains nothing.
    PlainIndex,
}

impl<'a> ConstraintClause<'a> {
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
