//! Batches that are not of the schema.
//!
//! Each leaves the validator as it was: the caller may write another batch.

use arrow_schema::DataType;
use thiserror::Error;

/// A batch does not fit the schema's shape; nothing of it was counted.
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
}

impl ValidateError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTable(_) => "validate-unknown-table",
            Self::UnknownColumn { .. } => "validate-unknown-column",
            Self::ColumnType { .. } => "validate-column-type",
        }
    }
}
