//! Why a plan can't be made.

use super::wish_fault::{ColumnWishFault, ReferenceWishFault};
use seedbed_datagen_core::{NameError, Shortfall, Verdict};
use seedbed_schema_model::{Diagnostic, Severity, Span};
use thiserror::Error;

/// One reason why a plan can't be made. Planning reports all of them together.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The spec or the command line names a table that the schema doesn't have.
    #[error("no table `{name}` in the schema")]
    UnknownTable {
        /// The name.
        name: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
    /// A bare table name fits several tables.
    #[error("{}", NameError::AmbiguousTable { name: name.clone(), candidates: candidates.clone() })]
    AmbiguousTable {
        /// The name.
        name: String,
        /// The tables that it may mean.
        candidates: Vec<String>,
    },
    /// A table that was expressly asked for is not among those that are wanted.
    #[error("rows are wanted of table `{name}`, which is not among the only tables wanted")]
    LeftOut {
        /// The table, as it was asked for.
        name: String,
    },
    /// The spec names a column that the table doesn't have.
    #[error("table `{table}` has no column `{column}`")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The nearest name there is.
        similar: Option<String>,
        /// Where the table is declared.
        span: Span,
    },
    /// The spec's name for a column fits several of the table.
    #[error("{}", NameError::AmbiguousColumn {
        table: table.clone(), column: column.clone(), candidates: candidates.clone(),
    })]
    AmbiguousColumn {
        /// The table.
        table: String,
        /// The name.
        column: String,
        /// The columns that it may mean.
        candidates: Vec<String>,
        /// Where the table is declared.
        span: Span,
    },
    /// The spec names a provider that the catalog doesn't have.
    #[error("column `{table}.{column}`: no provider `{provider}`")]
    UnknownProvider {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The provider.
        provider: String,
        /// The nearest name there is.
        similar: Option<String>,
        /// Where the column is declared.
        span: Span,
    },
    /// The spec asks for a locale that the catalog doesn't have.
    #[error("no locale `{locale}`")]
    UnknownLocale {
        /// The locale.
        locale: String,
        /// The nearest there is.
        similar: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// The spec's wish can't be met by the column.
    #[error("column `{table}.{column}`: {fault}")]
    BadColumnSpec {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What is wrong with it.
        fault: ColumnWishFault,
        /// Where the column is declared.
        span: Span,
    },
    /// A reference that the spec names can't be.
    #[error("table `{table}`: ({}) can't refer to `{to}`: {fault}", columns.join(", "))]
    BadReference {
        /// The table.
        table: String,
        /// The referencing columns.
        columns: Vec<String>,
        /// What they would refer to.
        to: String,
        /// What is wrong with it.
        fault: Box<ReferenceWishFault>,
        /// Where the table is declared.
        span: Span,
    },
    /// Whoever asked for the plan has changed their mind; there is no other reason beside it.
    #[error("canceled")]
    Canceled,
    /// A rate outside 0 to 1.
    #[error("NULL rate {rate} of {} is not between 0 and 1", whose(column.as_ref()))]
    BadNullRate {
        /// The rate.
        rate: f64,
        /// The table and the column of which it is wanted, as the spec calls them; `None` for the rate of the whole
        /// run.
        column: Option<(String, String)>,
    },
    /// A table was expressly asked for more rows than it can hold.
    #[error("table `{table}` {} {asked} rows: {shortfall}", verb(shortfall.verdict))]
    Capacity {
        /// The table.
        table: String,
        /// Rows it can hold.
        capacity: u64,
        /// Rows asked for.
        asked: u64,
        /// The constraint, its numbers and its place.
        shortfall: Box<Shortfall>,
    },
}

impl PlanError {
    /// What is wrong with a name of a table, or of a column of the table that is declared at `span`.
    pub(super) fn of_name(error: NameError, span: Span) -> Self {
        match error {
            NameError::UnknownTable { name, similar } => Self::UnknownTable { name, similar },
            NameError::AmbiguousTable { name, candidates } => Self::AmbiguousTable { name, candidates },
            NameError::UnknownColumn { table, column, similar } => {
                Self::UnknownColumn { table, column, similar, span }
            }
            NameError::AmbiguousColumn { table, column, candidates } => {
                Self::AmbiguousColumn { table, column, candidates, span }
            }
        }
    }

    /// A stable code in kebab case, such as `spec-unknown-table`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTable { .. } => "spec-unknown-table",
            Self::AmbiguousTable { .. } => "spec-ambiguous-table",
            Self::LeftOut { .. } => "spec-left-out-table",
            Self::UnknownColumn { .. } => "spec-unknown-column",
            Self::AmbiguousColumn { .. } => "spec-ambiguous-column",
            Self::UnknownProvider { .. } => "spec-unknown-provider",
            Self::UnknownLocale { .. } => "spec-unknown-locale",
            Self::BadColumnSpec { .. } => "spec-column",
            Self::BadReference { .. } => "spec-reference",
            Self::BadNullRate { .. } => "spec-null-rate",
            Self::Canceled => "canceled",
            Self::Capacity { .. } => "capacity",
        }
    }

    /// Where in the schema's source, when the reason lies there; `None` when it lies in the spec or the call alone.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::UnknownColumn { span, .. }
            | Self::AmbiguousColumn { span, .. }
            | Self::UnknownProvider { span, .. }
            | Self::BadColumnSpec { span, .. }
            | Self::BadReference { span, .. } => Some(*span),
            Self::Capacity { shortfall, .. } => shortfall.span,
            Self::UnknownTable { .. }
            | Self::AmbiguousTable { .. }
            | Self::LeftOut { .. }
            | Self::UnknownLocale { .. }
            | Self::Canceled
            | Self::BadNullRate { .. } => None,
        }
    }

    /// The next step, as a phrase to stand behind `hint:`; `None` where the message says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownTable { similar, .. }
            | Self::UnknownColumn { similar, .. }
            | Self::UnknownProvider { similar, .. } => {
                similar.as_ref().map(|s| format!("did you mean `{s}`?"))
            }
            Self::UnknownLocale { similar, known, .. } => match similar {
                Some(similar) => Some(format!("did you mean `{similar}`?")),
                None if known.is_empty() => {
                    Some("without one, values come as the catalog has them".to_owned())
                }
                None => Some(format!("there are {}", known.join(", "))),
            },
            Self::LeftOut { .. } => Some("name it among them too, or ask for no rows of it".to_owned()),
            Self::AmbiguousTable { .. } => Some("write it with its schema".to_owned()),
            Self::AmbiguousColumn { .. } => Some("write it as the schema does".to_owned()),
            Self::Capacity { capacity, shortfall, .. } => Some(match &shortfall.hint {
                Some(hint) => format!("{hint}; or ask for {capacity} here"),
                None => format!("ask for {capacity} rows or fewer"),
            }),
            Self::BadColumnSpec { .. }
            | Self::BadReference { .. }
            | Self::Canceled
            | Self::BadNullRate { .. } => None,
        }
    }

    /// The error in the shape in which all problems are shown.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic {
            code: self.code().to_owned(),
            severity: Severity::Error,
            message: self.to_string(),
            span: self.span(),
            hint: self.hint(),
        }
    }
}

/// The column that a rate is wanted of, as the message names it.
fn whose(column: Option<&(String, String)>) -> String {
    column.map_or_else(|| "the run".to_owned(), |(table, column)| format!("column `{table}.{column}`"))
}

/// What a table does about rows that it was asked for in vain.
fn verb(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Impossible => "can't hold",
        Verdict::Undecided | Verdict::Possible => "found no way to hold",
    }
}
