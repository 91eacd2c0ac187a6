//! Forms of MySQL and MariaDB.

use crate::text::{Cursor, TokenKind};
use std::borrow::Cow;

/// Introducers, `||` and `&&`, `MOD`, `BINARY a`, `!a`, and the character sets of casts.
pub(crate) fn rewrite<'a>(cursor: &mut Cursor<'a>, previous: &str) -> Option<Cow<'a, str>> {
    // A character set introducer, as in `_utf8mb4'a'`.
    if cursor.word_at(0).starts_with('_') && cursor.kind_at(1) == Some(TokenKind::Text) {
        cursor.skip(1);
        return Some(Cow::Borrowed(""));
    }
    // Without PIPES_AS_CONCAT `||` is OR and binds as loosely; sqlparser lets both bind tighter than comparisons.
    for (sign, word) in [("|", "OR"), ("&", "AND")] {
        if cursor.at_op(sign) && cursor.text_at(1) == sign {
            cursor.skip(2);
            return Some(Cow::Borrowed(word));
        }
    }
    // `a MOD b`, not `MOD(a, b)`.
    let after_operand =
        previous.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '`' | '\'' | '_'));
    if cursor.is_word(0, "MOD") && after_operand {
        cursor.skip(1);
        return Some(Cow::Borrowed("%"));
    }
    let prefix = previous.is_empty()
        || matches!(previous, "(" | "," | "=" | "<" | ">" | "!")
        || is_connective(previous);
    if prefix && cursor.is_word(0, "BINARY") && cursor.kind_at(1) != Some(TokenKind::Open) {
        let operand = tight_operand(cursor);
        return Some(Cow::Owned(format!("CAST({} AS BINARY)", operand.text())));
    }
    // `CAST(a AS CHAR CHARSET binary)`: the character set changes the bytes, not the text.
    if cursor.is_word(0, "CHARSET") || cursor.at_words(&["CHARACTER", "SET"]) {
        cursor.skip(if cursor.is_word(0, "CHARSET") { 2 } else { 3 });
        return Some(Cow::Borrowed(""));
    }
    if cursor.at_op("!") && ends_after_group(*cursor) {
        cursor.skip(1);
        return Some(Cow::Borrowed("NOT"));
    }
    if cursor.at_op("!") && cursor.text_at(1) != "=" {
        let operand = tight_operand(cursor);
        return Some(Cow::Owned(format!("(NOT {})", operand.text())));
    }
    None
}

/// Whether brackets follow and nothing that binds tighter than NOT comes after them: MariaDB writes NOT so.
fn ends_after_group(mut cursor: Cursor<'_>) -> bool {
    cursor.skip(1);
    cursor.parens().is_some()
        && (cursor.is_empty()
            || cursor.at_any(&["AND", "OR", "XOR", "THEN", "ELSE", "END", "WHEN"])
            || matches!(cursor.kind_at(0), Some(TokenKind::Close | TokenKind::Comma)))
}

/// Whether an operand follows the word.
fn is_connective(word: &str) -> bool {
    ["and", "or", "not", "in", "like", "between", "when", "then", "else"]
        .iter()
        .any(|w| word.eq_ignore_ascii_case(w))
}

/// The operand of a prefix operator that binds tighter than any infix one; moves past both.
fn tight_operand<'a>(cursor: &mut Cursor<'a>) -> Cursor<'a> {
    cursor.skip(1);
    let start = *cursor;
    let called = cursor.kind_at(0) == Some(TokenKind::Word) && cursor.kind_at(1) == Some(TokenKind::Open);
    cursor.skip_group();
    if called {
        cursor.skip_group();
    }
    start.until(cursor)
}
