//! Words that are not understood, shown as a compiler would show them.

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

    /// Every command that can't be read, under the words where it stands.
    pub(crate) fn unread(&self, errors: &[TextError]) -> CommandError {
        self.pointed_at(errors, "words are read as commands alone")
    }

    fn pointed_at(&self, errors: &[TextError], without: &str) -> CommandError {
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
                code: "no-language-model".to_owned(),
                severity: Severity::Note,
                message: format!("no language model is configured: {without}"),
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
            ServiceError::NoQuestion(errors) if !errors.is_empty() => {
                self.pointed_at(&errors, "simple questions alone are understood")
            }
            error => error.into(),
        }
    }
}
