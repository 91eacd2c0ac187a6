//! Resolving: names into numbers, once all statements have been applied.
//!
//! References find their tables, triggers and functions their meaning; then everything that was dropped leaves, and
//! tables, columns, sequences and types get numbers without gaps.

mod existing;
mod finish;
mod lowered;
mod references;
mod renumber;
mod similar;
mod user_types;

pub use existing::ExistingRows;
pub(crate) use finish::finish;
pub use lowered::Lowered;
