//! Loads rows straight into a database, with every constraint on and nothing switched off.
//!
//! [`load`] connects to a [`Target`], looks at what it holds, asks for a plan, and sends all rows in one transaction.
//! When the server refuses a table's rows, because of a constraint that could not be read or a trigger, the whole is
//! rolled back, a new plan without that table is asked for, and the load begins again, until a pass is accepted whole.
//! So the target gets all of a plan or nothing, and the [`LoadReport`] says what is missing and why.
//!
//! Each server is one module with the same parts: connecting, reading what exists, inserting, and understanding
//! refusals. Features: `postgres`, `sqlite`.

mod batches;
mod error;
mod passes;
mod report;
mod session;
mod target;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use error::LoadError;
pub use passes::{LoadRequest, load};
pub use report::{LoadReport, TableOutcome};
pub use target::Target;
