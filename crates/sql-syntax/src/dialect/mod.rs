//! How SQL is written in a dialect, as answers to named questions.
//!
//! Each dialect is a file beside this one with a [`Syntax`]: no answer has a default, so that the compiler names what a
//! further dialect leaves open. Code asks a question (`syntax.tables.options`) and never who answers. What can't be said
//! in an answer, such as the grammar of type names, is a function that the description names.

mod description;
mod detect;
mod mysql;
mod name;
mod postgres;
mod source;
mod sqlite;
mod statement;

mod table;
mod trigrams;

use seedbed_schema_model::Dialect;

pub use description::Syntax;
pub use detect::{UnsupportedProduct, detect_dialect, recognise_dialect};
pub use name::{
    ConstraintNames, IndexNames, IntegerKey, KeyPrefixes, KeyRules, NameComparison, NameRules,
    PrimaryKeyNulls,
};
pub use statement::{
    DoStatement, InsertedValues, Prepared, SelectInto, StatementRules, StoredFunctions, TextKeys,
    TriggerBody, UserTypes, ZeroNumber,
};

pub use table::{
    ColumnAttributes, ColumnRules, DefaultScope, DroppedKeyColumn, DroppedParent, IndexDefinitions,
    InheritedChecks, JsonColumns, LikeClause, NamedParts, QueryColumns, Relatives, SerialColumns,
    TableOptions, TableRules,
};

/// The description of a dialect. Costs a jump; who reads character by character finds its part in a
/// [`SourceText`](crate::SourceText).
///
/// ```
/// use seedbed_schema_model::Dialect;
/// use seedbed_sql_syntax::{TableOptions, syntax};
/// assert_eq!(syntax(Dialect::Sqlite).tables.options, TableOptions::Rowid);
/// ```
pub fn syntax(dialect: Dialect) -> &'static Syntax {
    match dialect {
        Dialect::Postgres => &postgres::SYNTAX,
        Dialect::MySql => &mysql::SYNTAX,
        Dialect::Sqlite => &sqlite::SYNTAX,
    }
}
