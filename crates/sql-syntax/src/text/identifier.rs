//! Names as a catalog stores them.

/// PostgreSQL keeps 63 bytes of a name (`NAMEDATALEN` - 1).
pub const LONGEST_POSTGRES_NAME: usize = 63;

/// Shortens a name to its first `longest` bytes, or fewer where a character would be cut.
pub fn truncated(mut name: String, longest: usize) -> String {
    name.truncate(name.floor_char_boundary(longest));
    name
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
