//! Tokens and what their text means.

use super::identifier::unquote;
use seedbed_schema_model::{Dialect, Span};

/// The text that tokens point into.
#[derive(Clone, Copy, Debug)]
pub struct SourceText<'a> {
    /// One whole file, or the unescaped content of one string literal.
    pub text: &'a str,
    /// Global offset of its first byte.
    pub base: usize,
    /// When the text is not part of a file as it is: where all of it comes from.
    pub fixed: Option<Span>,
    /// By whose rules the text is read.
    pub dialect: Dialect,
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
pub(super) fn string_value(text: &str, dialect: Dialect) -> String {
    if let Some(inner) = dollar_content(text) {
        return inner.to_owned();
    }
    let Some(at) = text.find(['\'', '"']) else { return text.to_owned() };
    let prefix = &text[..at];
    let quoted = unquote(&text[at..]);
    let escapes = dialect == Dialect::MySql || prefix.eq_ignore_ascii_case("e");
    if escapes && quoted.contains('\\') { unescape(&quoted, dialect) } else { quoted }
}

/// The content of a dollar-quoted string.
pub fn dollar_content(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let tag = rest.find('$')? + 2;
    let end =
        if text.len() >= 2 * tag && text.ends_with(&text[..tag]) { text.len() - tag } else { text.len() };
    text.get(tag..end)
}

/// Undoes backslashes, as `E'...'` and MySQL have them.
fn unescape(text: &str, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') if dialect == Dialect::Postgres => out.push('\u{c}'),
            Some('0') if dialect == Dialect::MySql => out.push('\0'),
            // MySQL keeps the backslash before LIKE's wildcards.
            Some(wild @ ('%' | '_')) if dialect == Dialect::MySql => out.extend(['\\', wild]),
            Some(mark @ ('x' | 'u' | 'U')) if dialect == Dialect::Postgres => {
                let most = match mark {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits: String = chars.clone().take(most).take_while(char::is_ascii_hexdigit).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                match code {
                    Some(code) => {
                        out.push(code);
                        chars.nth(digits.len() - 1);
                    }
                    None => out.push(mark),
                }
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_every_notation() {
        let pg = |s| string_value(s, Dialect::Postgres);
        assert_eq!(pg("'it''s'"), "it's");
        assert_eq!(pg(r"'a\n'"), r"a\n");
        assert_eq!(pg(r"E'a\n\x41\u0042'"), "a\nAB");
        assert_eq!(pg("$x$it's$x$"), "it's");
        assert_eq!(pg("$$"), "");
        assert_eq!(string_value(r#""a\"b""#, Dialect::MySql), "a\"b");
        assert_eq!(unquote("[a]]b]"), "a]b");
    }
}
