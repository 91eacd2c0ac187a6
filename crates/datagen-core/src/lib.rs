//! Makes rows for a [`Schema`](seedbed_schema_model::Schema) that keep its keys and constraints.
//!
//! A column is a numbered list of the values it may hold, and a *law* says which number each row takes; every cell is a
//! pure function of (seed, table, column, row). So any range of rows can be made alone, in any order, on any thread.
//!
//! - [`Plan::new`] decides everything before the first row: how many rows each table can have, and each column's list
//!   and law. It reports every reason why it can't. [`Plan::explain`] tells what it decided and why.
//! - [`Plan::batch`] makes rows as Arrow; [`run()`] makes all of them, on several threads, into a [`Sink`].
//! - A [`Provider`] is a kind of value; bound to a column it gives a [`Sampler`], the numbered list. A [`Catalog`] names
//!   the providers and guesses which fits a column.
//! - A [`Request`] holds the user's [`Spec`], and what the target holds already.
//!
//! ```
//! use seedbed_datagen_core::{Plan, Request, TypesAlone};
//! use seedbed_schema_model::{Column, ColumnIdx, Dialect, Key, Schema, Span, SqlType, Table};
//! use std::sync::Arc;
//!
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut genre = Table::new(Some("public"), "genre");
//! genre.columns.push(Column::new("id", SqlType::INTEGER).not_null());
//! genre.primary_key =
//!     Some(Key { name: None, columns: vec![ColumnIdx(0)], prefix_lengths: vec![], span: Span::default() });
//! let genre = schema.push_table(genre);
//! let plan = Plan::new(Arc::new(schema), &Request::default(), &TypesAlone).expect("nothing stands in the way");
//! assert_eq!(plan.batch(genre, 3..5).rows.num_rows(), 2);
//! ```
//!
//! The crate does no I/O, reads no clock and knows no SQL text: see `seedbed-ddl-parse`, `seedbed-export`,
//! `seedbed-load`. Maths that reaches a value uses integers.

mod attempts;
mod batch;
mod buffer;
mod cancel;
mod catalog;
mod column_cells;
mod column_program;
mod computed;
mod convert;
mod encoder;
mod existing_digest;
mod explain;
mod fill;
mod filled;
mod filled_row;
mod inserted;
mod known_cells;
mod leftover;
mod list;
mod open_table;
mod part;
mod pen;
mod plan;
mod program;
mod progress;
mod provider;
mod redraw;
mod reference_program;
mod request;
mod row_count;
mod run;
mod run_options;
mod shared_key;
mod shortfall;
mod sieve;
mod sink;
mod sink_error;
mod spec;
mod table_rows;
mod units;

pub use attempts::Attempts;
pub use batch::{Batch, arrow_type};
pub use buffer::{ColumnBuffer, Dictionary, TextBuffer};
pub use cancel::CancelToken;
pub use catalog::{Catalog, EntityRole, Inference, TypesAlone};
pub use encoder::Encoder;
pub use explain::{
    CasesExplanation, ColumnExplanation, Explanation, LawKind, Limitation, LimitationCode, TableExplanation,
    TriggerExplanation,
};
pub use open_table::{EncodedTableSink, FillError, OpenTable, TableSink};
pub use part::Part;
pub use pen::{Pen, Piece};
pub use plan::{Plan, PlanError, TablePlan, with_undeclared_references};
pub use progress::{Progress, ProgressMeter, RunObserver};
pub use provider::{BindError, Binding, Cardinality, Provider, Sampler};
pub use request::{Existing, ExistingTable, KnownRows, Request};
pub use row_count::{RowCountError, parse_row_count};
pub use run::{RowSource, RunError, run};
pub use run_options::RunOptions;
pub use seedbed_solver::{Bound, PatternList, PatternListError, TextDomain, ValueDomain};
pub use shortfall::{
    Counted, Factor, Limit, Shortfall, ShortfallCode, ShortfallReason, SievedOut, Verdict, counted, grouped,
};
pub use sink::{FnSink, Sink, sink_fn};
pub use sink_error::SinkError;
pub use spec::{ColumnSpec, Range, ReferenceSpec, Spec, TableSpec, WeightedValue};
pub use table_rows::{Canceled, MakeRows, TableRows};
