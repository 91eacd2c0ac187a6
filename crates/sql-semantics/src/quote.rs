//! Quoting of names and strings so that nothing in them can end the quote.

use crate::text::push_hex;
use seedbed_schema_model::{Dialect, QualifiedName};

/// A name as the dialect quotes it: `"name"`, in MySQL `` `name` ``. Always quoted, so that no list of reserved words
/// is needed. A NUL, which no server allows in a name, is left out.
///
/// ```
/// use seedbed_schema_model::Dialect;
/// assert_eq!(seedbed_sql_semantics::quote_identifier(Dialect::Postgres, "a\"b"), "\"a\"\"b\"");
/// ```
pub fn quote_identifier(dialect: Dialect, name: &str) -> String {
    let mark = if dialect == Dialect::MySql { '`' } else { '"' };
    enclose(name, mark)
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
    match dialect {
        Dialect::MySql => quote_mysql(text),
        Dialect::Sqlite if text.contains('\0') => {
            let mut out = String::from("CAST(x'");
            push_hex(&mut out, text.as_bytes());
            out.push_str("' AS TEXT)");
            out
        }
        _ => enclose(text, '\''),
    }
}

fn quote_mysql(text: &str) -> String {
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

fn enclose(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(mark);
    for c in text.chars().filter(|c| *c != '\0') {
        if c == mark {
            out.push(mark);
        }
        out.push(c);
    }
    out.push(mark);
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
