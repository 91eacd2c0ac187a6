//! Candidate keys: primary keys and unique constraints and indexes.

use crate::{ColumnIdx, Deferrability, Expr, Span};
use serde::{Deserialize, Serialize};

/// A primary key: its columns are NOT NULL and jointly unique.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// The constraint's name.
    pub name: Option<String>,
    /// Its columns in key order.
    pub columns: Vec<ColumnIdx>,
    /// MySQL prefix lengths, parallel to `columns`; empty when there are none.
    pub prefix_lengths: Vec<Option<u32>>,
    /// Where it was declared.
    pub span: Span,
}

/// A unique constraint or unique index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UniqueKey {
    /// The constraint's or index's name.
    pub name: Option<String>,
    /// What must be jointly unique, in order.
    pub parts: Vec<KeyPart>,
    /// `WHERE` of a partial index: only rows that satisfy it collide.
    pub predicate: Option<Expr>,
    /// Whether NULLs never collide (SQL's default); false is `NULLS NOT DISTINCT`.
    pub nulls_distinct: bool,
    /// When it is checked.
    pub deferrability: Deferrability,
    /// Whether it was written as a constraint or as an index.
    pub origin: UniqueOrigin,
    /// Where it was declared.
    pub span: Span,
}

impl UniqueKey {
    /// A plain unique constraint over columns.
    pub fn over(columns: &[ColumnIdx]) -> Self {
        Self {
            name: None,
            parts: columns.iter().map(|c| KeyPart::column(*c)).collect(),
            predicate: None,
            nulls_distinct: true,
            deferrability: Deferrability::NotDeferrable,
            origin: UniqueOrigin::Constraint,
            span: Span::default(),
        }
    }

    /// The columns in key order, if every part is a whole column: no expressions and no prefixes.
    pub fn plain_columns(&self) -> Option<Vec<ColumnIdx>> {
        self.parts
            .iter()
            .map(|p| match p {
                KeyPart { term: KeyTerm::Column(c), prefix_length: None, .. } => Some(*c),
                _ => None,
            })
            .collect()
    }
}

/// One part of a [`UniqueKey`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyPart {
    /// A column or an expression.
    pub term: KeyTerm,
    /// MySQL: only the first so many characters count.
    pub prefix_length: Option<u32>,
    /// The collation of the comparison, when named.
    pub collation: Option<String>,
}

impl KeyPart {
    /// A whole column under its own collation.
    pub fn column(index: ColumnIdx) -> Self {
        Self { term: KeyTerm::Column(index), prefix_length: None, collation: None }
    }
}

/// A column or an expression in a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KeyTerm {
    /// A column.
    Column(ColumnIdx),
    /// An expression, such as `lower(email)`.
    Expr(Expr),
}

/// How a [`UniqueKey`] was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UniqueOrigin {
    /// `UNIQUE (...)`.
    Constraint,
    /// `CREATE UNIQUE INDEX`.
    Index,
}
