//! How each dialect represents values: a table of forms and answers for each, chosen by [`Dialect`].
//!
//! Each dialect is a file beside this one with a [`Representation`]. No answer has a default, so that the compiler
//! names what a further dialect leaves open. Code asks a question (`storage.char_padding`, `notation.zone_suffix`) and
//! never who answers.

mod mysql;
mod postgres;
mod sqlite;

use crate::collation::Folding;
use crate::literal::LiteralForms;
use crate::notation::Notation;
use crate::quote::Identifiers;
use crate::storage::*;
use crate::value::Value;
use seedbed_schema_model::{Column, Dialect, Schema, SqlType};

/// How one dialect writes, reads, stores and compares values.
#[derive(Debug)]
pub struct Representation {
    /// What names are.
    pub identifiers: Identifiers,
    /// A string constant with its quotes: see [`quote_text`](crate::quote_text).
    pub(crate) quote_text: fn(&str) -> String,
    /// How values are written.
    pub notation: Notation,
    /// How literals are read.
    pub(crate) literals: LiteralForms,
    /// What a column of a type can hold.
    pub storage: Storage,
    /// What a column makes of a value: see [`stored_value`](crate::stored_value).
    pub(crate) store: fn(Value, &Column, &Schema) -> Value,
    /// The key of a string under a collation and a type: see [`fold`](crate::fold).
    pub(crate) folding: fn(Option<&str>, &SqlType) -> Folding,
}

/// The representation of values in a dialect. Costs a jump.
///
/// ```
/// use seedbed_schema_model::Dialect;
/// use seedbed_sql_values::representation;
/// assert_eq!(representation(Dialect::MySql).identifiers.quote, ('`', '`'));
/// assert_eq!(representation(Dialect::Postgres).notation.booleans, ["false", "true"]);
/// ```
pub fn representation(dialect: Dialect) -> &'static Representation {
    match dialect {
        Dialect::Postgres => &postgres::REPRESENTATION,
        Dialect::MySql => &mysql::REPRESENTATION,
        Dialect::Sqlite => &sqlite::REPRESENTATION,
    }
}
