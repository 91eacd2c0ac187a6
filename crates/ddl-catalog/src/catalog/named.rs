//! What a name stands for: tables, views and sequences share their names, types have names of their own.

use seedbed_schema_model::{
    Column, CompositeTypeId, DomainId, EnumTypeId, QualifiedName, SequenceId, SqlType, TableId,
};

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
    /// `CREATE TYPE ... AS RANGE`, by its place among the catalog's.
    Range(usize),
    /// The multirange type that such a type brings along.
    Multirange(usize),
}

/// A type made by `CREATE TYPE ... AS RANGE`. Columns of it have the type of its elements, so that only its names are
/// kept here.
#[derive(Clone, Debug)]
pub struct RangeType {
    /// Its name.
    pub name: QualifiedName,
    /// The name of its multirange type.
    pub multirange: QualifiedName,
    /// What it is a range of.
    pub element: SqlType,
}
