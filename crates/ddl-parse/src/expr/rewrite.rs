//! The text handed to sqlparser: the tokens without comments, with the forms that it does not know put into others
//! that mean the same. Expressions carry no spans, so the text need not keep its length.

use super::Scope;
use crate::catalog::Catalog;
use crate::text::{Cursor, Kind};
use seedbed_schema_model::Dialect;
use sqlparser::keywords::ALL_KEYWORDS;

/// Writes the tokens of `cursor` for sqlparser.
///
/// # Errors
/// A phrase, for a form that sqlparser would silently read wrongly.
pub(super) fn for_sqlparser(
    catalog: &Catalog,
    scope: Scope,
    mut cursor: Cursor<'_>,
) -> Result<String, String> {
    let mut out = String::with_capacity(cursor.text().len() + 8);
    let mut before = 0;
    let mut previous = "";
    while let Some(token) = cursor.peek() {
        if !out.is_empty() && token.start != before {
            out.push(' ');
        }
        before = token.end;
        let word = cursor.word_at(0);
        let replaced = match cursor.dialect() {
            Dialect::Postgres => postgres(&mut cursor),
            Dialect::MySql => mysql(&mut cursor, previous)?,
            _ => sqlite(&mut cursor),
        };
        match replaced {
            Some(text) => {
                out.push_str(text);
                out.push(' ');
            }
            None if token.kind == Kind::Word && is_keyword_column(catalog, scope, &cursor, previous) => {
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
    Ok(out)
}

/// A word that names a column of the table, but that sqlparser may take for a keyword.
fn is_keyword_column(catalog: &Catalog, scope: Scope, cursor: &Cursor<'_>, previous: &str) -> bool {
    let Scope::Table(table) = scope else { return false };
    let word = cursor.word_at(0);
    let after = cursor.kind_at(1);
    let starts_more = matches!(after, Some(Kind::Open | Kind::Text)) || cursor.is_word(1, "FROM");
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
    !RESERVED.iter().any(|w| word.eq_ignore_ascii_case(w))
        && catalog.column(table, &word.to_lowercase()).is_some()
}

fn postgres<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    // `OPERATOR(public.=)` is `=`: the same operator, found for a type of that schema.
    if cursor.is_word(0, "OPERATOR") && cursor.kind_at(1) == Some(Kind::Open) {
        let mut ahead = *cursor;
        ahead.skip(1);
        let mut inner = ahead.parens()?;
        while inner.kind_at(1) == Some(Kind::Dot) {
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

fn mysql(cursor: &mut Cursor<'_>, previous: &str) -> Result<Option<&'static str>, String> {
    // A character set introducer, as in `_utf8mb4'a'`.
    if cursor.word_at(0).starts_with('_') && cursor.kind_at(1) == Some(Kind::Text) {
        cursor.skip(1);
        return Ok(Some(""));
    }
    let prefix = previous.is_empty() || matches!(previous, "(" | "," | "=" | "<" | ">");
    if cursor.is_word(0, "BINARY") && prefix {
        return Err("the operator `BINARY` is not understood".to_owned());
    }
    Ok(None)
}

fn sqlite(cursor: &mut Cursor<'_>) -> Option<&'static str> {
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
