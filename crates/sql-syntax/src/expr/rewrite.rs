//! The text handed to sqlparser: the tokens without comments, with the forms that it does not know put into others
//! that mean the same. Expressions carry no spans, so the text need not keep its length.

use super::scope::Scope;
use crate::names::Names;
use crate::text::{Cursor, TokenKind};
use seedbed_schema_model::Dialect;
use sqlparser::keywords::ALL_KEYWORDS;
use std::borrow::Cow;

/// Writes the tokens of `cursor` for sqlparser.
pub(super) fn for_sqlparser(names: &dyn Names, scope: Scope<'_>, mut cursor: Cursor<'_>) -> String {
    let mut out = String::with_capacity(cursor.text().len() + 8);
    let mut before = 0;
    let mut previous = "";
    while let Some(token) = cursor.peek() {
        let text = cursor.text_at(0);
        // `'a' 'b'` is one string: in PostgreSQL with a line's end between them, in MySQL always.
        if token.kind == TokenKind::Text
            && text.starts_with('\'')
            && out.ends_with('\'')
            && token.start != before
        {
            out.pop();
            out.push_str(&text[1..]);
            before = token.end;
            cursor.skip(1);
            continue;
        }
        // No operator of a server ends in a sign after one of these: `a<=+5` is `a <= +5`.
        let sign_apart = matches!(text, "+" | "-") && out.ends_with(['<', '>', '=', '+', '*', '/']);
        if sign_apart || !out.is_empty() && token.start != before {
            out.push(' ');
        }
        before = token.end;
        let word = cursor.word_at(0);
        let replaced = match cursor.dialect() {
            Dialect::Postgres => postgres(&mut cursor).map(Cow::Borrowed),
            Dialect::MySql => mysql(&mut cursor, previous),
            _ => sqlite(&mut cursor).map(Cow::Borrowed),
        };
        match replaced {
            Some(text) => {
                out.push_str(&text);
                out.push(' ');
            }
            None if token.kind == TokenKind::Word && is_keyword_column(names, scope, &cursor, previous) => {
                let name = cursor.ident().unwrap_or_default();
                let quote = if cursor.dialect() == Dialect::MySql { '`' } else { '"' };
                out.extend([quote]);
                out.push_str(&name);
                out.extend([quote]);
            }
            None => {
                out.push_str(cursor.text_at(0));
                cursor.skip(1);
            }
        }
        previous = if word.is_empty() { cursor.source.slice(token) } else { word };
    }
    out
}

/// A word that names a column of the table or a local of the function, but that sqlparser may take for a keyword.
fn is_keyword_column(names: &dyn Names, scope: Scope<'_>, cursor: &Cursor<'_>, previous: &str) -> bool {
    let word = cursor.word_at(0);
    let lower = word.to_lowercase();
    let known = match scope {
        Scope::Table(table) => names.column(table, &lower).is_some(),
        Scope::Function(locals) => locals.position(&lower).is_some(),
        Scope::Domain | Scope::Constants => false,
    };
    let after = cursor.kind_at(1);
    let starts_more = matches!(after, Some(TokenKind::Open | TokenKind::Text)) || cursor.is_word(1, "FROM");
    let in_type =
        [":", "as", "double", "character", "char", "bit", "national", "time", "with", "without", "at"]
            .iter()
            .any(|w| previous.eq_ignore_ascii_case(w));
    if starts_more || in_type || ALL_KEYWORDS.binary_search(&word.to_ascii_uppercase().as_str()).is_err() {
        return false;
    }
    // Words that no server takes for a bare column name.
    const RESERVED: [&str; 16] = [
        "and", "or", "not", "is", "in", "like", "case", "when", "then", "else", "end", "null", "true",
        "false", "between", "collate",
    ];
    known && !RESERVED.iter().any(|w| word.eq_ignore_ascii_case(w))
}

/// What to write instead of the tokens here; moves past them. `None` where they stay.
fn postgres<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
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

/// As [`postgres`], for MySQL.
fn mysql(cursor: &mut Cursor<'_>, previous: &str) -> Option<Cow<'static, str>> {
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

/// As [`postgres`], for SQLite.
fn sqlite(cursor: &mut Cursor<'_>) -> Option<&'static str> {
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
