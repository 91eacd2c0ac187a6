//! Resolving: names into numbers, once all statements have been applied.

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
