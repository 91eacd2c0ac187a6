//! A problem as it stands in JSON: with file, line and column instead of byte offsets.

use seedbed_schema_model::{Diagnostic, Severity, SourceMap};
use serde::Serialize;

/// One entry of a `problems` list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemEntry {
    code: String,
    severity: Severity,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl ProblemEntry {
    /// The problem with its place in the sources.
    pub fn new(sources: &SourceMap, problem: &Diagnostic) -> Self {
        let place = problem.span.and_then(|span| sources.locate(span));
        Self {
            code: problem.code.clone(),
            severity: problem.severity,
            message: problem.message.clone(),
            file: place.map(|(file, _)| file.name.clone()),
            line: place.map(|(_, at)| at.line),
            column: place.map(|(_, at)| at.column),
            hint: problem.hint.clone(),
        }
    }

    /// The problem with its place in a file of rows.
    pub(crate) fn in_file(problem: &Diagnostic, file: Option<String>, line: Option<u64>) -> Self {
        Self {
            code: problem.code.clone(),
            severity: problem.severity,
            message: problem.message.clone(),
            file,
            line: line.and_then(|line| line.try_into().ok()),
            column: None,
            hint: problem.hint.clone(),
        }
    }
}
