//! How SQL is written in each dialect, up to the single statement.
//!
//! - [`Splitter`] cuts a script into statements and the commands of its client; a [`Cursor`] walks a statement's
//!   [`Token`]s.
//! - [`read_type`] reads the name of a type.
//! - [`read_expr`] reads an expression into the model's tree. It is the only door to `sqlparser`.
//! - [`syntax`] finds the description of a dialect, a [`Syntax`]: what differs is asked there.
//! - [`detect_dialect`] tells the dialects apart, [`recognise_dialect`] also those that nobody here reads.
//!
//! What the statements *do* is the business of `seedbed-ddl-catalog` and `seedbed-ddl-parse`; what their names stand for is asked of [`Names`].

mod dialect;
mod expr;
mod names;
mod spelling;
mod text;
mod type_name;

pub use dialect::{
    ColumnAttributes, ColumnRules, ConstraintNames, DefaultScope, DoStatement, DroppedKeyColumn,
    DroppedParent, IndexDefinitions, IndexNames, InheritedChecks, InsertedValues, IntegerKey, JsonColumns,
    KeyPrefixes, KeyRules, LikeClause, NameComparison, NameRules, NamedParts, Prepared, PrimaryKeyNulls,
    QueryColumns, Relatives, SelectInto, SerialColumns, StatementRules, StoredFunctions, Syntax,
    TableOptions, TableRules, TextKeys, TriggerBody, UnsupportedProduct, UserTypes, ZeroNumber,
    detect_dialect, recognise_dialect, syntax,
};
pub use expr::{ExprError, Locals, Scope, read_expr};
pub use names::Names;
pub use spelling::TypeName;
pub use text::{
    Backslash, BareNames, Bodies, ClientCommands, CopyData, Cursor, Dashes, DollarQuotes, Escapes,
    ExecutableComments, Found, Hash, LONGEST_POSTGRES_NAME, LeadingDigits, Name, NestedComments, Opened,
    ScriptItem, SourceText, Splitter, TextAsName, TextRules, Token, TokenKind, Unclosed, UnicodeQuotes,
    dollar_content, tokens, truncated,
};
pub use type_name::{mysql_binary_type, read_type};
