//! `DO $$ ... $$` blocks: DDL that runs whatever the block decides is applied; anything else is a problem.
//!
//! The common use is a guard: `BEGIN CREATE TYPE ...; EXCEPTION WHEN duplicate_object THEN NULL; END` or
//! `IF NOT EXISTS (SELECT ...) THEN CREATE TYPE ...; END IF`. On an empty database a guard lets its statement pass, and
//! the catalog refuses what is there already.

use crate::catalog::{RoutineBody, SystemCatalog};
use crate::problem::Problem;
use crate::rows;
use crate::syntax_error::NotStatic;
use seedbed_schema_model::Span;
use seedbed_sql_syntax::{Cursor, ScriptItem, SourceText, Splitter, TokenKind, dollar_content, tokens};
use std::ops::Range;

/// Applies a statement to the catalog. Bodies hold statements of every form, which only the reader of scripts knows.
pub type Apply = fn(&mut SystemCatalog, Cursor<'_>);

/// The statement behind PostgreSQL's `DO` (<https://www.postgresql.org/docs/current/sql-do.html>). Its body is taken
/// for PL/pgSQL whatever its language; one whose text does not stand in the file as it is, for its quotes, is passed
/// over.
pub fn block(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>, apply: Apply) {
    if cursor.eat(&["LANGUAGE"]) {
        cursor.skip(1);
    }
    let Some(token) = cursor.peek().filter(|t| t.kind == TokenKind::Text) else { return };
    let Some((start, end)) = content(cursor.source.slice(token), token.start as usize) else { return };
    run(catalog, cursor.source, start..end, apply);
}

/// Keeps a function's body for later calls, if it may change the schema. A trigger's function is called by rows alone.
pub(super) fn remember(catalog: &mut SystemCatalog, name: &str, body: Cursor<'_>) {
    let Some(token) = body.peek().filter(|t| t.kind == TokenKind::Text) else { return };
    let source = body.source;
    let name = name.to_lowercase();
    catalog.bodies.remove(&name);
    let Some((start, end)) = content(source.slice(token), token.start as usize) else { return };
    let text = &source.text[start..end];
    let lower = text.to_ascii_lowercase();
    let trigger = lower.contains("return new") || lower.contains("return old");
    if !trigger && ["create", "alter", "drop"].iter().any(|verb| lower.contains(verb)) {
        let body = RoutineBody { text: text.into(), base: source.base + start, fixed: source.fixed };
        catalog.bodies.insert(name, body);
    }
}

/// `SELECT f(...)`, `PERFORM f(...)`, `CALL f(...)`: runs the body if it is known. The cursor stands at the name.
///
/// All calls together run a limited number of bytes; a function that calls itself is run once.
pub fn call(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>, apply: Apply) {
    let Some(name) = cursor.name().filter(|_| cursor.kind_at(0) == Some(TokenKind::Open)) else { return };
    let Some(body) = catalog.bodies.get(&name.name.to_lowercase()).cloned() else { return };
    let Some(budget) = catalog.body_budget.checked_sub(body.text.len() + 1) else { return };
    catalog.body_budget = budget;
    let source = SourceText::new(&body.text, catalog.dialect()).at(body.base).from_place(body.fixed);
    // A function that calls itself finds no body the second time.
    let known = catalog.bodies.remove(&name.name.to_lowercase());
    run(catalog, source, 0..body.text.len(), apply);
    catalog.bodies.extend(known.map(|body| (name.name.to_lowercase(), body)));
}

/// Runs the statements of a block. What it guards against (an object that is there, or is not) is no problem.
fn run(catalog: &mut SystemCatalog, source: SourceText<'_>, bytes: Range<usize>, apply: Apply) {
    let before = catalog.problems.len();
    for item in Splitter::new(source, bytes.start, bytes.end) {
        if let ScriptItem::Statement(tokens) = item {
            statement(catalog, Cursor::new(source, &tokens), apply);
        }
    }
    let guarded = |p: &Problem| {
        matches!(p, Problem::UnknownObject { .. } | Problem::UnknownColumn { .. } | Problem::Duplicate { .. })
    };
    let told = catalog.problems.split_off(before);
    catalog.problems.extend(told.into_iter().filter(|p| !guarded(p)));
}

/// The bytes inside a string literal, when they stand there as they are.
fn content(text: &str, start: usize) -> Option<(usize, usize)> {
    if let Some(rest) = text.strip_prefix('$') {
        let start = start + rest.find('$')? + 2;
        return Some((start, start + dollar_content(text)?.len()));
    }
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains('\'')).then(|| (start + 1, start + 1 + inner.len()))
}

/// One statement of the block. What precedes DDL in it (`BEGIN`, `IF ... THEN`) is stepped over.
fn statement(catalog: &mut SystemCatalog, cursor: Cursor<'_>, apply: Apply) {
    let mut walk = cursor;
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
    if walk.eat(&["EXECUTE"]) {
        return execute(catalog, walk, looped, apply);
    }
    if walk.eat_any(&["PERFORM", "SELECT", "CALL"]).is_some() {
        call(catalog, walk, apply);
        return rows::called(catalog, walk);
    }
    if walk.at_any(&rows::WRITE_ROWS) {
        return rows::not_followed(catalog, walk);
    }
    let matters = walk.at_any(&["CREATE", "ALTER", "DROP", "RENAME"]);
    if matters && !looped {
        apply(catalog, walk);
    } else if matters {
        problem(catalog, NotStatic::Looped, walk.span());
    }
}

/// `EXECUTE 'DDL'`: followed when the text is written out in one piece.
fn execute(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>, looped: bool, apply: Apply) {
    let (span, dialect) = (cursor.span(), cursor.dialect());
    if let Some(inner) = cursor.parens() {
        cursor = inner;
    }
    let whole = cursor.len() == 1 && cursor.kind_at(0) == Some(TokenKind::Text);
    let text = cursor.string().unwrap_or_default();
    let first = text.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
    if rows::WRITE_ROWS.contains(&first.as_str()) {
        let source = SourceText::new(&text, dialect).from_place(Some(span));
        return rows::not_followed(catalog, Cursor::new(source, &tokens(source)));
    }
    let other = ["SELECT", "GRANT", "REVOKE", "SET", "ANALYZE", "COMMENT"];
    if other.contains(&first.as_str()) {
        return;
    }
    if !whole || looped {
        problem(catalog, NotStatic::Composed, span);
        return;
    }
    let source = SourceText::new(&text, dialect).from_place(Some(span));
    for item in Splitter::new(source, 0, text.len()) {
        if let ScriptItem::Statement(tokens) = item {
            apply(catalog, Cursor::new(source, &tokens));
        }
    }
}

/// Reports a statement that is not followed.
fn problem(catalog: &mut SystemCatalog, reason: NotStatic, span: Span) {
    catalog.problems.push(Problem::ProceduralBlock { reason, span });
}
