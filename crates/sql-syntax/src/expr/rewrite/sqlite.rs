//! Forms of SQLite.

use crate::text::Cursor;
use std::borrow::Cow;

/// `GLOB`, `ISNULL`, and `IS` between any two values.
pub(crate) fn rewrite<'a>(cursor: &mut Cursor<'a>, _previous: &str) -> Option<Cow<'a, str>> {
    replacement(cursor).map(Cow::Borrowed)
}

/// The text that stands for the tokens here.
fn replacement(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    // A carrier: sqlparser does not know NOT GLOB, and SQLite has no ILIKE.
    if cursor.eat(&["GLOB"]) {
        return Some("ILIKE");
    }
    const KNOWN: [&str; 6] = ["NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT", "NOT"];
    if cursor.eat(&["ISNULL"]) {
        return Some("IS NULL");
    }
    if !cursor.is_word(0, "IS") {
        return None;
    }
    let mut after = *cursor;
    after.skip(1);
    let negated = after.eat(&["NOT"]);
    if after.at_any(&KNOWN) {
        return None;
    }
    *cursor = after;
    Some(if negated { "IS DISTINCT FROM" } else { "IS NOT DISTINCT FROM" })
}
