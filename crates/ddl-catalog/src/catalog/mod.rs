//! The state of the database while the statements of a script are applied one after the other.
//!
//! [`SystemCatalog`] is the whole; its methods stand by subject: `lookup` finds what a name means, `names` gives and
//! frees names, `naming` makes up those that a script leaves out, `sequences` and `expressions` read what needs the
//! catalog. The other files are the values it holds.

mod draft;
mod effects;
mod expressions;
mod lookup;
mod named;
mod names;
mod naming;
mod rows;
mod sequences;
mod state;

pub use draft::{Draft, NamedReference, Period};
pub(crate) use effects::{EachRow, Effects, Insertion, RoutineBody, UserSought};
pub use named::{NamedRelation, RangeType, UserType, View};
pub(crate) use rows::Copying;
pub use rows::{ScriptRow, ScriptRows};
pub use state::SystemCatalog;
