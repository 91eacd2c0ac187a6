//! Why an expression has no value.
//!
//! Two kinds of failure that a caller must tell apart: the server refuses the row, or this evaluator does not know what
//! the server would say.

use thiserror::Error;

/// Why an expression could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The evaluator does not know this part; what the server would say is undecided.
    #[error("cannot evaluate {}", .0.what)]
    Unsupported(Unsupported),
    /// The server would refuse the statement with an error: division by zero, overflow, a bad cast.
    #[error("{message}")]
    Runtime {
        /// What it would complain about.
        message: String,
    },
}

impl EvaluateError {
    /// A part that the evaluator does not know.
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(Unsupported { what: what.into() })
    }

    /// An error that the server would raise.
    pub fn runtime(message: impl Into<String>) -> Self {
        Self::Runtime { message: message.into() }
    }

    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "expression-unsupported",
            Self::Runtime { .. } => "expression-runtime",
        }
    }
}

impl From<Unsupported> for EvaluateError {
    fn from(unsupported: Unsupported) -> Self {
        Self::Unsupported(unsupported)
    }
}

/// A function, operator or cast that the evaluator does not know.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot evaluate {what}")]
pub struct Unsupported {
    /// What, with names in backticks, such as "function `similarity`".
    pub what: String,
}
