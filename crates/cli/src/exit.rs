//! How a run ends: the exit codes, and the failures behind them.

use crate::console::{Console, PROBLEMS_SHOWN};
use seedbed::job::{Fault, JobError, ReadSchema};
use seedbed::schema::{Diagnostic, Severity, SourceMap};
use seedbed_service::{ErrorKind, ServiceError};
use seedbed_store::{JobFailure, StoreError};
use serde_json::Value;
use std::error::Error;
use std::process::ExitCode;

/// A run that came to its end, good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done; what the plan left out was told.
    Done,
    /// It was done, but not all of it arrived: the target refused rows that were planned. Strictly, there are fewer rows
    /// than were asked for, whatever the reason.
    Short,
    /// The rows break a constraint.
    Violations,
    /// Files hold what could not be read; the rest was done.
    Unread,
}

impl Exit {
    /// Of a run that did everything for a schema as far as it could be read.
    pub(crate) fn of(read: &ReadSchema) -> Self {
        if read.is_broken() { Self::Unread } else { Self::Done }
    }

    /// The process's exit code. 2 is clap's: it exits by itself when the command line is wrong.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Violations => 1,
            Self::Short => SHORT,
            Self::Unread => fault_code(Fault::Input),
        })
    }
}

/// Why a command stopped on its way.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The job has no outcome.
    Job(Box<JobError>),
    /// What was asked for is not there.
    Refused(Box<Diagnostic>),
    /// What was asked for has faults, with their places where there is text.
    Faults(Box<(SourceMap, Vec<Diagnostic>)>),
    /// Somebody stopped it.
    Interrupted,
    /// The terminal failed.
    Outside(Outside),
}

impl CommandError {
    /// What is asked for can't be.
    pub(crate) fn refused(code: &str, message: String, hint: Option<String>) -> Self {
        let code = code.to_owned();
        Self::Refused(Box::new(Diagnostic { code, severity: Severity::Error, message, span: None, hint }))
    }

    /// A job of the store has failed.
    pub(crate) fn failed(failure: &JobFailure) -> Self {
        let details = failure.details.as_ref().and_then(Value::as_array).into_iter().flatten();
        let text = |detail: &Value, key: &str| detail[key].as_str().map(str::to_owned);
        let faults: Vec<Diagnostic> = details
            .filter_map(|detail| {
                let code = text(detail, "code").unwrap_or_else(|| failure.code.clone());
                let (message, hint) = (text(detail, "message")?, text(detail, "hint"));
                Some(Diagnostic { code, severity: Severity::Error, message, span: None, hint })
            })
            .collect();
        let error = ServiceError::Failed(Box::new(failure.clone()));
        match is_outside(&error) {
            false if !faults.is_empty() => Self::Faults(Box::new((SourceMap::default(), faults))),
            _ => error.into(),
        }
    }

    /// Shows it and gives the process's exit code. When even this can't be shown, the exit code is all that is left.
    pub(crate) fn shown(&self, console: &Console) -> ExitCode {
        self.show(console);
        ExitCode::from(match self {
            Self::Outside(_) => fault_code(Fault::Outside),
            Self::Refused(_) | Self::Faults(_) => fault_code(Fault::Input),
            Self::Interrupted => INTERRUPTED,
            Self::Job(error) => fault_code(error.fault()),
        })
    }

    fn show(&self, console: &Console) {
        let none = SourceMap::default();
        match self {
            Self::Outside(outside) => console.problems(&none, &[outside.to_diagnostic()], 0),
            Self::Refused(problem) => console.problems(&none, &[Diagnostic::clone(problem)], 0),
            Self::Faults(faults) => console.problems(&faults.0, &faults.1, usize::MAX),
            Self::Interrupted => console.warn("interrupted: nothing was changed"),
            Self::Job(error) if error.fault() == Fault::Interrupted => console.warn(&error.to_string()),
            Self::Job(error) => {
                for problems in error.problems() {
                    console.problems(problems.sources.unwrap_or(&none), &problems.list, PROBLEMS_SHOWN);
                }
            }
        }
    }
}

/// The exit code of a fault.
fn fault_code(fault: Fault) -> u8 {
    match fault {
        Fault::Input => 3,
        Fault::Outside | Fault::Limit => 4,
        Fault::Interrupted => INTERRUPTED,
        Fault::Defect => DEFECT,
    }
}

/// Not all rows arrived.
const SHORT: u8 = 5;

/// A defect of ours, whatever it was about: `EX_SOFTWARE` of `sysexits.h`.
pub(crate) const DEFECT: u8 = 70;

/// 128 and the number of the keyboard's signal, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

impl From<Outside> for CommandError {
    fn from(outside: Outside) -> Self {
        Self::Outside(outside)
    }
}

impl From<JobError> for CommandError {
    fn from(error: JobError) -> Self {
        Self::Job(Box::new(error))
    }
}

impl From<ServiceError> for CommandError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Job(error) => Self::Job(error),
            error if is_outside(&error) => {
                let doing = match error.code().starts_with("ai-") {
                    true => "the language model has no answer",
                    false => "the store failed",
                };
                Self::Outside(Outside::new(doing, error))
            }
            error => Self::refused(error.code(), error.message(), error.hint()),
        }
    }
}

/// Whether the outside world is to blame.
fn is_outside(error: &ServiceError) -> bool {
    let kind = error.kind();
    matches!(kind, ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Busy | ErrorKind::Timeout)
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        ServiceError::from(error).into()
    }
}

/// The terminal failed, or what was to be shown on it.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub(crate) struct Outside {
    doing: String,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

impl Outside {
    /// What was being attempted, with names in backticks, and the cause.
    pub(crate) fn new(doing: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { doing: doing.into(), source: source.into() }
    }

    /// The failure and its cause as one problem.
    pub(crate) fn to_diagnostic(&self) -> Diagnostic {
        let mut message = format!("{self}: {}", self.source);
        let mut cause = self.source.source();
        while let Some(error) = cause {
            message += &format!(": {error}");
            cause = error.source();
        }
        Diagnostic { code: "outside".to_owned(), severity: Severity::Error, message, span: None, hint: None }
    }
}
