//! The rows that the statements of a script have put into a table.
//!
//! A table that is [uncertain](ScriptRows::uncertain) holds at least what is known of it, as far as anyone can tell
//! from the text: callers keep away from those keys, and do not count on the number.

use seedbed_schema_model::{ColumnIdx, Literal, Span, TableId};

/// A row by the table's columns as they were created, dropped ones too; `None` is a value that is not known. It may be
/// shorter than the table, whose later columns it then has no value for.
pub type ScriptRow = Vec<Option<Literal>>;

/// What is in a table so far.
#[derive(Clone, Debug, Default)]
pub struct ScriptRows {
    /// The rows that are known, in order of insertion.
    pub rows: Vec<ScriptRow>,
    /// A statement on the table's rows was not followed: there may be more rows, or fewer, or other values.
    pub uncertain: bool,
    /// The greatest value so far of a column that numbers itself.
    pub(crate) greatest: i128,
    /// The first statement that put in a row, or was not followed.
    pub span: Option<Span>,
}

/// A `COPY ... FROM stdin` before its data.
#[derive(Clone, Debug)]
pub(crate) struct Copying {
    /// The table that the data goes to.
    pub table: TableId,
    /// The columns of each line's fields.
    pub columns: Vec<ColumnIdx>,
    /// What stands between the fields.
    pub delimiter: char,
    /// What a field of NULL is.
    pub null: String,
    /// The statement.
    pub span: Span,
}
