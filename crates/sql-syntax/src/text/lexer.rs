//! Characters to tokens. Comments and white space are dropped; MySQL's `/*! */` is read as what it holds.
//!
//! What dialects differ in is asked of the text's [`TextRules`].

use super::rules::{
    Backslash, Dashes, DollarQuotes, ExecutableComments, Hash, LeadingDigits, NestedComments, TextRules,
    UnicodeQuotes,
};
use super::token::{SourceText, Token, TokenKind};
use super::unclosed::{Opened, Unclosed};

/// Reads tokens one by one.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    /// The text.
    pub(super) source: SourceText<'a>,
    /// Next byte to read.
    pub(super) at: usize,
    /// The byte behind the last one to read.
    end: usize,
    /// How it falls into tokens.
    rules: &'static TextRules,
    /// Inside `/*! */`.
    in_hint: bool,
    /// What was opened and never closed, so far.
    pub(super) unclosed: Vec<Unclosed>,
}

impl<'a> Lexer<'a> {
    /// Reads the bytes `start..end` of `source`.
    pub(super) fn new(source: SourceText<'a>, start: usize, end: usize) -> Self {
        Self { source, at: start, end, rules: source.rules, in_hint: false, unclosed: Vec::new() }
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

    /// Whether `--` or `#` begins a comment here.
    fn starts_line_comment(&self, rest: &str) -> bool {
        let Some(after) = rest.strip_prefix("--") else {
            return self.rules.hash == Hash::Comment && rest.starts_with('#');
        };
        let blank = || after.chars().next().is_none_or(|c| c.is_whitespace() || c.is_control());
        let line_start = || self.at == 0 || self.source.text.as_bytes()[self.at - 1] == b'\n';
        match self.rules.dashes {
            Dashes::Comment => true,
            Dashes::CommentBeforeBlank => blank() || line_start(),
        }
    }

    /// Steps over `/* */`, or into MySQL's `/*! */`.
    fn skip_block_comment(&mut self) {
        let start = self.at;
        let rest = self.rest();
        if self.rules.executable_comments == ExecutableComments::Read
            && let Some(content) = executable_comment(rest)
        {
            self.at += content;
            self.in_hint = true;
            return;
        }
        let nests = self.rules.nested_comments == NestedComments::Nest;
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
            c if is_word_start(c) => self.word(start),
            '(' => self.single(TokenKind::Open),
            ')' => self.single(TokenKind::Close),
            ',' => self.single(TokenKind::Comma),
            ';' => self.single(TokenKind::Semicolon),
            '.' if !self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.single(TokenKind::Dot),
            '0'..='9' | '.' => self.number(),
            c => self.quote_or_sign(c, start),
        };
        Some(Token::new(kind, start, self.at))
    }

    /// What begins with a quote of the dialect, or with a sign.
    fn quote_or_sign(&mut self, first: char, start: usize) -> TokenKind {
        if self.rules.text_quotes.contains(&first) {
            return self.quoted(first, TokenKind::Text, start, self.rules.backslash);
        }
        if let Some(close) = self.rules.name_close(first) {
            return self.quoted(close, TokenKind::Quoted, start, Backslash::Character);
        }
        match first {
            '[' => self.single(TokenKind::OpenSquare),
            ']' => self.single(TokenKind::CloseSquare),
            '$' if self.rules.dollar_quotes == DollarQuotes::Read => self.dollar(start),
            c => {
                self.at += c.len_utf8();
                TokenKind::Op
            }
        }
    }

    /// A token of one byte.
    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    /// A quoted thing whose first quote is the next character; `start` is where its prefix begins.
    fn quoted(&mut self, close: char, kind: TokenKind, start: usize, backslash: Backslash) -> TokenKind {
        let escapes = backslash == Backslash::Escape;
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
        if self.rules.leading_digits == LeadingDigits::Name
            && self.rest().starts_with(is_word_start)
            && !prefixed
        {
            self.skip_word();
            return TokenKind::Word;
        }
        TokenKind::Number
    }

    /// A word, or the string whose prefix it is: `E'...'`, `X'...'`, `U&"..."`.
    fn word(&mut self, start: usize) -> TokenKind {
        self.skip_word();
        let word = &self.source.text[start..self.at];
        if self.rest().starts_with('\'')
            && let Some(backslash) = self.rules.behind_prefix(word)
        {
            return self.quoted('\'', TokenKind::Text, start, backslash);
        }
        if word.eq_ignore_ascii_case("u") && self.rules.unicode_quotes == UnicodeQuotes::Read {
            let quoted = [("&'", '\'', TokenKind::Text), ("&\"", '"', TokenKind::Quoted)];
            if let Some((_, close, kind)) =
                quoted.into_iter().find(|(open, ..)| self.rest().starts_with(open))
            {
                self.at += 1;
                return self.quoted(close, kind, start, Backslash::Character);
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
