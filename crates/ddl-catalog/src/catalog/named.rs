//! What a name stands for: tables, views and sequences share their names, types have names of their own.

use seedbed_schema_model::{Column, CompositeTypeId, DomainId, EnumTypeId, SequenceId, SqlType, TableId};

/// What the name of a table, view or sequence stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedRelation {
    /// A table, also a partition or a temporary one.
    Table(TableId),
    /// A sequence.
    Sequence(SequenceId),
    /// Something that holds no rows of its own.
    View,
}

/// A view, as far as its text tells.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Its columns; none when one of them can't be told.
    pub columns: Vec<Column>,
    /// The table that rows inserted into it go to; `None` when it takes none, or its text does not tell.
    pub base: Option<TableId>,
}

/// What the name of one of the schema's own types stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    /// `CREATE TYPE ... AS ENUM`.
    Enum(EnumTypeId),
    /// `CREATE DOMAIN`.
    Domain(DomainId),
    /// `CREATE TYPE ... AS (...)`.
    Composite(CompositeTypeId),
}

impl UserType {
    /// The type as columns have it.
    pub fn sql_type(self) -> SqlType {
        match self {
            Self::Enum(id) => SqlType::Enum(id),
            Self::Domain(id) => SqlType::Domain(id),
            Self::Composite(id) => SqlType::Composite(id),
        }
    }
}
