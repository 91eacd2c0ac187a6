//! Texts together with the rules that they are read by.

use super::{Syntax, syntax};
use crate::text::{Cursor, SourceText};
use seedbed_schema_model::{Dialect, Span};

impl<'a> SourceText<'a> {
    /// A text that is read by the rules of a dialect, at offset 0 of all texts.
    pub fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, base: 0, fixed: None, dialect, rules: &syntax(dialect).text }
    }

    /// The same text at another offset.
    #[must_use]
    pub fn at(self, base: usize) -> Self {
        Self { base, ..self }
    }

    /// The same text where all of it comes from one place, if it does.
    #[must_use]
    pub fn from_place(self, fixed: Option<Span>) -> Self {
        Self { fixed, ..self }
    }
}

impl Cursor<'_> {
    /// How the text's dialect is written.
    pub fn syntax(&self) -> &'static Syntax {
        syntax(self.dialect())
    }
}
