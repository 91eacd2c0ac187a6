//! How SQL is written in each dialect, up to the single statement.
//!
//! - [`Splitter`] cuts a script into statements and the commands of its client; a [`Cursor`] walks a statement's
//!   [`Token`]s.
//! - [`read_type`] reads the name of a type.
//! - [`read_expr`] reads an expression into the model's tree. It is the only door to `sqlparser`.
//! - [`detect_dialect`] tells the dialects apart.
//!
//! What the statements *do* is the business of `seedbed-ddl-parse`; what their names stand for is asked of [`Names`].

mod dialect;
mod expr;
mod names;
mod spelling;
mod text;
mod type_name;

pub use dialect::{detect_dialect, detect_dialect_for};
pub use expr::{ExprError, Locals, Scope, read_expr};
pub use names::Names;
pub use spelling::TypeName;
pub use text::{
    Cursor, Found, LONGEST_POSTGRES_NAME, Name, Opened, ScriptItem, SourceText, Splitter, Token, TokenKind,
    Unclosed, dollar_content, tokens, truncated,
};
pub use type_name::{mysql_binary_type, read_type};
