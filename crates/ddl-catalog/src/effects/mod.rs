//! What the statements of a function or a trigger do to other tables, as far as their words tell.
//!
//! A body is read when it is defined, for its insertions, deletions and calls ([`of`]); what its names mean is asked
//! when the whole script has been applied ([`settle_triggers`]), or when rows come in before that ([`fed_on_insert`]).
//! Nothing here is run: a table that a body *may* fill counts as filled.

mod insertion;
mod meant;
mod reached;
mod read;
mod settle;
mod user;

pub(crate) use meant::meant;
pub(crate) use reached::{fed_by, fed_on_insert};
pub(crate) use read::{of, of_text};
pub use settle::settle_triggers;
