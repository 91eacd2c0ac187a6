//! Statements that make, change and drop tables, types and sequences: a file for each statement or clause.
//!
//! Each reads its tokens and changes the catalog at once, as a server would. Three kinds of answers tell what went
//! wrong:
//!
//! - `Err` says that the statement, or the action of an `ALTER TABLE`, breaks off; the caller reports it with its
//!   place.
//! - A problem that is pushed says that a part of it was left out; the rest was applied.
//! - Where a server says nothing or the model holds nothing, neither does this.
//!
//! Files with the prefix `mysql_` or `sqlite_` read forms that only that family has.

mod add_column;
mod add_constraint;
mod add_key;
mod alter_column;
pub(crate) mod alter_table;
mod alter_target;
mod column;
mod column_clause;
mod column_def;
pub(crate) mod comment;
mod constraint;
mod constraint_attributes;
pub(crate) mod create_table;
mod default_clause;
mod derive;
pub(crate) mod domain;
pub(crate) mod drop;
mod drop_part;
mod including;
pub(crate) mod index;
mod index_element;
mod inherit;
mod mysql_options;
mod mysql_partition;
mod partition;
mod period;
mod query;
mod references;
mod relatives;
pub(crate) mod rename;
pub(crate) mod sequence;
pub(crate) mod session;
mod sqlite_key;
mod table_constraint;
mod table_element;
mod type_names;
pub(crate) mod user_types;
mod value_type;
pub(crate) mod view;
