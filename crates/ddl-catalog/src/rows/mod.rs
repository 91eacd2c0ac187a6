//! Statements that put rows into tables or take them out again, followed as far as their text tells.
//!
//! Half of all application schemas insert rows of their own: roles, settings, a migration's number. Generated keys must
//! keep away from them. What cannot be followed makes a table's rows uncertain, never wrong without a word.
//!
//! [`statement()`] applies one that writes rows; [`copied`] takes the data behind `COPY`; [`setval`] and [`called`] read
//! what a `SELECT` does besides; [`of_query`] and [`widen`] are for tables that are made from queries and that get
//! columns.

mod change;
mod collide;
mod copy;
mod held;
mod insert;
mod numbering;
mod sequence_value;
mod source;
mod statement;
mod table;
mod untraced;
mod value;

pub use copy::data as copied;
pub use numbering::{number_from, numbers_begin_anew, settle_sequences};
pub use sequence_value::setval;
pub use statement::{WRITE_ROWS, statement};
pub use table::{of_query, widen};
pub use untraced::called;
pub(crate) use untraced::not_followed;
