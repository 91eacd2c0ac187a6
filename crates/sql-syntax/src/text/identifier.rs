//! Names as a catalog stores them.

use seedbed_schema_model::Dialect;

/// PostgreSQL keeps 63 bytes of a name (`NAMEDATALEN` - 1).
pub const LONGEST_POSTGRES_NAME: usize = 63;

/// Shortens a name as PostgreSQL does: to its first 63 bytes, or fewer where a character would be cut.
pub fn truncated(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(LONGEST_POSTGRES_NAME));
    name
}

/// An unquoted identifier as the catalog stores it: PostgreSQL folds it to lower case.
pub(super) fn fold(text: &str, dialect: Dialect) -> String {
    match dialect {
        // ASCII only, as PostgreSQL does in multi-byte encodings.
        Dialect::Postgres => text.to_ascii_lowercase(),
        _ => text.to_owned(),
    }
}

/// The name in a quoted identifier, its doubled quotes undone.
pub(super) fn unquote(text: &str) -> String {
    let Some(open) = text.chars().next() else { return String::new() };
    let close = if open == '[' { ']' } else { open };
    let inner = &text[open.len_utf8()..];
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    let mut doubled = String::from(close);
    doubled.push(close);
    inner.replace(&doubled, &close.to_string())
}
