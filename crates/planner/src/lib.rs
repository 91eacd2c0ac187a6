//! Plans a run: settles how many rows each table can have, and chooses every column's list and law.
//!
//! [`plan`] is the way in; [`PlanError`] is each reason why there is none. [`with_undeclared_references`] is the schema
//! as it is planned, with the references that the spec names or the catalog infers.
//!
//! Tables are planned in load order, parents first, each by the passes that `passes.rs` lists. A pass that can't give a
//! table its rows says how many it can have and why, and the table is planned again with those. Nothing here makes
//! rows: a plan is laws and lists, and what is computed of them at plan time is what the schema forces (sieves,
//! indexes).
//!
//! ```
//! use seedbed_datagen_core::{Request, TypesAlone};
//! use seedbed_schema_model::{Column, ColumnIdx, Dialect, Key, Schema, Span, SqlType, Table};
//! use std::sync::Arc;
//!
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut genre = Table::new(Some("public"), "genre");
//! genre.columns.push(Column::new("id", SqlType::INTEGER).not_null());
//! genre.primary_key =
//!     Some(Key { name: None, columns: vec![ColumnIdx(0)], prefix_lengths: vec![], span: Span::default() });
//! let genre = schema.push_table(genre);
//! let plan = seedbed_planner::plan(Arc::new(schema), &Request::default(), &TypesAlone)
//!     .expect("nothing stands in the way");
//! assert_eq!(plan.batch(genre, 3..5).rows.num_rows(), 2);
//! ```

mod admission;
mod assembly;
mod branches;
mod candidates;
mod demanded_references;
mod demands;
mod documents;
mod draft;
mod error;
mod facts;
mod findings;
mod first_rows;
mod fixed_columns;
mod free_columns;
mod generated;
mod grouping;
mod keys;
mod later_values;
mod left_as_is;
mod leftover;
mod listing;
mod lists;
mod own_checks;
mod parts;
mod passes;
mod pinned_root;
mod placement;
mod planning;
mod probe;
mod redrawn;
mod references;
mod referred;
mod rounds;
mod row_limit;
mod rows_meeting;
mod session_user;
mod sieve;
mod spec_value;
mod stays;
mod table_context;
mod taken;
mod undeclared;
mod wish_check;
mod wish_fault;
mod wishes;

pub use error::PlanError;
pub use rounds::plan;
pub use undeclared::with_undeclared_references;
pub use wish_fault::{ColumnWishFault, ReferenceWishFault};

use seedbed_rows::{Plan, TablePlan};
