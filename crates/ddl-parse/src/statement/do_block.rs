//! `DO $$ ... $$` blocks: DDL that runs whatever the block decides is applied; anything else is a problem.
//!
//! The common use is a guard: `BEGIN CREATE TYPE ...; EXCEPTION WHEN duplicate_object THEN NULL; END` or
//! `IF NOT EXISTS (SELECT ...) THEN CREATE TYPE ...; END IF`. On an empty database a guard lets its statement pass, and
//! the catalog refuses what is there already.

use super::apply_statement;
use crate::Problem;
use crate::catalog::Catalog;
use crate::text::{Cursor, Item, Kind, Source, Splitter};
use seedbed_schema_model::{Dialect, Span};

/// The statement behind `DO`.
pub(super) fn block(catalog: &mut Catalog, cursor: &mut Cursor<'_>) {
    if cursor.eat(&["LANGUAGE"]) {
        cursor.skip(1);
    }
    let Some(token) = cursor.peek().filter(|t| t.kind == Kind::Text) else { return };
    let text = cursor.source.slice(token);
    let outer = cursor.source;
    let Some((start, end)) = content(text, token.start as usize) else { return };
    let splitter = Splitter::new(outer, start, end);
    for item in splitter {
        if let Item::Statement(tokens) = item {
            statement(catalog, Cursor::new(outer, &tokens));
        }
    }
}

/// The bytes inside a string literal, when they stand there as they are.
fn content(text: &str, start: usize) -> Option<(usize, usize)> {
    if text.starts_with('$') {
        let tag = text[1..].find('$')? + 2;
        return (text.len() >= 2 * tag).then(|| (start + tag, start + text.len() - tag));
    }
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains('\'')).then(|| (start + 1, start + 1 + inner.len()))
}

/// One statement of the block. What precedes DDL in it (`BEGIN`, `IF ... THEN`) is stepped over.
fn statement(catalog: &mut Catalog, cursor: Cursor<'_>) {
    let mut walk = cursor;
    let mut guarded = false;
    let mut looped = false;
    loop {
        if walk.is_word(0, "DECLARE") {
            // Declarations end with the semicolon that ended this statement, unless the block begins here.
            let mut ahead = walk;
            ahead.take_until(|c| c.is_word(0, "BEGIN"));
            if ahead.is_empty() {
                return;
            }
            walk = ahead;
        } else if walk.eat_any(&["BEGIN", "THEN", "ELSE"]).is_some() {
        } else if walk.at_any(&["IF", "ELSIF", "ELSEIF", "WHEN", "EXCEPTION"]) {
            guarded = true;
            walk.take_until(|c| c.is_word(0, "THEN"));
        } else if walk.at_any(&["FOR", "WHILE", "FOREACH"]) {
            looped = true;
            walk.take_until(|c| c.is_word(0, "LOOP"));
            walk.eat(&["LOOP"]);
        } else {
            break;
        }
        if walk.is_empty() {
            return;
        }
    }
    let _ = guarded;
    if walk.eat(&["EXECUTE"]) {
        return execute(catalog, walk, looped);
    }
    let matters = walk.at_any(&["CREATE", "ALTER", "DROP", "RENAME"]);
    if matters && !looped {
        apply_statement(catalog, walk);
    } else if matters {
        problem(catalog, "it runs in a loop", walk.span());
    }
}

/// `EXECUTE 'DDL'`: followed when the text is written out in one piece.
fn execute(catalog: &mut Catalog, mut cursor: Cursor<'_>, looped: bool) {
    let span = cursor.span();
    if let Some(inner) = cursor.parens() {
        cursor = inner;
    }
    let whole = cursor.len() == 1 && cursor.kind_at(0) == Some(Kind::Text);
    let text = cursor.string().unwrap_or_default();
    let first = text.trim_start().split_whitespace().next().unwrap_or("").to_ascii_uppercase();
    let other = ["SELECT", "INSERT", "UPDATE", "DELETE", "GRANT", "REVOKE", "SET", "ANALYZE", "COMMENT"];
    if other.contains(&first.as_str()) {
        return;
    }
    if !whole || looped {
        problem(catalog, "the statement is put together at run time", span);
        return;
    }
    let source = Source { text: &text, base: 0, fixed: Some(span), dialect: Dialect::Postgres };
    for item in Splitter::new(source, 0, text.len()) {
        if let Item::Statement(tokens) = item {
            apply_statement(catalog, Cursor::new(source, &tokens));
        }
    }
}

fn problem(catalog: &mut Catalog, reason: &str, span: Span) {
    catalog.problems.push(Problem::ProceduralBlock { reason: reason.to_owned(), span });
}
