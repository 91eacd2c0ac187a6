//! What is known of a table while statements change it, beside its place in the schema.
//!
//! Things that later statements need and the finished schema does not: which columns are left and in which order, which
//! references wait for their parents, what new columns inherit.

use super::effects::Effects;
use super::rows::ScriptRows;
use seedbed_schema_model::{
    ColumnIdx, Deferrability, MatchKind, QualifiedName, ReferentialAction, Span, TableId,
};
use std::collections::HashMap;

/// A foreign key whose parent is still a name. Names are resolved at the end, because SQLite and MySQL allow a
/// reference to come before its table.
#[derive(Clone, Debug)]
pub struct NamedReference {
    /// The constraint's name, the server's own included.
    pub name: Option<String>,
    /// The referencing columns, in key order.
    pub columns: Vec<ColumnIdx>,
    /// The referenced table, as the name was found or would be made.
    pub parent: QualifiedName,
    /// Empty: the parent's primary key.
    pub parent_columns: Vec<String>,
    /// `MATCH FULL` and so on.
    pub match_kind: MatchKind,
    /// Whether the last column is a period.
    pub of_period: bool,
    /// What the deletion of a parent does.
    pub on_delete: ReferentialAction,
    /// What a change of the parent's key does.
    pub on_update: ReferentialAction,
    /// When it is checked.
    pub deferrability: Deferrability,
    /// Where it was declared.
    pub span: Span,
}

/// A period of time that a table speaks of.
#[derive(Clone, Debug)]
pub struct Period {
    /// Its name.
    pub name: String,
    /// The column that holds its start.
    pub start: ColumnIdx,
    /// The column that holds its end.
    pub end: ColumnIdx,
}

/// What is known of a table beside its [`Table`](seedbed_schema_model::Table).
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// A statement dropped the table.
    pub dropped: bool,
    /// It lives as long as a session, and is no part of the schema.
    pub temporary: bool,
    /// The live columns in the table's order. A dropped column is missing here alone.
    pub order: Vec<ColumnIdx>,
    /// Its foreign keys, in the order in which they were declared.
    pub references: Vec<NamedReference>,
    /// The tables it inherits from or is a partition of.
    pub parents: Vec<TableId>,
    /// MySQL: the character set that new columns inherit.
    pub charset: Option<String>,
    /// MySQL: the collation that new columns inherit.
    pub collation: Option<String>,
    /// Its periods.
    pub periods: Vec<Period>,
    /// It has more columns than are kept, which has been reported.
    pub overfull: bool,
    /// MySQL: the storage engine does not keep foreign keys.
    pub ignores_references: bool,
    /// Names of the CHECKs marked `NO INHERIT`, which children do not take over.
    pub no_inherit: Vec<String>,
    /// What the statements of its triggers do, by the trigger's name.
    pub(crate) trigger_effects: HashMap<String, Effects>,
    /// The statements of its triggers, by the trigger's name, where they stand in the trigger itself.
    pub(crate) trigger_bodies: HashMap<String, String>,
    /// What statements put into it and took out again.
    pub rows: ScriptRows,
}
