//! The types of values, where their text tells.
//!
//! Anything but constants, casts and comparisons needs the tables of the query, and is told in `query`. A number with a
//! point or an exponent is a decimal, any other an integer; text is `text`.

use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::SqlType;
use seedbed_sql_syntax::{Cursor, TokenKind, read_type};

/// Whether a comparison or a truth operator stands at the top level, so that the value is true or false. A `CASE` is
/// not looked into.
pub(super) fn is_truth(value: Cursor<'_>) -> bool {
    const WORDS: [&str; 9] = ["AND", "OR", "NOT", "IS", "IN", "LIKE", "ILIKE", "BETWEEN", "EXISTS"];
    let mut walk = value;
    if walk.is_word(0, "CASE") {
        return false;
    }
    while !walk.is_empty() {
        let comparison = walk.kind_at(0) == Some(TokenKind::Op) && matches!(walk.text_at(0), "=" | "<" | ">");
        let arrow = walk.at_op(">") && walk.len() < value.len() && previous_is_minus(value, walk);
        if (comparison && !arrow) || walk.at_any(&WORDS) {
            return true;
        }
        walk.skip_group();
    }
    false
}

/// Whether the `>` at hand belongs to JSON's `->` or `->>`, which is no comparison.
fn previous_is_minus(value: Cursor<'_>, at: Cursor<'_>) -> bool {
    matches!(value.until(&at).tokens().last(), Some(t) if value.source.slice(t) == "-")
}

/// The type in `value::type` and `CAST(value AS type)`; the last one where casts follow each other, and `None` where
/// something follows it.
pub(super) fn cast_type(catalog: &SystemCatalog, value: Cursor<'_>) -> Option<SqlType> {
    let mut walk = value;
    if walk.eat(&["CAST"]) {
        let mut inner = walk.parens().filter(|_| walk.is_empty())?;
        inner.take_until(|c| c.is_word(0, "AS"));
        inner.skip(1);
        return Some(read_type(catalog, &mut inner)?.ty);
    }
    let mut last = None;
    while !walk.is_empty() {
        if walk.at_op(":") && walk.text_at(1) == ":" {
            walk.skip(2);
            last = Some(walk);
        }
        walk.skip_group();
    }
    let mut at = last?;
    let found = read_type(catalog, &mut at)?;
    at.is_empty().then_some(found.ty)
}

/// The type of a single token; the inner `None` is a bare NULL's.
#[expect(clippy::option_option, reason = "see value_type")]
pub(super) fn constant_type(value: Cursor<'_>) -> Option<Option<SqlType>> {
    let word = value.word_at(0).to_ascii_lowercase();
    Some(match value.kind_at(0)? {
        TokenKind::Number if value.text_at(0).contains(['.', 'e', 'E']) => {
            Some(SqlType::Decimal { precision: None, scale: None, unsigned: false })
        }
        TokenKind::Number => Some(SqlType::INTEGER),
        TokenKind::Text => Some(SqlType::TEXT),
        TokenKind::Word if word == "null" => None,
        TokenKind::Word if word == "true" || word == "false" => Some(SqlType::Boolean),
        TokenKind::Word if word == "current_date" => Some(SqlType::Date),
        TokenKind::Word if word == "current_timestamp" => {
            Some(SqlType::Timestamp { precision: None, zoned: true })
        }
        _ => return None,
    })
}
