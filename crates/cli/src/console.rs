//! The terminal: data goes to standard output, everything said about it to standard error.

use crate::diagnostics::DiagnosticRenderer;
use crate::exit::Outside;
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
    /// The process's own streams. `quiet` leaves only errors.
    pub(crate) fn new(quiet: bool) -> Self {
        let styled = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        Self { renderer: DiagnosticRenderer::new(styled), quiet }
    }

    /// Whether only errors are shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Data, to standard output.
    pub(crate) fn data(&self, text: &str) -> Result<(), Outside> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Outside::writing)
    }

    /// A value as JSON, to standard output.
    pub(crate) fn json(&self, value: &impl serde::Serialize) -> Result<(), Outside> {
        let text = serde_json::to_string_pretty(value).map_err(|e| Outside::new("cannot write JSON", e))?;
        self.data(&format!("{text}\n"))
    }

    /// A line about the run, unless quiet.
    pub(crate) fn say(&self, line: &str) -> Result<(), Outside> {
        if self.quiet { Ok(()) } else { self.stderr(&format!("{line}\n")) }
    }

    /// Problems with their places. At most `limit` of them below errors, which are always shown, and how many were
    /// left out; quiet shows errors alone.
    pub(crate) fn problems(
        &self,
        sources: &SourceMap,
        problems: &[Diagnostic],
        limit: usize,
    ) -> Result<(), Outside> {
        let limit = if self.quiet { 0 } else { limit };
        let (mut shown, mut left_out) = (0, 0);
        for problem in problems {
            if problem.severity < Severity::Error {
                if shown == limit {
                    left_out += 1;
                    continue;
                }
                shown += 1;
            }
            self.stderr(&self.renderer.render(sources, problem))?;
        }
        if left_out > 0 {
            self.say(&format!("and {left_out} more; `seedbed inspect` shows them all"))
        } else {
            Ok(())
        }
    }

    fn stderr(&self, text: &str) -> Result<(), Outside> {
        io::stderr().lock().write_all(text.as_bytes()).map_err(Outside::writing)
    }
}
