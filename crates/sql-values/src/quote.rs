//! Quoting of names and strings so that nothing in them can end the quote.

use crate::semantics;
use crate::text::push_hex;
use seedbed_schema_model::{Dialect, QualifiedName};

/// What names are in a dialect.
#[derive(Debug)]
pub struct Identifiers {
    /// What stands before and behind a name that is written. The mark behind is doubled inside.
    pub quote: (char, char),
    /// All pairs of marks between which a name can be read.
    pub accepted_quotes: &'static [(char, char)],
    /// Which names are one.
    pub case: IdentifierCase,
    /// The schema that a name without one is looked up in; `None` where there are no schemas.
    pub default_schema: Option<&'static str>,
}

/// Upper and lower case in names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierCase {
    /// Names differ by case; one without quotes is lower-cased first.
    FoldedUnlessQuoted,
    /// Names do not differ by case, quoted or not.
    Ignored,
}

/// A name as the dialect quotes it: `"name"`, in MySQL `` `name` ``. Always quoted, so that no list of reserved words
/// is needed. A NUL, which no server allows in a name, is left out.
///
/// ```
/// use seedbed_schema_model::Dialect;
/// assert_eq!(seedbed_sql_semantics::quote_identifier(Dialect::Postgres, "a\"b"), "\"a\"\"b\"");
/// ```
pub fn quote_identifier(dialect: Dialect, name: &str) -> String {
    let (open, close) = semantics(dialect).identifiers.quote;
    enclose(name, open, close)
}

/// `schema.name`, each part quoted.
pub fn quote_qualified(dialect: Dialect, name: &QualifiedName) -> String {
    let own = quote_identifier(dialect, &name.name);
    match &name.schema {
        Some(schema) => format!("{}.{own}", quote_identifier(dialect, schema)),
        None => own,
    }
}

/// A string constant.
///
/// - PostgreSQL: `'it''s'`, which means itself under `standard_conforming_strings`; a NUL cannot be in any
///   PostgreSQL text and is left out.
/// - MySQL: backslashes are doubled (`NO_BACKSLASH_ESCAPES` is off by default), a NUL is `\0`.
/// - SQLite: a NUL ends the statement's text for its parser, so a string with one is a cast hex blob.
pub fn quote_text(dialect: Dialect, text: &str) -> String {
    (semantics(dialect).quote_text)(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_the_quotes() {
        assert_eq!(quote_text(Dialect::Postgres, "a'b\\c\0"), "'a''b\\c'");
        assert_eq!(quote_text(Dialect::MySql, "a'b\\c\0"), "'a''b\\\\c\\0'");
        assert_eq!(quote_text(Dialect::Sqlite, "a\0b"), "CAST(x'610062' AS TEXT)");
        assert_eq!(quote_identifier(Dialect::MySql, "a`b"), "`a``b`");
        let name = QualifiedName::new(Some("pub.lic"), "x");
        assert_eq!(quote_qualified(Dialect::Postgres, &name), "\"pub.lic\".\"x\"");
    }
}
