//! Makes rows for a schema: plans, laws, provider traits, batches. Pure: no I/O, no clock.

mod batch;
mod buffer;
mod catalog;
mod domain;
mod explain;
mod fill;
mod key;
mod law;
mod list;
mod narrow;
mod pattern;
mod plan;
mod program;
mod provider;
mod request;
mod residue;
mod run;
mod shortfall;
mod sink;
mod spec;
mod units;

pub use batch::{Batch, arrow_type};
pub use buffer::{ColumnBuffer, Dictionary, TextBuffer};
pub use catalog::{Catalog, EntityRole, Inference};
pub use domain::{Bound, TextDomain, ValueDomain};
pub use explain::{ColumnExplanation, Explanation, Limitation, TableExplanation};
pub use pattern::{PatternError, PatternList};
pub use plan::{Plan, PlanError, TablePlan};
pub use provider::{BindError, Binding, Cardinality, Provider, Sampler};
pub use request::{Existing, ExistingTable, Request};
pub use run::{Part, Progress, RunError, RunOptions, run};
pub use shortfall::{Shortfall, ShortfallCode};
pub use sink::{Sink, SinkError};
pub use spec::{ColumnSpec, Range, Spec, TableSpec, WeightedValue};
