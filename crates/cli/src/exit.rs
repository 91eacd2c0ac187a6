//! How a run ends: the exit codes, and the failures behind them.

use seedbed::schema::{Diagnostic, Severity};
use std::error::Error;
use std::process::ExitCode;

/// A run that came to its end, good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done; what was left out was told.
    Done,
    /// The rows break a constraint.
    Violations,
}

impl Exit {
    /// The process's exit code. 2 is clap's: it exits by itself when the command line is wrong.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Violations => 1,
        })
    }
}

impl Failure {
    /// The process's exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            // A reader that has seen enough, such as `head`, is no failure.
            Self::Outside(outside) if outside.is_closed_pipe() => 0,
            Self::Refused => 3,
            Self::Outside(_) => 4,
            Self::Interrupted { .. } => INTERRUPTED,
        })
    }
}

/// A run that stopped on its way.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The schema or the spec can't be carried out; the reasons have been shown.
    Refused,
    /// The outside world failed; nobody has been told yet.
    Outside(Outside),
    /// The user ended the run.
    Interrupted {
        /// What became of the rows that were made by then.
        told: String,
    },
}

/// 128 and the number of the keyboard's signal, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

impl From<Outside> for Failure {
    fn from(outside: Outside) -> Self {
        Self::Outside(outside)
    }
}

/// The outside world failed: a file, a disk, a database.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub(crate) struct Outside {
    doing: String,
    #[source]
    source: Box<dyn Error + Send + Sync>,
    hint: Option<String>,
}

impl Outside {
    /// What was being attempted, with names in backticks, and the cause.
    pub(crate) fn new(doing: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { doing: doing.into(), source: source.into(), hint: None }
    }

    /// The same with a next step.
    pub(crate) fn with_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// The failure and its chain of causes as one problem.
    pub(crate) fn to_diagnostic(&self) -> Diagnostic {
        let mut message = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            message.push_str(": ");
            message.push_str(&error.to_string());
            cause = error.source();
        }
        let code = "outside".to_owned();
        Diagnostic { code, severity: Severity::Error, message, span: None, hint: self.hint.clone() }
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
