//! What is known of a table while statements change it, beside its place in the schema.

use super::effects::Effects;
use super::rows::ScriptRows;
use seedbed_schema_model::{
    ColumnIdx, CompositeTypeId, Deferrability, MatchKind, QualifiedName, ReferentialAction, Span, TableId,
};
use std::collections::HashMap;

/// A foreign key whose parent is still a name. Names are resolved at the end, because SQLite and MySQL allow a
/// reference to come before its table.
#[derive(Clone, Debug)]
pub(crate) struct NamedReference {
    pub name: Option<String>,
    pub columns: Vec<ColumnIdx>,
    pub parent: QualifiedName,
    /// Empty: the parent's primary key.
    pub parent_columns: Vec<String>,
    pub match_kind: MatchKind,
    pub on_delete: ReferentialAction,
    pub on_update: ReferentialAction,
    pub deferrability: Deferrability,
    pub span: Span,
}

/// What is known of a table beside its [`Table`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub dropped: bool,
    pub temporary: bool,
    /// The live columns in the table's order.
    pub order: Vec<ColumnIdx>,
    pub references: Vec<NamedReference>,
    /// The tables it inherits from or is a partition of.
    pub parents: Vec<TableId>,
    /// MySQL: what new columns inherit.
    pub charset: Option<String>,
    pub collation: Option<String>,
    /// It has more columns than are kept.
    pub overfull: bool,
    /// MySQL: the storage engine does not keep foreign keys.
    pub ignores_references: bool,
    /// CHECKs marked `NO INHERIT`.
    pub no_inherit: Vec<String>,
    /// PostgreSQL `OF type`.
    pub of_type: Option<CompositeTypeId>,
    /// What the statements of its triggers do, by the trigger's name.
    pub trigger_effects: HashMap<String, Effects>,
    /// What statements put into it.
    pub rows: ScriptRows,
}
