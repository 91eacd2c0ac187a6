//! Types, sequences and functions that the schema itself defines.

use crate::{Check, ColumnIdx, DefaultValue, Expr, QualifiedName, Span, SqlType, TableId};
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);
    };
}
id! {
    /// An enum type, by its place in [`Schema::enums`](crate::Schema::enums).
    EnumTypeId
}
id! {
    /// A domain, by its place in [`Schema::domains`](crate::Schema::domains).
    DomainId
}
id! {
    /// A composite type, by its place in [`Schema::composites`](crate::Schema::composites).
    CompositeTypeId
}
id! {
    /// A sequence, by its place in [`Schema::sequences`](crate::Schema::sequences).
    SequenceId
}

/// `CREATE TYPE ... AS ENUM`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: QualifiedName,
    /// Its labels in order, which is also their sort order.
    pub labels: Vec<String>,
    /// Where it was declared.
    pub span: Span,
}

/// `CREATE DOMAIN`: a type with constraints of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// Its name.
    pub name: QualifiedName,
    /// The type it restricts; may be another domain.
    pub base: SqlType,
    /// `NOT NULL`.
    pub not_null: bool,
    /// `DEFAULT`.
    pub default: Option<DefaultValue>,
    /// Its CHECKs, over [`Expr::DomainValue`].
    pub checks: Vec<Check>,
    /// `COLLATE`.
    pub collation: Option<String>,
    /// Where it was declared.
    pub span: Span,
}

/// `CREATE TYPE ... AS (...)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompositeType {
    /// Its name.
    pub name: QualifiedName,
    /// Attribute names and types in order.
    pub attributes: Vec<(String, SqlType)>,
    /// Where it was declared.
    pub span: Span,
}

/// `CREATE SEQUENCE`, or the implicit one of a serial or identity column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// First value; where a script has drawn or set values, the one that comes next.
    pub start: i64,
    /// Step, not zero.
    pub increment: i64,
    /// Least value.
    pub min: i64,
    /// Greatest value.
    pub max: i64,
    /// `CYCLE`.
    pub cycle: bool,
    /// `OWNED BY`.
    pub owned_by: Option<(TableId, ColumnIdx)>,
    /// Where it was declared.
    pub span: Span,
}

/// `CREATE FUNCTION`: its head, and its body when that computes one value from its arguments alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: QualifiedName,
    /// Language, lower case.
    pub language: Option<String>,
    /// What it is called with, in order.
    pub arguments: Vec<FunctionArgument>,
    /// The type of its value; `None` when it returns a set, several columns or nothing.
    pub returns: Option<SqlType>,
    /// `STRICT`: NULL for any NULL argument, without a look at the body.
    pub strict: bool,
    /// `SET search_path`: the schemas in which its body looks for bare names; `None` where it is the caller's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_path: Option<Vec<String>>,
    /// The body as written.
    pub body: Option<String>,
    /// The body as an expression over [`Expr::Parameter`], when it is one. Calls of it in CHECKs, defaults and indexes
    /// are then written out there.
    pub expr: Option<Expr>,
    /// Where it was declared.
    pub span: Span,
}

/// One argument of a [`Function`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionArgument {
    /// Its name; empty when it has none.
    pub name: String,
    /// Its type, when it could be read.
    pub ty: Option<SqlType>,
    /// What it is when a call leaves it out.
    pub default: Option<Expr>,
    /// `VARIADIC`: an array of all further arguments.
    pub variadic: bool,
}
