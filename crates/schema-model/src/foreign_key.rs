//! Foreign keys (referential constraints).

use crate::{Check, ColumnIdx, QualifiedName, Span, TableId};
use serde::{Deserialize, Serialize};

/// A foreign key: the child columns, when not NULL, must equal a parent row's columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: Option<String>,
    /// Referencing columns.
    pub columns: Vec<ColumnIdx>,
    /// Referenced table; may be the table itself.
    pub parent: TableId,
    /// Referenced columns, parallel to `columns`.
    pub parent_columns: Vec<ColumnIdx>,
    /// What a partly NULL reference means.
    pub match_kind: MatchKind,
    /// Whether the last column is a period, `PERIOD during`: the parent's rows of an equal key cover it together.
    #[serde(default)]
    pub of_period: bool,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// When it is checked.
    pub deferrability: Deferrability,
    /// Who says that there is such a reference.
    #[serde(default)]
    pub origin: ReferenceOrigin,
    /// What must not be false of the parent's row, over its columns: triggers and CHECKs of the referencing table say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wants: Vec<Check>,
    /// Where it was declared.
    pub span: Span,
}

impl ForeignKey {
    /// A declared reference that says no more than which columns refer to which.
    pub fn new(columns: &[ColumnIdx], parent: TableId, parent_columns: &[ColumnIdx]) -> Self {
        Self {
            name: None,
            columns: columns.to_vec(),
            parent,
            parent_columns: parent_columns.to_vec(),
            match_kind: MatchKind::Simple,
            of_period: false,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrability: Deferrability::NotDeferrable,
            origin: ReferenceOrigin::Declared,
            wants: Vec::new(),
            span: Span::default(),
        }
    }

    /// The parent's column that a referencing column shows; `None` for any other column.
    pub fn counterpart(&self, column: ColumnIdx) -> Option<ColumnIdx> {
        let place = self.columns.iter().position(|own| *own == column)?;
        self.parent_columns.get(place).copied()
    }
}

/// Who says that a reference exists. Only a declared one is checked by the server, so only such a one can be in the way
/// while loading.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReferenceOrigin {
    /// The schema.
    #[default]
    Declared,
    /// The user.
    Named,
    /// A trigger of the table, which refuses rows without a parent.
    Trigger {
        /// Its name.
        name: String,
    },
    /// The names and types of the columns.
    Inferred {
        /// What in them says so.
        reason: String,
    },
}

impl ReferenceOrigin {
    /// Whether the schema itself declares the reference.
    pub fn is_declared(&self) -> bool {
        *self == Self::Declared
    }
}

/// A foreign key whose parent no statement creates (SQLite and MySQL allow declaring one). Only NULLs can satisfy it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnresolvedReference {
    /// The constraint's name.
    pub name: Option<String>,
    /// Referencing columns.
    pub columns: Vec<ColumnIdx>,
    /// The table that does not exist, or has no such columns.
    pub parent: QualifiedName,
    /// Where it was declared.
    pub span: Span,
}

/// SQL's `MATCH` types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum MatchKind {
    /// One NULL column excuses the whole reference.
    #[default]
    Simple,
    /// All columns NULL, or none.
    Full,
    /// Defined by the standard, implemented by none of the servers here.
    Partial,
}

/// What happens to children when a parent goes or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ReferentialAction {
    /// `NO ACTION`.
    #[default]
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Deferrability {
    /// At the end of each statement, always.
    #[default]
    NotDeferrable,
    /// At the end of each statement, unless a transaction defers it.
    DeferrableImmediate,
    /// At commit.
    DeferrableDeferred,
}

impl Deferrability {
    /// Whether a transaction may put the check off until commit.
    pub fn is_deferrable(self) -> bool {
        self != Self::NotDeferrable
    }
}
