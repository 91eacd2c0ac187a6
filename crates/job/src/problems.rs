//! What is wrong with a job as problems with their places, in the one shape in which people are shown them.

use crate::{Fault, JobError, ReadSchema, SpecText};
use seedbed_planner::PlanError;
use seedbed_schema_model::{Diagnostic, Severity, SourceMap};
use std::error::Error;

/// Problems over the same texts.
#[derive(Clone, Debug)]
pub struct Problems<'a> {
    /// The texts that the places of the problems are in, if they have any.
    pub sources: Option<&'a SourceMap>,
    /// The problems.
    pub list: Vec<Diagnostic>,
}

impl JobError {
    /// All that is wrong as problems with their places: in the spec where that is what asks, or else in the schema. A
    /// failure of the outside world is one problem with the chain of its causes.
    pub fn problems(&self) -> Vec<Problems<'_>> {
        match self {
            Self::NoTable { read, .. } => {
                let list = read.problems.iter().cloned().chain([self.problem(self.to_string())]).collect();
                vec![Problems { sources: Some(&read.sources), list }]
            }
            Self::Spec { problem, text } => {
                vec![Problems { sources: Some(text.sources()), list: vec![Diagnostic::clone(problem)] }]
            }
            Self::Plan { errors, read, spec } => {
                errors.iter().map(|error| placed(error, read, spec.as_ref())).collect()
            }
            Self::WrongDialect { read, .. } => {
                vec![Problems { sources: Some(&read.sources), list: vec![self.problem(self.to_string())] }]
            }
            _ => {
                let outside =
                    Diagnostic { code: self.fault_code().to_owned(), ..self.problem(self.with_causes()) };
                vec![Problems { sources: None, list: vec![outside] }]
            }
        }
    }

    fn problem(&self, message: String) -> Diagnostic {
        let code = self.code().to_owned();
        Diagnostic { code, severity: Severity::Error, message, span: None, hint: self.hint() }
    }

    /// People are shown one code for all that the outside world does, but for a database: what to do next depends on which
    /// of its failures it was.
    fn fault_code(&self) -> &'static str {
        match self {
            Self::Load(error) => error.code(),
            error if error.fault() == Fault::Outside => "outside",
            error => error.code(),
        }
    }

    fn with_causes(&self) -> String {
        let mut message = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            message.push_str(": ");
            message.push_str(&error.to_string());
            cause = error.source();
        }
        message
    }
}

/// The reason at its place: in the spec when that is what asks, or else in the schema.
fn placed<'a>(error: &PlanError, read: &'a ReadSchema, spec: Option<&'a SpecText>) -> Problems<'a> {
    let problem = error.to_diagnostic();
    let asked = spec.zip(wish(error));
    match asked.and_then(|(spec, (table, of))| Some((spec, spec.place(&read.schema, table, of)?))) {
        Some((spec, place)) => {
            let list = vec![Diagnostic { span: Some(place), ..problem }];
            Problems { sources: Some(spec.sources()), list }
        }
        None => Problems { sources: Some(&read.sources), list: vec![problem] },
    }
}

/// The table, and what of it, that a spec must have spoken of for this to be wrong.
fn wish(error: &PlanError) -> Option<(&str, Option<&str>)> {
    match error {
        PlanError::BadReference { table, .. } => Some((table, Some("references"))),
        PlanError::UnknownTable { name, .. } | PlanError::AmbiguousTable { name, .. } => Some((name, None)),
        PlanError::UnknownColumn { table, column, .. }
        | PlanError::AmbiguousColumn { table, column, .. }
        | PlanError::UnknownProvider { table, column, .. }
        | PlanError::BadColumnSpec { table, column, .. } => Some((table, Some(column))),
        _ => None,
    }
}
