//! The statements that the rows of a script stand in.

use std::fmt;

/// The statements that the rows of a [`SqlScript`](crate::SqlScript) stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScriptForm {
    /// INSERTs of many rows each, for every dialect.
    Insert,
    /// PostgreSQL's COPY with its data behind it, which `psql` loads several times as fast.
    Copy,
}

impl fmt::Display for ScriptForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insert => "INSERT",
            Self::Copy => "COPY",
        })
    }
}
