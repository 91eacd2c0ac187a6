//! PostgreSQL's `search_path`, as a setting of sessions and of functions.

use seedbed_sql_syntax::{Cursor, TokenKind};

/// `search_path TO a, b`, `search_path = DEFAULT`; the cursor stands behind `SET`. `None` for another setting, which is left
/// unread.
pub fn eat_setting(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    cursor.eat(&["SEARCH_PATH"]).then_some(())?;
    if cursor.eat(&["FROM", "CURRENT"]) {
        return None;
    }
    if !cursor.eat(&["TO"]) {
        cursor.eat_op("=");
    }
    if cursor.eat(&["DEFAULT"]) {
        return Some(default());
    }
    let mut entries = Vec::new();
    while let Some(entry) = cursor.string().or_else(|| cursor.ident()) {
        entries.push(entry);
        if !cursor.eat_kind(TokenKind::Comma) {
            break;
        }
    }
    entries.retain(|name| counts(name));
    Some(entries)
}

/// The path in one string: `a, "b"`.
pub fn listed(path: &str) -> Vec<String> {
    let entries = path.split(',').map(|s| s.trim().trim_matches('"').to_owned());
    entries.filter(|name| counts(name)).collect()
}

/// The path of a fresh database.
pub fn default() -> Vec<String> {
    vec!["public".to_owned()]
}

/// Whether an entry of the path counts. `"$user"` names a schema that a fresh database does not have, `pg_catalog` one
/// that nothing is created in.
fn counts(name: &str) -> bool {
    !name.is_empty() && name != "$user" && name != "pg_catalog"
}
