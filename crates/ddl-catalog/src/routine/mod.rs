//! Functions, triggers and blocks of procedural code: what they are, what they do, and what they compute.
//!
//! Four things are done with a body. DDL in it is applied when a statement runs it ([`block`], [`call`]); the tables
//! that it fills are noted when it is defined ([`create_trigger`], [`function()`]); its text is kept in the schema; and
//! where it only computes a value, it is written out in the expressions that call it ([`write_out_functions`]).

mod composed;
mod do_block;
mod existence;
mod function;
mod guard;
mod inline;
mod trigger;

pub use do_block::{Apply, block, call};
pub use function::{drop as drop_functions, function};
pub use guard::settle_guards;
pub use inline::functions as write_out_functions;
pub use trigger::{create as create_trigger, enable as enable_trigger, rule};
