//! Why a table gets fewer rows than were asked for.

use serde::Serialize;
use std::fmt;

/// A table's shortfall: a code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shortfall {
    /// The kind of reason.
    pub code: ShortfallCode,
    /// The reason, with the constraint and the numbers.
    pub reason: String,
}

/// The kinds of [`Shortfall`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShortfallCode {
    /// A key, a list or a parent holds no more.
    Capacity,
    /// No partition takes such rows.
    UnreachablePartition,
    /// A trigger refuses the rows.
    Trigger,
    /// A constraint that could not be read refuses the rows.
    UnreadableCheck,
    /// A table that must be referred to has no rows.
    EmptyParent,
    /// The table takes no rows from a client.
    NotInsertable,
}

impl ShortfallCode {
    /// The code as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::UnreachablePartition => "unreachable-partition",
            Self::Trigger => "trigger",
            Self::UnreadableCheck => "unreadable-check",
            Self::EmptyParent => "empty-parent",
            Self::NotInsertable => "not-insertable",
        }
    }
}

impl fmt::Display for ShortfallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
