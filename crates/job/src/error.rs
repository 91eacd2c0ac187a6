//! Why a job has no outcome.

use crate::{ReadSchema, SpecText};
use seedbed_datagen_core::{PlanError, RunError};
use seedbed_export::ExportError;
use seedbed_load::LoadError;
use seedbed_schema_model::{Diagnostic, Severity, SourceMap};
use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Why a job has no outcome. Nothing looks complete where its rows were to go.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The DDL declares no table.
    #[error("there is no table in the schema")]
    NoTable {
        /// What was read all the same, and what could not be.
        read: Arc<ReadSchema>,
        /// Whether somebody said which dialect it is.
        dialect_was_given: bool,
    },
    /// The spec is none.
    #[error("the spec can't be read: {}", problem.message)]
    Spec {
        /// Why, with its place in the text.
        problem: Box<Diagnostic>,
        /// The text.
        text: SpecText,
    },
    /// The schema or the spec can't be carried out: every reason, at least one.
    #[error("there is no plan: {}", list(errors))]
    Plan {
        /// The reasons.
        errors: Vec<PlanError>,
        /// The schema.
        read: Arc<ReadSchema>,
        /// The text of the spec, if it has one.
        spec: Option<SpecText>,
    },
    /// The schema is of another dialect than the database.
    #[error("{source}")]
    WrongDialect {
        /// Which of them is what.
        source: Box<LoadError>,
        /// The schema.
        read: Arc<ReadSchema>,
    },
    /// A file of DDL or the spec can't be read.
    #[error("cannot read `{name}`")]
    Read {
        /// Its name.
        name: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The place for the files is not fit.
    #[error("cannot write files")]
    Export(#[from] ExportError),
    /// What makes a run resumable can't be told.
    #[error("cannot take the plan's digest")]
    Digest(#[source] io::Error),
    /// The outside world failed while rows were written.
    #[error("the run stopped")]
    Run(#[source] RunError),
    /// The database failed; it is as it was.
    #[error("nothing was loaded")]
    Load(#[source] Box<LoadError>),
    /// The report can't be written; the rows are.
    #[error("cannot write the report `{}`", path.display())]
    Report {
        /// Where.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The job was canceled.
    #[error("interrupted; {kept}")]
    Interrupted {
        /// What became of the rows that were made by then.
        kept: Kept,
    },
    /// The job took longer than it may.
    #[error("more than {} s, the limit of time; {kept}", limit.as_secs_f64())]
    TimeLimit {
        /// How long it may take.
        limit: Duration,
        /// What became of the rows that were made by then.
        kept: Kept,
    },
    /// The plan has more rows than the job may make. None is made.
    #[error("{rows} rows are planned, more than the limit of {limit}")]
    RowLimit {
        /// Rows of all tables.
        rows: u64,
        /// How many they may be.
        limit: u64,
    },
}

/// Whose fault it is that there is no outcome: what to do next depends on it, and so do exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The schema or the spec: change them.
    Input,
    /// The outside world, files, disks, databases: try again.
    Outside,
    /// The job was canceled.
    Interrupted,
    /// A [limit](crate::Limits): raise it, or ask for less.
    Limit,
}

/// What became of the rows of a job that has stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was written.
    Nothing,
    /// What was written by the last checkpoint is in this folder, for the same job to go on from.
    Unfinished(PathBuf),
    /// The database is as it was.
    Database,
}

/// Problems over the same texts.
#[derive(Clone, Debug)]
pub struct Problems<'a> {
    /// The texts that the places of the problems are in, if they have any.
    pub sources: Option<&'a SourceMap>,
    /// The problems.
    pub list: Vec<Diagnostic>,
}

impl JobError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::NoTable { .. } | Self::Spec { .. } | Self::Plan { .. } | Self::WrongDialect { .. } => {
                Fault::Input
            }
            Self::Read { .. }
            | Self::Export(_)
            | Self::Digest(_)
            | Self::Run(_)
            | Self::Load(_)
            | Self::Report { .. } => Fault::Outside,
            Self::Interrupted { .. } => Fault::Interrupted,
            Self::TimeLimit { .. } | Self::RowLimit { .. } => Fault::Limit,
        }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable { .. } => "no-table",
            Self::Spec { .. } => "spec-unreadable",
            Self::Plan { errors, .. } => errors.first().map_or("plan", PlanError::code),
            Self::WrongDialect { source, .. } => source.code(),
            Self::Read { .. } => "unreadable-file",
            Self::Export(error) => error.code(),
            Self::Digest(_) => "digest",
            Self::Run(_) => "run",
            Self::Load(error) => error.code(),
            Self::Report { .. } => "report",
            Self::Interrupted { .. } => "interrupted",
            Self::TimeLimit { .. } => "time-limit",
            Self::RowLimit { .. } => "row-limit",
        }
    }

    /// The next step, apart from those of single [`problems`](Self::problems).
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoTable { read, dialect_was_given } => {
                let origin =
                    if *dialect_was_given { "as was asked" } else { "which is a guess: `--dialect` says it" };
                Some(format!("it was read as {}, {origin}", read.schema.dialect.name()))
            }
            Self::WrongDialect { source, .. } => source.hint(),
            Self::Export(error) => error.hint(),
            Self::Load(error) => error.hint(),
            Self::Run(error) => export_hint(error),
            Self::RowLimit { .. } => Some("ask for fewer rows".to_owned()),
            _ => None,
        }
    }

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

    /// People are shown one code for all that the outside world does.
    fn fault_code(&self) -> &'static str {
        match self.fault() {
            Fault::Outside => "outside",
            _ => self.code(),
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

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing was written"),
            Self::Unfinished(folder) => write!(
                f,
                "the rows made by then are kept in `{}`: the same command with `--resume` goes on from there",
                folder.display()
            ),
            Self::Database => f.write_str("the database is as it was"),
        }
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

/// The next step that a sink's own reason knows.
fn export_hint(error: &RunError) -> Option<String> {
    let mut cause = error.source();
    let mut hint = None;
    while let Some(error) = cause {
        hint = hint.or_else(|| error.downcast_ref::<ExportError>().and_then(ExportError::hint));
        cause = error.source();
    }
    hint
}

fn list(errors: &[PlanError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
