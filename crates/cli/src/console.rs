//! The terminal: data goes to standard output, everything said about it to standard error.

use crate::diagnostics::DiagnosticRenderer;
use crate::exit::Outside;
use crate::legible::legible;
use seedbed::schema::{Diagnostic, Severity, SourceMap};
use std::io::{self, IsTerminal, Write};

/// How many problems are shown before a run that goes on regardless.
pub(crate) const PROBLEMS_SHOWN: usize = 10;

/// Where a run talks to its user.
#[derive(Debug)]
pub(crate) struct Console {
    renderer: DiagnosticRenderer,
    quiet: bool,
}

impl Console {
    /// The process's own streams. `quiet` hides how a run goes on and what it has done, not what is wrong.
    pub(crate) fn new(quiet: bool) -> Self {
        let styled = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        Self { renderer: DiagnosticRenderer::new(styled), quiet }
    }

    /// Whether the run's course is hidden.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Data for people, to standard output.
    pub(crate) fn data(&self, text: &str) -> Result<(), Outside> {
        stdout(&legible(text))
    }

    /// A value as JSON, to standard output.
    pub(crate) fn json(&self, value: &impl serde::Serialize) -> Result<(), Outside> {
        let text = serde_json::to_string_pretty(value).map_err(|e| Outside::new("cannot write JSON", e))?;
        stdout(&format!("{text}\n"))
    }

    /// Values as JSON, a line each, to standard output.
    pub(crate) fn json_lines(&self, values: &[serde_json::Value]) -> Result<(), Outside> {
        stdout(&values.iter().map(|value| format!("{value}\n")).collect::<String>())
    }

    /// A line about the run, unless quiet.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet {
            self.warn(line);
        }
    }

    /// A line that has to be seen.
    #[expect(clippy::unused_self, reason = "the console is what talks")]
    pub(crate) fn warn(&self, line: &str) {
        stderr(&format!("{}\n", legible(line)));
    }

    /// Problems with their places. At most `limit` of them below errors, which are always shown, and how many were
    /// left out.
    pub(crate) fn problems(&self, sources: &SourceMap, problems: &[Diagnostic], limit: usize) {
        let (mut shown, mut left_out) = (0, 0);
        for problem in problems {
            if problem.severity < Severity::Error {
                if shown == limit {
                    left_out += 1;
                    continue;
                }
                shown += 1;
            }
            stderr(&self.renderer.render(sources, problem));
        }
        if left_out > 0 {
            self.warn(&format!("and {left_out} more; `seedbed inspect` shows them all"));
        }
    }
}

/// What can't be told is told nowhere else: that nobody listens changes nothing of what was done, nor of the exit code.
fn stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A reader that has seen enough, such as `head`, changes nothing of what a run does and how it ends.
fn stdout(text: &str) -> Result<(), Outside> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Outside::new("cannot write to standard output", error))
        }
        _ => Ok(()),
    }
}
