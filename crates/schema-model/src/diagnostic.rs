//! The one shape in which every crate's problems reach a person.

use crate::Span;
use serde::{Deserialize, Serialize};

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something was not read or is not guaranteed; the run goes on.
    Warning,
    /// The run can't go on with it.
    Error,
}

/// A problem with its place: what a typed error becomes when it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// A stable code in kebab case, such as `fk-unknown-parent`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// Lower case, no full stop, names in backticks.
    pub message: String,
    /// Where, when there is source text.
    pub span: Option<Span>,
    /// The next step to take.
    pub hint: Option<String>,
}
