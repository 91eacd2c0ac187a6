//! The rows that the statements of a script have put into a table.

use seedbed_schema_model::{ColumnIdx, Literal, Span, TableId};

/// A row by the table's columns as they were created, dropped ones too; `None` is a value that is not known. It may be
/// shorter than the table, whose later columns it then has no value for.
pub(crate) type ScriptRow = Vec<Option<Literal>>;

/// What is in a table so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptRows {
    pub rows: Vec<ScriptRow>,
    /// A statement was not followed.
    pub uncertain: bool,
    /// The greatest value so far of a column that numbers itself.
    pub greatest: i128,
    pub span: Option<Span>,
}

/// A `COPY ... FROM stdin` before its data.
#[derive(Clone, Debug)]
pub(crate) struct Copying {
    pub table: TableId,
    pub columns: Vec<ColumnIdx>,
    pub delimiter: char,
    pub span: Span,
}
