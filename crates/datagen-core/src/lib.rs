//! What strangers write against: providers of values, catalogs of them, sinks for rows, and what a user asks for.
//!
//! A column is a numbered list of the values it may hold, and a *law* says which number each row takes; every cell is a
//! pure function of (seed, table, column, row). So any range of rows can be made alone, in any order, on any thread.
//!
//! - A [`Provider`] is a kind of value; bound to a column it gives a [`Sampler`], the numbered list. A [`Catalog`] names
//!   the providers and guesses which fits a column.
//! - A [`Request`] holds the user's [`Spec`], in which [`resolve_table`] and [`resolve_column`] find what names mean, and what the target holds already. `seedbed-planner` makes a plan of it.
//! - A [`Batch`] is rows of one table as Arrow. [`run()`] has a [`RowSource`] such as a plan make all of them, on several
//!   threads, and hands them to a [`Sink`].
//!
//! A provider of one's own needs nothing but this crate:
//!
//! ```
//! use seedbed_datagen_core::{BindError, Binding, Cardinality, ColumnBuffer, Provider, Sampler};
//! use std::sync::Arc;
//!
//! /// Gate numbers: A1 to A99.
//! #[derive(Debug)]
//! struct Gates;
//!
//! impl Provider for Gates {
//!     fn name(&self) -> &str { "airport.gate" }
//!     fn bind(&self, _: &Binding<'_>) -> Result<Arc<dyn Sampler>, BindError> { Ok(Arc::new(Self)) }
//! }
//!
//! impl Sampler for Gates {
//!     fn cardinality(&self) -> Cardinality { Cardinality::Exact(99) }
//!     fn is_injective(&self) -> bool { true }
//!     fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
//!         if let ColumnBuffer::Text(text) = out {
//!             ordinals.iter().for_each(|o| text.push(&format!("A{}", o + 1)));
//!         }
//!     }
//! }
//!
//! let mut cells = ColumnBuffer::Text(Default::default());
//! Gates.write(&[0, 98], &mut cells);
//! assert_eq!(format!("{:?}", cells.value(1)), r#"Text("A99")"#);
//! ```
//!
//! The crate does no I/O, reads no clock and knows no SQL text: see `seedbed-ddl-parse`, `seedbed-export`,
//! `seedbed-load`. Maths that reaches a value uses integers.

mod attempts;
mod batch;
mod buffer;
mod cancel;
mod catalog;
mod encoder;
mod existing_digest;
mod inserted;
mod name_resolution;
mod open_table;
mod part;
mod pen;
mod planning_budget;
mod progress;
mod provider;
mod request;
mod row_count;
mod run;
mod run_options;
mod script_row;
mod shortfall;
mod sink;
mod sink_error;
mod spec;
mod spelling;
mod table_rows;
mod update_sink;

pub use attempts::Attempts;
pub use batch::{Batch, arrow_type};
pub use buffer::{ColumnBuffer, Dictionary, TextBuffer};
pub use cancel::{CancelToken, Canceled};
pub use catalog::{Catalog, EntityRole, Inference, TypesAlone};
pub use encoder::Encoder;
pub use inserted::{compared_text, taken_values};
pub use name_resolution::{NameError, resolve_column, resolve_table};
pub use open_table::{EncodedTableSink, FillError, OpenTable, TableSink};
pub use part::Part;
pub use pen::{Pen, Piece};
pub use planning_budget::PlanningBudget;
pub use progress::{Progress, ProgressMeter, RunObserver};
pub use provider::{BindError, Binding, Cardinality, Provider, Sampler};
pub use request::{Existing, ExistingTable, KnownRows, Request};
pub use row_count::{RowCountError, parse_row_count};
pub use run::{RowSource, RunError, run};
pub use run_options::RunOptions;
pub use seedbed_solver::{Bound, PatternList, PatternListError, TextDomain, ValueDomain};
pub use shortfall::{
    Counted, Factor, LeftAsIs, Limit, Shortfall, ShortfallCode, ShortfallReason, SievedOut, Verdict, counted,
    grouped,
};
pub use sink::{FnSink, Sink, sink_fn};
pub use sink_error::SinkError;
pub use spec::{ColumnSpec, Range, ReferenceSpec, Spec, TableSpec, WeightedValue};
pub use spelling::nearest;
pub use table_rows::{MakeRows, TableRows};
pub use update_sink::UpdateSink;
