//! What can go wrong between DDL text and rows.

use seedbed_datagen_core::{PlanError, RunError};
use seedbed_export::ExportError;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use seedbed_load::LoadError;

/// Why there are no rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schema or the wishes can't be carried out: every reason, at least one.
    #[error("there is no plan: {}", list(.0))]
    Plan(Vec<PlanError>),
    /// The place for the files is not fit.
    #[error("the files can't be written")]
    Export(#[from] ExportError),
    /// The outside world failed while rows were written.
    #[error("the run stopped")]
    Run(#[from] RunError),
    /// Nothing was loaded; the database is as it was.
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    #[error("nothing was loaded")]
    Load(#[source] LoadError),
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Plan { errors } => Self::Plan(errors),
            other => Self::Load(other),
        }
    }
}

impl From<Vec<PlanError>> for Error {
    fn from(errors: Vec<PlanError>) -> Self {
        Self::Plan(errors)
    }
}

fn list(errors: &[PlanError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
