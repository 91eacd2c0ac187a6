//! Where a call is written.

use seedbed_schema_model::SqlType;

/// What names stand for where a call is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    /// The schema of the object that the expression belongs to: functions beside it are meant first.
    pub schema: Option<&'a str>,
    /// Types of the table's columns.
    pub columns: &'a [SqlType],
    /// The type of a domain's `VALUE`.
    pub value: Option<&'a SqlType>,
    /// Types of the arguments, in a function's body.
    pub parameters: &'a [Option<SqlType>],
}
