//! Effective constraints: what holds of a table's rows, gathered from everywhere it is declared.
//!
//! A schema says what was written, table by table. What a row has to satisfy is spread over more places than its
//! table's own declaration: rows of a partitioned table also satisfy the constraints of the partition that takes them,
//! a unique index and an EXCLUDE are keys like a UNIQUE is, and two tables whose keys are made of each other's
//! constrain each other. [`Constraints`] holds all of it for one table, with columns numbered as that table numbers
//! them.
//!
//! - [`Constraints::new`] gathers the candidate keys, foreign keys and CHECKs of a table and of its partitions.
//! - [`EffectiveKey`] is a candidate key as its rows are compared: parts, predicate, NULLs, ranges that may not
//!   overlap.
//! - [`EffectiveKey::value_of`] is what one row takes of a key; [`TakenValues`] says whether another one collides with
//!   it.
//! - [`with_looked_up`] gives tables columns for what their triggers and CHECKs look up in parents' rows, so that what they
//!   want is a constraint like others.
//! - [`align`] finds pairs of tables whose NOT NULL references go both ways, and makes one of the two the owner.
//! - [`reachable`] says which rows have a partition: a column's values, or a choice of [`PartitionBox`]es.
//! - [`WrittenOut`] is what a table's generated columns are.
//!
//! ```
//! use seedbed_constraints::Constraints;
//! use seedbed_schema_model::{Column, ColumnIdx, Dialect, Key, Schema, Span, SqlType, Table};
//!
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut genre = Table::new(Some("public"), "genre");
//! genre.columns.push(Column::new("id", SqlType::INTEGER).not_null());
//! genre.primary_key =
//!     Some(Key { name: None, columns: vec![ColumnIdx(0)], prefix_lengths: vec![], span: Span::default() });
//! let genre = schema.push_table(genre);
//!
//! let constraints = Constraints::new(&schema, genre);
//! assert_eq!(constraints.keys[0].columns, [ColumnIdx(0)]);
//! assert!(constraints.keys[0].primary && constraints.references.is_empty());
//! ```
//!
//! The crate decides nothing about values: which of them a CHECK allows is read by the solver, and how a key is made to
//! hold is the planner's choice. No function here fails; what can't be read is kept apart and named.

mod aligned;
mod castable;
mod check_guard;
mod constraints;
mod dealt;
mod effective_key;
mod exclusion;
mod generated;
mod guards;
mod key_reading;
mod key_value;
mod may_be_null;
mod partition_box;
mod reachable;
mod tuple_range;

pub use aligned::{Alignment, align};
pub use constraints::Constraints;
pub use effective_key::EffectiveKey;
pub use generated::WrittenOut;
pub use guards::{guarded_references, with_looked_up};
pub use key_value::{KeyValue, TakenValues};
pub use partition_box::PartitionBox;
pub use reachable::{Reachable, reachable};
