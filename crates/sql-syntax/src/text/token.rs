//! Tokens and what their text means.

use super::identifier::unquote;
use super::rules::{Backslash, Escapes, TextRules};
use seedbed_schema_model::{Dialect, Span};
use std::str::Chars;

/// The text that tokens point into.
#[derive(Clone, Copy, Debug)]
pub struct SourceText<'a> {
    /// One whole file, or the unescaped content of one string literal.
    pub text: &'a str,
    /// Global offset of its first byte.
    pub base: usize,
    /// When the text is not part of a file as it is: where all of it comes from.
    pub fixed: Option<Span>,
    /// What the text is written in.
    pub dialect: Dialect,
    /// How that falls into tokens.
    pub rules: &'static TextRules,
}

impl<'a> SourceText<'a> {
    /// The global span of the bytes `start..end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        self.fixed.unwrap_or_else(|| Span::new(self.base + start, self.base + end))
    }

    /// The text of a token.
    pub fn slice(&self, token: &Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or an unquoted identifier.
    Word,
    /// A quoted identifier.
    Quoted,
    /// A string, of any notation.
    Text,
    /// A number, without its sign.
    Number,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// `[`, where it does not quote a name.
    OpenSquare,
    /// `]`, where it does not end a quoted name.
    CloseSquare,
    /// One character of an operator.
    Op,
}

/// A token: a byte range of its [`SourceText`].
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte in the source's text.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
    /// For an opening bracket, the place of the closing one in the statement, or the statement's length.
    pub mate: u32,
}

impl Token {
    /// The token of the bytes `start..end`.
    pub(super) fn new(kind: TokenKind, start: usize, end: usize) -> Self {
        Self { kind, start: start as u32, end: end as u32, mate: 0 }
    }
}

/// The value of a string literal of any notation: `'a''b'`, `E'a\n'`, `$tag$a$tag$`, `N'a'`, `"a"` in MySQL.
pub(super) fn string_value(text: &str, rules: &TextRules) -> String {
    if let Some(inner) = dollar_content(text) {
        return inner.to_owned();
    }
    let Some(at) = text.find(['\'', '"']) else { return text.to_owned() };
    let quoted = unquote(&text[at..]);
    let escapes =
        [Some(rules.backslash), rules.behind_prefix(&text[..at])].contains(&Some(Backslash::Escape));
    if escapes && quoted.contains('\\') { unescape(&quoted, &rules.escapes) } else { quoted }
}

/// The content of a dollar-quoted string.
pub fn dollar_content(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let tag = rest.find('$')? + 2;
    let end =
        if text.len() >= 2 * tag && text.ends_with(&text[..tag]) { text.len() - tag } else { text.len() };
    text.get(tag..end)
}

/// Undoes backslashes.
fn unescape(text: &str, escapes: &Escapes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some(escaped) = chars.next() else {
            out.push('\\');
            break;
        };
        if let Some((_, meant)) = escapes.characters.iter().find(|(written, _)| *written == escaped) {
            out.push(*meant);
        } else if escapes.kept.contains(&escaped) {
            out.extend(['\\', escaped]);
        } else if let Some((_, most)) = escapes.code_points.iter().find(|(mark, _)| *mark == escaped) {
            out.push(code_point(&mut chars, *most).unwrap_or(escaped));
        } else {
            out.push(escaped);
        }
    }
    out
}

/// The character whose code point stands here in up to `most` hexadecimal digits; moves past them if there is one.
fn code_point(chars: &mut Chars<'_>, most: usize) -> Option<char> {
    let digits: String = chars.clone().take(most).take_while(char::is_ascii_hexdigit).collect();
    let found = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?;
    chars.nth(digits.len() - 1);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::syntax;

    #[test]
    fn strings_of_every_notation() {
        let pg = |s| string_value(s, &syntax(Dialect::Postgres).text);
        assert_eq!(pg("'it''s'"), "it's");
        assert_eq!(pg(r"'a\n'"), r"a\n");
        assert_eq!(pg(r"E'a\n\x41\u0042'"), "a\nAB");
        assert_eq!(pg("$x$it's$x$"), "it's");
        assert_eq!(pg("$$"), "");
        assert_eq!(string_value(r#""a\"b""#, &syntax(Dialect::MySql).text), "a\"b");
        assert_eq!(unquote("[a]]b]"), "a]b");
    }
}
