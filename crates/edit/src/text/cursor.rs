//! A place in the pieces of one line of edits, and how pieces are taken.

use super::error::TextError;
use super::lexer::{Kind, Token};
use seedbed_datagen_core::nearest;
use seedbed_schema_model::Schema;
use std::ops::{Deref, DerefMut, Range};

/// What reading a part of a text gives.
pub(super) type Parsed<T> = Result<T, TextError>;

/// A place in the pieces between two ends of edits.
pub(super) struct Cursor<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The pieces, without an end.
    pub(super) tokens: &'a [Token],
    /// The next piece.
    pub(super) at: usize,
}

/// Reads edits that name tables and columns.
pub(super) struct Reader<'a> {
    /// Where it is.
    pub(super) cursor: Cursor<'a>,
    /// What names mean.
    pub(super) schema: &'a Schema,
    /// What is wrong and does not keep the rest from being read.
    pub(super) errors: Vec<TextError>,
}

impl<'a> Deref for Reader<'a> {
    type Target = Cursor<'a>;

    fn deref(&self) -> &Cursor<'a> {
        &self.cursor
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.cursor
    }
}

impl<'a> Cursor<'a> {
    /// At the first of some pieces.
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self { text, tokens, at: 0 }
    }

    /// Where the last piece ends.
    fn end(&self) -> usize {
        self.tokens.last().map_or(0, |t| t.span.end)
    }

    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn kind(&self) -> Option<&'a Kind> {
        self.peek().map(|t| &t.kind)
    }

    pub(super) fn kind_at(&self, ahead: usize) -> Option<&'a Kind> {
        self.tokens.get(self.at + ahead).map(|t| &t.kind)
    }

    /// What a piece is in the text.
    pub(super) fn written(&self, token: &Token) -> &'a str {
        &self.text[token.span.clone()]
    }

    /// The word some pieces ahead; empty if there is none.
    pub(super) fn word_at(&self, ahead: usize) -> &'a str {
        match self.tokens.get(self.at + ahead) {
            Some(token) if token.kind == Kind::Word => self.written(token),
            _ => "",
        }
    }

    /// Whether these words stand here, in any case.
    pub(super) fn is_at(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.word_at(i).eq_ignore_ascii_case(word))
    }

    /// Takes these words if they stand here.
    pub(super) fn take(&mut self, words: &[&str]) -> bool {
        let found = self.is_at(words);
        self.at += if found { words.len() } else { 0 };
        found
    }

    /// Takes one of some words if it stands here.
    pub(super) fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(&[word]))
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.kind() == Some(&Kind::Sign(sign))
    }

    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Whether the next piece touches the one before it.
    pub(super) fn touches(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.zip(self.peek()).is_some_and(|(before, next)| before.span.end == next.span.start)
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Where the next piece stands; behind the last at the end.
    pub(super) fn place(&self) -> Range<usize> {
        self.peek().map_or(self.end()..self.end(), |t| t.span.clone())
    }

    /// From a piece to the last one that was taken.
    pub(super) fn span_from(&self, start: usize) -> Range<usize> {
        let last = self.at.max(start + 1) - 1;
        let (first, last) = (self.tokens.get(start), self.tokens.get(last));
        let start = first.map_or_else(|| self.end(), |t| t.span.start);
        start..last.map_or_else(|| self.end(), |t| t.span.end).max(start)
    }

    /// That something else is wanted here; `words` are those that are, for the nearest of them.
    pub(super) fn expected(&self, wanted: &'static str, words: &[&str]) -> TextError {
        let found = self.peek().map(|t| self.written(t).to_owned());
        let similar = found.as_ref().and_then(|f| nearest(f, words.iter().copied()));
        TextError::Expected { span: self.place(), wanted, found, similar }
    }

    /// Takes a word that has to stand here.
    pub(super) fn demand(&mut self, word: &'static str) -> Parsed<()> {
        if self.take(&[word]) { Ok(()) } else { Err(self.expected(quoted(word), &[word])) }
    }
}

/// A keyword in backticks.
fn quoted(word: &'static str) -> &'static str {
    match word {
        "and" => "`and`",
        "to" => "`to`",
        "in" => "`in`",
        "by" => "`by`",
        "of" => "`of`",
        "from" => "`from`",
        "referrers" => "`referrers`",
        other => other,
    }
}
