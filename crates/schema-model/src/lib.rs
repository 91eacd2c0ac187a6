//! The vocabulary of Seedbed: what a relational schema *is*, apart from any SQL text.
//!
//! A [`Schema`] holds [`Table`]s with their columns, keys and CHECKs; every part carries the [`Span`] of the
//! source text that declared it. A `Schema` that exists is resolved: foreign keys point at tables by [`TableId`],
//! expressions at columns by [`ColumnIdx`]. [`TableGraph`] orders the tables for loading and says how each cycle of
//! references can be broken.
//!
//! ```
//! use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table, TableGraph};
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut genre = Table::new(Some("public"), "genre");
//! genre.columns.push(Column::new("id", SqlType::INTEGER).not_null());
//! let id = schema.push_table(genre);
//! assert_eq!(TableGraph::new(&schema).load_order().tables, [id]);
//! ```
//!
//! The crate parses nothing, draws no random numbers and does no I/O.

mod check;
mod column;
mod diagnostic;
mod dialect;
mod expr;
mod foreign_key;
mod graph;
mod guard;
mod index;
mod key;
mod line_starts;
mod literal;
mod name;
mod partition;
mod partition_tree;
mod schema;
mod self_reference;
mod source;
mod sql_type;
mod table;
mod trigger;
mod user_type;

pub use check::{Check, Exclusion, ExclusionElement};
pub use column::{Column, DefaultValue, Generated, Numbering};
pub use diagnostic::{Diagnostic, Severity};
pub use dialect::{Dialect, UnknownDialect};
pub use expr::{BinaryOp, DateField, DisplayExpr, Expr, LikeKind, Quantifier, UnaryOp, Unreadable};
pub use foreign_key::{
    Deferrability, ForeignKey, MatchKind, ReferenceOrigin, ReferentialAction, UnresolvedReference,
};
pub use graph::{BrokenReference, Component, CycleBreak, ForeignKeyId, LoadOrder, TableGraph};
pub use guard::{Guard, GuardedCheck, LookUp, LookedUp};
pub use key::{Key, KeyPart, KeyTerm, UniqueKey, UniqueOrigin};
pub use literal::Literal;
pub use name::QualifiedName;
pub use partition::{
    BoundDatum, InlinePartition, PartitionBound, PartitionOf, PartitionStrategy, Partitioning,
};
pub use partition_tree::PartitionTree;
pub use schema::Schema;
pub use source::{LineColumn, SourceFile, SourceMap, Span};
pub use sql_type::{IntervalFields, SqlType};
pub use table::{ColumnIdx, Table, TableId, TableOptions};
pub use trigger::{CopiedRow, Trigger, TriggerEvents, TriggerLevel, TriggerTiming};
pub use user_type::{
    CompositeType, CompositeTypeId, Domain, DomainId, EnumType, EnumTypeId, Function, FunctionArgument,
    Sequence, SequenceId,
};
