//! Edits on rows: which cells change, what is repaired so that every constraint holds, what is refused, and the difference.
//!
//! [`EditedRows`] are rows with [edits](seedbed_edit::Edit) on top, and a [source](seedbed_datagen_core::RowSource) of rows like
//! any other: whatever is below, a plan or what a store keeps, is asked for rows and gives them with some cells changed.
//! [`EditedRows::write`] hands them to a sink, with every constraint checked, and says what changed, [cell by cell](Diff).
//!
//! ```
//! use seedbed_edited_rows::{EditOptions, EditedRows};
//! use seedbed_export::NullSink;
//! use seedbed_job::{Job, Silent};
//! use seedbed_schema_model::SourceMap;
//!
//! let ddl = "CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL CHECK (status IN ('new', 'paid', 'gone')));";
//! let planned = Job::new(SourceMap::of(ddl)).plan(&mut Silent)?;
//! let edits = serde_json::from_str::<Vec<_>>(
//!     r#"[{"edit": "set", "table": "orders", "column": "status", "to": {"value": "gone"}, "rows": {"share": 0.2}}]"#,
//! )?;
//! let edited = EditedRows::new(&planned, &**planned.plan(), &edits, &EditOptions::default())?;
//! let applied = edited.write(Box::new(NullSink), None, &mut ())?;
//! assert_eq!(applied.report.violations(), 0);
//! let orders = &applied.diff.tables["public.orders"];
//! assert_eq!((orders.added, orders.removed, orders.cells.len()), (0, 0, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What an edit may not do
//!
//! Constraints win. A row that breaks a CHECK, NOT NULL or the bounds of partitions by an edit gets the smallest other change
//! with which it keeps them, which is told; where there is none, the whole edit is refused, with the constraint and the number of
//! rows. A key that changes is followed by all who refer to it. What is computed from other columns is computed anew.

mod added_rows;
mod cells;
mod change;
mod comparison;
mod diff;
mod donor;
mod edited_rows;
mod error;
mod fresh;
mod key_map;
mod layer;
mod ledger;
mod made;
mod names;
mod parent_rows;
mod prepare;
mod repair;
mod row_set;
mod stack;
mod written;

pub use diff::{Diff, RowDiff, TableDiff};
pub use edited_rows::{Applied, EditOptions, EditedRows};
pub use error::{EditError, EditFault};
