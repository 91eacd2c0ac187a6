//! What plans don't guarantee.

use serde::Serialize;
use std::fmt;

/// Something that the plan does not guarantee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limitation {
    /// The kind.
    pub code: LimitationCode,
    /// The table.
    pub table: String,
    /// The constraint or column, and why it is not guaranteed.
    pub message: String,
    /// Where it was declared.
    pub span: Option<seedbed_schema_model::Span>,
}

/// The kinds of [`Limitation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitationCode {
    /// Rows break CHECKs, and drawing them again does not help.
    CheckSeveralColumns,
    /// CHECKs, or a table, would take more than the budget of planning, and are left undecided.
    PlanningBudget,
    /// A CHECK can't be evaluated outside of the server.
    CheckUnreadable,
    /// A key's columns are all fixed by other constraints.
    UniqueOverlap,
    /// A reference shares columns with others in a way that is not solved.
    ReferenceOverlap,
    /// A reference's parent is not in the schema.
    ReferenceUnresolved,
    /// An exclusion compares by operators that can't be read.
    Exclusion,
    /// No values of a column's type are known.
    TypeUnknown,
    /// CHECKs compare a column with the present time from both sides, and the rows are made for an assumed one.
    AboutNow,
}

impl LimitationCode {
    /// The code as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckSeveralColumns => "check-several-columns",
            Self::PlanningBudget => "planning-budget",
            Self::CheckUnreadable => "check-unreadable",
            Self::UniqueOverlap => "unique-overlap",
            Self::ReferenceOverlap => "reference-overlap",
            Self::ReferenceUnresolved => "reference-unresolved",
            Self::Exclusion => "exclusion",
            Self::TypeUnknown => "type-unknown",
            Self::AboutNow => "about-now",
        }
    }
}

impl fmt::Display for LimitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
