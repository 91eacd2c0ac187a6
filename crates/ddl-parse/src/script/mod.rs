//! Scripts: which form each statement has, and who applies it.
//!
//! A file is cut into statements ([`read_file`]), a statement told by its first word, and a `CREATE` or `ALTER` by its
//! noun. Blocks and functions hold statements as well, so that their room is given the way back here as an argument.

mod apply;
mod create;
mod file;
mod migration;
mod words;

pub(crate) use file::read_file;
pub use migration::text_to_run;
pub(crate) use migration::{not_run, sections};
