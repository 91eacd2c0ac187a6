//! Batches that are not of the schema, and what a check needs of the outside world.
//!
//! A batch that is refused leaves the validator as it was: the caller may write another.

use arrow_schema::DataType;
use thiserror::Error;

/// A batch does not fit the schema's shape, and nothing of it was counted; or the outside world failed, and the check
/// can't go on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ValidateError {
    /// The table id is not one of the schema.
    #[error("table {0} is not in the schema")]
    UnknownTable(u32),
    /// A field of the batch names no column.
    #[error("`{table}` has no column `{field}`")]
    UnknownColumn {
        /// The table, as reports write it: `public.film`.
        table: String,
        /// The batch's field that names no column.
        field: String,
    },
    /// A field has an Arrow type that does not carry its column's values.
    #[error("column `{column}` of `{table}` comes as {found}, which is not read")]
    ColumnType {
        /// The table, as reports write it.
        table: String,
        /// The column that the field names.
        column: String,
        /// The Arrow type that the field has.
        found: DataType,
    },
    /// The file for keys that outgrow memory can't be made, written or read.
    #[error("keys that outgrow the memory of the check could not be kept in a file: {message}")]
    Spill {
        /// What the system says.
        message: String,
    },
    /// A summary can't be written or read.
    #[error("the summary of the check can't be written or read: {message}")]
    Summary {
        /// What the system says.
        message: String,
    },
    /// A summary is of another schema or of another version.
    #[error("the summary is of another schema or of another version")]
    OtherSummary,
    /// Rows that had to be looked at again could not be had again.
    #[error("rows of `{table}` could not be read again: {message}")]
    Again {
        /// The table, as reports write it.
        table: String,
        /// What their source says.
        message: String,
    },
}

impl ValidateError {
    pub(crate) fn summary(error: &std::io::Error) -> Self {
        Self::Summary { message: error.to_string() }
    }

    pub(crate) fn spill(error: &std::io::Error) -> Self {
        Self::Spill { message: error.to_string() }
    }

    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTable(_) => "validate-unknown-table",
            Self::UnknownColumn { .. } => "validate-unknown-column",
            Self::ColumnType { .. } => "validate-column-type",
            Self::Spill { .. } => "validate-spill",
            Self::Summary { .. } => "validate-summary",
            Self::OtherSummary => "validate-other-summary",
            Self::Again { .. } => "validate-again",
        }
    }
}
