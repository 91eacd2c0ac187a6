//! Quoting of names and strings so that nothing in them can end the quote.

use crate::text::push_hex;

/// What names are in a dialect.
#[derive(Debug)]
pub struct Identifiers {
    /// What stands before and behind a name that is written. The mark behind is doubled inside.
    pub quote: (char, char),
    /// All pairs of marks between which a name can be read: SQLite takes `"a"`, `` `a` `` and `[a]`.
    pub accepted_quotes: &'static [(char, char)],
    /// Which names are one.
    pub case: IdentifierCase,
    /// The schema that a name without one is looked up in, `public`; `None` where there are no schemas.
    pub default_schema: Option<&'static str>,
}

impl Identifiers {
    /// The name between the marks: see [`quote_identifier`](crate::quote_identifier).
    pub(crate) fn quoted(&self, name: &str) -> String {
        let (open, close) = self.quote;
        enclose(name, open, close)
    }
}

/// Upper and lower case in names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierCase {
    /// Names differ by case; one without quotes is lower-cased first (PostgreSQL's manual, §4.1.1).
    FoldedUnlessQuoted,
    /// Names do not differ by case, quoted or not.
    Ignored,
}

/// Standard SQL: a quote is doubled, a NUL left out.
pub(crate) fn standard_text(text: &str) -> String {
    enclose(text, '\'', '\'')
}

/// Standard SQL, and a cast hex blob for what holds a NUL.
pub(crate) fn standard_text_or_blob(text: &str) -> String {
    if !text.contains('\0') {
        return standard_text(text);
    }
    let mut out = String::from("CAST(x'");
    push_hex(&mut out, text.as_bytes());
    out.push_str("' AS TEXT)");
    out
}

/// Backslashes escape.
pub(crate) fn backslash_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            // Ctrl-Z ends the input of clients on Windows.
            '\x1a' => out.push_str("\\Z"),
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

/// The text between two marks, the one behind doubled inside; a NUL is left out.
fn enclose(text: &str, open: char, close: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(open);
    for c in text.chars().filter(|c| *c != '\0') {
        if c == close {
            out.push(close);
        }
        out.push(c);
    }
    out.push(close);
    out
}
