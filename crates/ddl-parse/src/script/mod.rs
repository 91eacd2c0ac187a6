//! Scripts: which form each statement has, and who applies it.

mod apply;
mod create;
mod file;
mod words;

pub(crate) use file::read_file;
