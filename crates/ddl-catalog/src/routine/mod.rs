//! Functions, triggers and blocks of procedural code: what they are, what they do, and what they compute.

mod do_block;
mod function;
mod inline;
mod trigger;

pub use do_block::{Apply, block, call};
pub use function::{drop as drop_functions, function};
pub use inline::functions as write_out_functions;
pub use trigger::{create as create_trigger, enable as enable_trigger, rule};
