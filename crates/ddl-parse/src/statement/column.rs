//! A column as it is written, not yet added to a table.
//!
//! Its expressions are still tokens: they are read when all columns of the table are known.

use super::constraint::ConstraintClause;
use seedbed_schema_model::Column;
use seedbed_sql_syntax::Cursor;

/// A column not yet added to a table.
#[derive(Clone, Debug)]
pub(super) struct ColumnDef<'a> {
    /// Name, type and properties, without its expressions.
    pub column: Column,
    /// The expression of `DEFAULT`.
    pub default: Option<Cursor<'a>>,
    /// The expression of `GENERATED ALWAYS AS (...)`, and whether it is stored.
    pub generated: Option<(Cursor<'a>, bool)>,
    /// `serial`: a sequence of its own gives the values.
    pub serial: bool,
    /// `GENERATED ... AS IDENTITY`: always, and the options in brackets.
    pub identity: Option<(bool, Option<Cursor<'a>>)>,
    /// Keys, CHECKs and references written behind it.
    pub constraints: Vec<ConstraintClause<'a>>,
    /// SQLite's exception: `INTEGER PRIMARY KEY DESC` is no alias of the rowid.
    pub descending_key: bool,
    /// Where MySQL's `FIRST` or `AFTER` puts it; `None`: behind all others.
    pub place: Option<ColumnPosition>,
    /// Whether any type was written. SQLite's columns and those of PostgreSQL's typed tables may lack one.
    pub typed: bool,
}

/// MySQL's `FIRST` and `AFTER column`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ColumnPosition {
    /// Before all others.
    First,
    /// Behind the column of that name.
    After(String),
}
