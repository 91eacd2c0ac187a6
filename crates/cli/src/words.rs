//! Words that are no commands, shown as a compiler would show them.

use crate::exit::CommandError;
use seedbed::schema::{Diagnostic, Severity, SourceMap, Span};
use seedbed_edit::TextError;
use seedbed_service::ServiceError;

/// A text of commands or sentences, and the name under which problems show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The name of words that stand on the command line.
const ON_THE_LINE: &str = "words";

impl Words {
    /// Words of the command line, which may be cut where the shell cuts them.
    pub(crate) fn on_the_line(words: &[String]) -> Self {
        Self { name: ON_THE_LINE.to_owned(), text: words.join(" ") }
    }

    /// Everything that can't be read, under the words where it stands.
    pub(crate) fn unread(&self, errors: &[TextError]) -> CommandError {
        let mut sources = SourceMap::default();
        let start = sources.push(&self.name, &self.text);
        let mut problems: Vec<Diagnostic> = errors
            .iter()
            .map(|error| Diagnostic {
                code: error.code().to_owned(),
                severity: Severity::Error,
                message: error.to_string(),
                span: Some(Span::new(start + error.span().start, start + error.span().end)),
                hint: error.hint(),
            })
            .collect();
        if self.name == ON_THE_LINE {
            problems.push(Diagnostic {
                code: "commands-only".to_owned(),
                severity: Severity::Note,
                message: "no language model is configured: words are read as commands alone".to_owned(),
                span: None,
                hint: Some("GEMINI_API_KEY lets sentences be understood".to_owned()),
            });
        }
        CommandError::Faults(Box::new((sources, problems)))
    }

    /// Why the service did not take them.
    pub(crate) fn refused(&self, error: ServiceError) -> CommandError {
        match error {
            ServiceError::NoCommand(errors) if !errors.is_empty() => self.unread(&errors),
            error => error.into(),
        }
    }
}
