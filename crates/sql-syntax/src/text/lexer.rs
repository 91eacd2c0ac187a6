//! Characters to tokens. Comments and white space are dropped; MySQL's `/*! */` is read as what it holds.
//!
//! What dialects differ in: which quotes hold names and which hold strings, whether backslashes escape, nested comments,
//! dollar quotes, numbers that are names.

use super::token::{SourceText, Token, TokenKind};
use super::unclosed::{Opened, Unclosed};
use seedbed_schema_model::Dialect;

/// Reads tokens one by one.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    /// The text.
    pub(super) source: SourceText<'a>,
    /// Next byte to read.
    pub(super) at: usize,
    /// The byte behind the last one to read.
    end: usize,
    /// Inside `/*! */`.
    in_hint: bool,
    /// What was opened and never closed, so far.
    pub(super) unclosed: Vec<Unclosed>,
}

impl<'a> Lexer<'a> {
    /// Reads the bytes `start..end` of `source`.
    pub(super) fn new(source: SourceText<'a>, start: usize, end: usize) -> Self {
        Self { source, at: start, end, in_hint: false, unclosed: Vec::new() }
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a str {
        &self.source.text[self.at..self.end]
    }

    /// Skips white space and comments. Returns whether anything is left.
    pub(super) fn skip_blank(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return false };
            if first.is_whitespace() || first == '\u{feff}' || first == '\0' {
                self.at += first.len_utf8();
            } else if self.starts_line_comment(rest) {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.skip_block_comment();
            } else if self.in_hint && rest.starts_with("*/") {
                self.in_hint = false;
                self.at += 2;
            } else {
                return true;
            }
        }
    }

    /// Whether `--` or MySQL's `#` begins a comment here.
    fn starts_line_comment(&self, rest: &str) -> bool {
        let mysql = self.source.dialect == Dialect::MySql;
        match rest.strip_prefix("--") {
            // MySQL wants white space after the dashes: `5--1` is a number minus a negative one.
            Some(after) => {
                let blank = after.chars().next().is_none_or(|c| c.is_whitespace() || c.is_control());
                // The clients take dashes at a line's start for a comment, whatever follows.
                !mysql || blank || self.at == 0 || self.source.text.as_bytes()[self.at - 1] == b'\n'
            }
            None => mysql && rest.starts_with('#'),
        }
    }

    /// Steps over `/* */`, or into MySQL's `/*! */`.
    fn skip_block_comment(&mut self) {
        let start = self.at;
        let rest = self.rest();
        if self.source.dialect == Dialect::MySql
            && let Some(content) = executable_comment(rest)
        {
            self.at += content;
            self.in_hint = true;
            return;
        }
        let nests = self.source.dialect == Dialect::Postgres;
        let bytes = rest.as_bytes();
        let (mut depth, mut i) = (1_usize, 2);
        while i < bytes.len() {
            if bytes[i..].starts_with(b"*/") {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    self.at += i;
                    return;
                }
            } else if nests && bytes[i..].starts_with(b"/*") {
                depth += 1;
                i += 2;
            } else {
                i += 1;
            }
        }
        self.unterminated(Opened::Comment, start, start + 2);
        self.at = self.end;
    }

    /// The next token, if there is one. Call [`Self::skip_blank`] first.
    pub(super) fn token(&mut self) -> Option<Token> {
        if !self.skip_blank() {
            return None;
        }
        let start = self.at;
        let first = self.rest().chars().next()?;
        let kind = match first {
            '(' => self.single(TokenKind::Open),
            ')' => self.single(TokenKind::Close),
            '[' if self.source.dialect != Dialect::Sqlite => self.single(TokenKind::OpenSquare),
            ']' => self.single(TokenKind::CloseSquare),
            ',' => self.single(TokenKind::Comma),
            ';' => self.single(TokenKind::Semicolon),
            '\'' => self.quoted('\'', TokenKind::Text, start, self.source.dialect == Dialect::MySql),
            '"' if self.source.dialect == Dialect::MySql => self.quoted('"', TokenKind::Text, start, true),
            '"' => self.quoted('"', TokenKind::Quoted, start, false),
            '`' if self.source.dialect != Dialect::Postgres => {
                self.quoted('`', TokenKind::Quoted, start, false)
            }
            '[' if self.source.dialect == Dialect::Sqlite => {
                self.quoted(']', TokenKind::Quoted, start, false)
            }
            '$' if self.source.dialect == Dialect::Postgres => self.dollar(start),
            '.' if !self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.single(TokenKind::Dot),
            '0'..='9' | '.' => self.number(),
            c if is_word_start(c) => self.word(start),
            c => {
                self.at += c.len_utf8();
                TokenKind::Op
            }
        };
        Some(Token::new(kind, start, self.at))
    }

    /// A token of one byte.
    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    /// A quoted thing whose first quote is the next character; `start` is where its prefix begins.
    fn quoted(&mut self, close: char, kind: TokenKind, start: usize, escapes: bool) -> TokenKind {
        let bytes = self.rest().as_bytes();
        let close = close as u8;
        let mut i = 1;
        while i < bytes.len() {
            if escapes && bytes[i] == b'\\' {
                i += 2;
            } else if bytes[i] != close {
                i += 1;
            } else if bytes.get(i + 1) == Some(&close) {
                i += 2;
            } else {
                self.at += i + 1;
                return kind;
            }
        }
        self.unterminated(
            if kind == TokenKind::Text { Opened::Text } else { Opened::QuotedName },
            start,
            self.at + 1,
        );
        self.at = self.end;
        kind
    }

    /// `$tag$ ... $tag$`, or the sign of a parameter.
    fn dollar(&mut self, start: usize) -> TokenKind {
        let rest = self.rest();
        let tag_end = rest[1..].find(|c: char| !is_word(c) || c == '$').map(|i| i + 1);
        match tag_end {
            Some(i) if rest[i..].starts_with('$') && !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                let tag = &rest[..=i];
                match rest[tag.len()..].find(tag) {
                    Some(close) => self.at += close + 2 * tag.len(),
                    None => {
                        self.unterminated(Opened::DollarQuoted, start, start + tag.len());
                        self.at = self.end;
                    }
                }
                TokenKind::Text
            }
            // A parameter such as `$1`.
            _ => {
                self.at += 1;
                TokenKind::Op
            }
        }
    }

    /// Digits with fraction and exponent, or hexadecimal and binary ones.
    fn number(&mut self) -> TokenKind {
        let bytes = self.rest().as_bytes();
        let digits =
            |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count();
        let mut i = digits(0);
        let prefixed = i == 1 && bytes[0] == b'0' && matches!(bytes.get(1), Some(b'x' | b'X' | b'b' | b'B'));
        if prefixed && bytes.get(2).is_some_and(u8::is_ascii_hexdigit) {
            i = 2 + bytes[2..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
        } else {
            if bytes.get(i) == Some(&b'.') {
                i += 1 + digits(i + 1);
            }
            if matches!(bytes.get(i), Some(b'e' | b'E')) {
                let sign = usize::from(matches!(bytes.get(i + 1), Some(b'+' | b'-')));
                let exponent = digits((i + 1 + sign).min(bytes.len()));
                if exponent > 0 {
                    i += 1 + sign + exponent;
                }
            }
        }
        self.at += i.max(1);
        // MySQL's names may begin with digits.
        if self.source.dialect == Dialect::MySql && self.rest().starts_with(is_word_start) && !prefixed {
            self.skip_word();
            return TokenKind::Word;
        }
        TokenKind::Number
    }

    /// A word, or the string whose prefix it is: `E'...'`, `X'...'`, `U&"..."`.
    fn word(&mut self, start: usize) -> TokenKind {
        self.skip_word();
        let word = &self.source.text[start..self.at];
        if self.rest().starts_with('\'') {
            let postgres = self.source.dialect == Dialect::Postgres;
            let prefix = word.to_ascii_lowercase();
            if matches!(prefix.as_str(), "x" | "b" | "n") || (postgres && prefix == "e") {
                let escapes = prefix == "e" || (self.source.dialect == Dialect::MySql && prefix == "n");
                return self.quoted('\'', TokenKind::Text, start, escapes);
            }
        }
        if word.eq_ignore_ascii_case("u") && self.source.dialect == Dialect::Postgres {
            if self.rest().starts_with("&'") {
                self.at += 1;
                return self.quoted('\'', TokenKind::Text, start, false);
            }
            if self.rest().starts_with("&\"") {
                self.at += 1;
                return self.quoted('"', TokenKind::Quoted, start, false);
            }
        }
        TokenKind::Word
    }

    /// Steps over the characters of a word.
    fn skip_word(&mut self) {
        let rest = self.rest();
        self.at += rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    }

    /// Notes what never ends.
    fn unterminated(&mut self, what: Opened, start: usize, end: usize) {
        let end = end.min(self.end);
        self.unclosed.push(Unclosed { what, span: self.source.span(start, end) });
    }
}

/// Where the content of MySQL's `/*!50100 ... */` begins, unless its version says that no server runs it.
fn executable_comment(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("/*!").or_else(|| rest.strip_prefix("/*M!"))?;
    let digits = after.bytes().take(6).take_while(u8::is_ascii_digit).count();
    // MariaDB's dumps open with version 999999 to be skipped by every server.
    (after[..digits] != *"999999").then_some(rest.len() - after.len() + digits)
}

/// Whether a word may begin with the character.
fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || !c.is_ascii()
}

/// Whether a word may go on with the character.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}
