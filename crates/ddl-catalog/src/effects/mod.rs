//! What the statements of a function or a trigger do to other tables, as far as their words tell.

mod insertion;
mod meant;
mod reached;
mod read;
mod settle;
mod user;

pub(crate) use reached::{fed_by, fed_on_insert};
pub(crate) use read::{of, of_text};
pub use settle::settle_triggers;
