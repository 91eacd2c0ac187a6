//! The text handed to sqlparser: the tokens without comments, with the forms that it does not know put into others
//! that mean the same. Expressions carry no spans, so the text need not keep its length.

pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use super::scope::Scope;
use crate::names::Names;
use crate::text::{Cursor, TokenKind};
use sqlparser::keywords::ALL_KEYWORDS;

/// Writes the tokens of `cursor` for sqlparser.
pub(super) fn for_sqlparser(names: &dyn Names, scope: Scope<'_>, mut cursor: Cursor<'_>) -> String {
    let rules = &cursor.syntax().expressions;
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
        if cursor.is_word(0, "FROM") && is_at_trim(&out) {
            cursor.skip(1);
            continue;
        }
        let word = cursor.word_at(0);
        let replaced = (rules.rewrite)(&mut cursor, previous);
        match replaced {
            Some(text) => {
                out.push_str(&text);
                out.push(' ');
            }
            None if token.kind == TokenKind::Word && is_keyword_column(names, scope, &cursor, previous) => {
                let name = cursor.ident().unwrap_or_default();
                out.push(rules.quote);
                out.push_str(&name);
                out.push(rules.quote);
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

/// Whether `TRIM(` or `TRIM(BOTH` stands at the end, behind which the grammar wants no bare `FROM`: `TRIM(BOTH FROM a)` is
/// how `pg_dump` writes `trim(a)`.
fn is_at_trim(text: &str) -> bool {
    let without = |text: &'_ str, word: &str| {
        let at = text.len().checked_sub(word.len())?;
        text.get(at..).filter(|end| end.eq_ignore_ascii_case(word)).map(|_| at)
    };
    let mut text = text.trim_end();
    if let Some(at) = ["BOTH", "LEADING", "TRAILING"].iter().find_map(|word| without(text, word)) {
        text = text[..at].trim_end();
    }
    text.strip_suffix('(').is_some_and(|text| without(text.trim_end(), "TRIM").is_some())
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
