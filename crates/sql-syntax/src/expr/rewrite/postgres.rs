//! Forms of PostgreSQL.

use crate::text::{Cursor, TokenKind};
use std::borrow::Cow;

/// `OPERATOR(schema.=)`, `ISNULL`, `BETWEEN SYMMETRIC`, `VARIADIC ARRAY[...]`.
pub(crate) fn rewrite<'a>(cursor: &mut Cursor<'a>, _previous: &str) -> Option<Cow<'a, str>> {
    replacement(cursor).map(Cow::Borrowed)
}

/// The text that stands for the tokens here.
fn replacement<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    // `OPERATOR(public.=)` is `=`: the same operator, found for a type of that schema.
    if cursor.is_word(0, "OPERATOR") && cursor.kind_at(1) == Some(TokenKind::Open) {
        let mut ahead = *cursor;
        ahead.skip(1);
        let mut inner = ahead.parens()?;
        while inner.kind_at(1) == Some(TokenKind::Dot) {
            inner.skip(2);
        }
        *cursor = ahead;
        return Some(inner.text());
    }
    // CockroachDB's mark of a constant's type.
    if cursor.at_op(":") && cursor.text_at(1) == ":" && cursor.text_at(2) == ":" {
        cursor.skip(3);
        return Some("::");
    }
    // A marker that a call's lowering undoes: `@@` before the array of further arguments.
    if cursor.at_words(&["VARIADIC", "ARRAY"]) {
        cursor.skip(1);
        return Some("@@");
    }
    if cursor.eat(&["ISNULL"]) {
        return Some("IS NULL");
    }
    // A marker that `lower` undoes: `@@` before the lower bound.
    if cursor.at_words(&["BETWEEN", "SYMMETRIC"]) {
        cursor.skip(2);
        return Some("BETWEEN @@");
    }
    if cursor.eat(&["BETWEEN", "ASYMMETRIC"]) {
        return Some("BETWEEN");
    }
    None
}
