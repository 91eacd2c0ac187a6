//! A column as it is written, not yet added to a table.

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
    /// `serial`.
    pub serial: bool,
    /// `GENERATED ... AS IDENTITY`: always, and the options in brackets.
    pub identity: Option<(bool, Option<Cursor<'a>>)>,
    /// Keys, CHECKs and references written behind it.
    pub constraints: Vec<ConstraintClause<'a>>,
    /// SQLite's exception: `INTEGER PRIMARY KEY DESC` is no alias of the rowid.
    pub descending_key: bool,
    /// `NULL` was written, which matters for nothing but `serial`.
    pub place: Option<ColumnPosition>,
    /// Whether any type was written.
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
