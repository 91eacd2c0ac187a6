//! Expressions: from tokens, through sqlparser, to the model's tree.

mod function;
mod lower;
mod operator;
mod read;
mod rewrite;
mod scope;
mod value;

pub use read::read_expr;
pub use scope::{Locals, Scope};
