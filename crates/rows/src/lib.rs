//! Rows of a made plan: programs of laws and lists, the batches that they fill, and what a plan tells of itself.
//!
//! A [`Plan`] is a value that `seedbed-planner` makes. It holds a [`Program`] for each table: for each column a
//! [`ColumnProgram`], for each foreign key a [`ReferenceProgram`], and the [`LeftoverChecks`] that no list or law holds by
//! construction. A [`Filler`] runs a program for any rows, each by its number alone; [`Plan::batch`] makes Arrow of them.
//!
//! The lists that a plan makes itself, from types and constraints alone, are in [`list`]; what it tells is in [`explain`].

mod cell;
mod column_cells;
mod column_program;
mod computed;
mod context;
mod convert;
pub mod explain;
mod fill;
mod filled;
mod filled_row;
mod known_cells;
mod leftover;
pub mod list;
mod plan;
mod program;
mod redraw;
mod reference_program;
mod shared_key;
mod sieve;

pub use cell::{empty_buffer, push_value};
pub use column_cells::{ColumnCells, typed};
pub use column_program::{CellLaw, ColumnProgram, GeneratedCell};
pub use computed::{Computable, computable, compute, push_stored};
pub use context::table_context;
pub use convert::fill_blank;
pub use explain::{
    CasesExplanation, ColumnExplanation, Explanation, LawKind, Limitation, LimitationCode, TableExplanation,
    TriggerExplanation,
};
pub use fill::Filler;
pub use filled::Filled;
pub use filled_row::{FilledRow, parsed_types};
pub use known_cells::KnownCells;
pub use leftover::{LeftoverChecks, LeftoverGroup, UnsettledGroup};
pub use plan::{Plan, TablePlan};
pub use program::{Program, Programs};
pub use redraw::{Redraw, Redrawn};
pub use reference_program::{Candidates, ReferenceLaw, ReferenceProgram, Root, SharedIndex};
pub use seedbed_laws::{JointLaw, NullLaw};
pub use shared_key::shared_key;
pub use sieve::RowSieve;
