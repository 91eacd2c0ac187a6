//! How a run ends: the exit codes, and the failures behind them.

use crate::console::{Console, PROBLEMS_SHOWN};
use seedbed::job::{Fault, JobError};
use seedbed::schema::{Diagnostic, Severity, SourceMap};
use seedbed_service::{ErrorKind, ServiceError};
use seedbed_store::StoreError;
use std::error::Error;
use std::process::ExitCode;

/// A run that came to its end, good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done; what was left out was told.
    Done,
    /// The rows break a constraint.
    Violations,
    /// Files hold what could not be read; the rest was done.
    Unread,
}

impl Exit {
    /// The process's exit code. 2 is clap's: it exits by itself when the command line is wrong.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Violations => 1,
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
    /// The terminal failed.
    Outside(Outside),
}

impl CommandError {
    /// What is asked for can't be.
    pub(crate) fn refused(code: &str, message: String, hint: Option<String>) -> Self {
        let code = code.to_owned();
        Self::Refused(Box::new(Diagnostic { code, severity: Severity::Error, message, span: None, hint }))
    }

    /// Shows it and gives the process's exit code. When even this can't be shown, the exit code is all that is left.
    pub(crate) fn shown(&self, console: &Console) -> ExitCode {
        let _ = self.show(console);
        ExitCode::from(match self {
            // A reader that has seen enough, such as `head`, is no failure.
            Self::Outside(outside) if outside.is_closed_pipe() => 0,
            Self::Outside(_) => fault_code(Fault::Outside),
            Self::Refused(_) => fault_code(Fault::Input),
            Self::Job(error) => fault_code(error.fault()),
        })
    }

    fn show(&self, console: &Console) -> Result<(), Outside> {
        let none = SourceMap::default();
        match self {
            Self::Outside(outside) if outside.is_closed_pipe() => Ok(()),
            Self::Outside(outside) => console.problems(&none, &[outside.to_diagnostic()], 0),
            Self::Refused(problem) => console.problems(&none, &[Diagnostic::clone(problem)], 0),
            Self::Job(error) if error.fault() == Fault::Interrupted => console.say(&error.to_string()),
            Self::Job(error) => error.problems().iter().try_for_each(|problems| {
                console.problems(problems.sources.unwrap_or(&none), &problems.list, PROBLEMS_SHOWN)
            }),
        }
    }
}

/// The exit code of a fault.
fn fault_code(fault: Fault) -> u8 {
    match fault {
        Fault::Input => 3,
        Fault::Outside | Fault::Limit => 4,
        Fault::Interrupted => INTERRUPTED,
    }
}

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
            error => match error.kind() {
                ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Busy | ErrorKind::Timeout => {
                    Self::Outside(Outside::new("the store failed", error))
                }
                _ => Self::refused(error.code(), error.message(), error.hint()),
            },
        }
    }
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

    /// For output on a standard stream.
    pub(crate) fn writing(source: std::io::Error) -> Self {
        Self::new("cannot write to the terminal", source)
    }

    /// Whether the reader of our output went away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.source
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
