//! What a load into a database does, as a value.
//!
//! Rows are loaded in the order of the table graph, but an order is not all of it: references of a cycle have to wait,
//! tables that need each other go in by one statement, sequences are advanced, defaults read settings of the session, and
//! triggers of one table put rows into another. [`LoadPlan`] holds all that for one schema and the tables that get rows.
//! It is made once, with no connection and no file; a session of a live database and a script for the server's own client
//! both read it, so that neither has a mind of its own about what to do.
//!
//! ```
//! use seedbed_load_plan::{LoadPlan, RowsToLoad};
//! use seedbed_schema_model::{Column, ColumnIdx, Dialect, ForeignKey, Schema, SqlType, Table, TableGraph, TableId};
//!
//! // An author has a favourite book, and a book an author.
//! let mut schema = Schema::new(Dialect::Sqlite);
//! for (name, parent) in [("author", 1), ("book", 0)] {
//!     let mut table = Table::new(None, name);
//!     table.columns.push(Column::new("id", SqlType::BIGINT).not_null());
//!     let reference = Column::new("other_id", SqlType::BIGINT);
//!     table.columns.push(if name == "book" { reference.not_null() } else { reference });
//!     table.foreign_keys.push(ForeignKey::new(&[ColumnIdx(1)], TableId(parent), &[ColumnIdx(0)]));
//!     schema.push_table(table);
//! }
//! let order = TableGraph::new(&schema).load_order();
//! let rows = order.tables.iter().map(|t| RowsToLoad { table: *t, columns: vec![ColumnIdx(0), ColumnIdx(1)], rows: 10, uncertain: false });
//! let plan = LoadPlan::new(&schema, &order, rows.collect());
//! let author = plan.table(TableId(0)).unwrap();
//! assert_eq!(author.deferred.as_ref().unwrap().columns, [ColumnIdx(1)], "first NULL, then updated");
//! ```
//!
//! This crate does no I/O and knows no rows: what a statement says of rows is written by those who have them.

mod constraint_check;
mod deferred_references;
mod feeding;
mod load_plan;
mod mysql_conversion;
mod reference_check;
mod risk;
mod row_key;
mod sequence;
mod session_setting;
mod setting_value;
mod table_load;
mod text;

pub use deferred_references::DeferredReferences;
pub use load_plan::{LoadPlan, LoadStep};
pub use mysql_conversion::MySqlConversion;
pub use reference_check::ReferenceCheck;
pub use sequence::SequenceAdvance;
pub use session_setting::SettingSource;
pub use setting_value::session_settings;
pub use table_load::{RowsToLoad, TableLoad};
