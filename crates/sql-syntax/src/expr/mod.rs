//! Expressions: from tokens, through sqlparser, to the model's tree.

mod cast;
mod error;
mod function;
mod grammar;
mod lower;
mod name;
mod operator;
mod plain_tokens;
mod read;
pub(crate) mod rewrite;
mod rules;
mod scope;
mod special_call;
mod test;
mod value;

pub use error::ExprError;
pub(crate) use grammar::{MySqlGrammar, SqliteGrammar};
pub use read::read_expr;
pub(crate) use rules::{ExpressionRules, HexStrings, RowCall, UnknownNames};
pub use scope::{Locals, Scope};
