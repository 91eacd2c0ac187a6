//! Blocks of procedural code, `DO $$ ... $$` and the bodies of functions that are called: DDL that runs whatever the block
//! decides is applied, and so are plain INSERTs; other rows make their tables uncertain, other DDL is a problem.
//!
//! The common use is a guard: `BEGIN CREATE TYPE ...; EXCEPTION WHEN duplicate_object THEN NULL; END` or
//! `IF NOT EXISTS (SELECT ...) THEN CREATE TYPE ...; END IF`. On an empty database a guard lets its statement pass, and
//! the catalog refuses what is there already.

use super::composed::{Bindings, text_of};
use super::existence::is_absent;
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
    run(catalog, cursor.source, start..end, BlockRun::default(), apply);
}

/// Keeps a function's body for later calls, if it may change the schema or the rows. A trigger's function is called by
/// rows alone.
pub(super) fn remember(catalog: &mut SystemCatalog, name: &str, body: Cursor<'_>) {
    let source = body.source;
    let name = name.to_lowercase();
    catalog.bodies.remove(&name);
    let bytes = match body.peek() {
        Some(token) if token.kind == TokenKind::Text => content(source.slice(token), token.start as usize),
        // MySQL's stands there as it is.
        Some(token) => body.tokens().last().map(|last| (token.start as usize, last.end as usize)),
        None => None,
    };
    let Some((start, end)) = bytes else { return };
    let text = &source.text[start..end];
    let lower = text.to_ascii_lowercase();
    let trigger = lower.contains("return new") || lower.contains("return old");
    const VERBS: [&str; 8] = ["create", "alter", "drop", "insert", "replace", "update", "delete", "truncate"];
    if !trigger && VERBS.iter().any(|verb| lower.contains(verb)) {
        let body = RoutineBody { text: text.into(), base: source.base + start, fixed: source.fixed };
        catalog.bodies.insert(name, body);
    }
}

/// `SELECT f(...)`, `PERFORM f(...)`, `CALL f(...)`: runs the body if it is known. The cursor stands at the name. Returns
/// whether a body was run and nothing else is called, so that all that it does is known or told.
///
/// All calls together run a limited number of bytes; a function that calls itself is run once.
pub fn call(catalog: &mut SystemCatalog, cursor: Cursor<'_>, apply: Apply) -> bool {
    run_body(catalog, cursor, true, apply)
}

/// As [`call`], from where it is not `certain` that the call is made, and once.
fn run_body(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>, certain: bool, apply: Apply) -> bool {
    let Some(name) = cursor.name() else { return false };
    let key = name.name.to_lowercase();
    let arguments = cursor.parens();
    // MySQL's `CALL p`.
    if arguments.is_none() && !cursor.is_empty() {
        return false;
    }
    let Some(body) = catalog.bodies.get(&key).cloned() else { return false };
    let Some(budget) = catalog.body_budget.checked_sub(body.text.len() + 1) else { return false };
    catalog.body_budget = budget;
    let bindings = bindings(catalog, &key, arguments);
    let source = SourceText::new(&body.text, catalog.dialect()).at(body.base).from_place(body.fixed);
    // A function that calls itself finds no body the second time.
    let known = catalog.bodies.remove(&key);
    let block = BlockRun { bindings, doubtful: !certain, ..BlockRun::default() };
    run(catalog, source, 0..body.text.len(), block, apply);
    catalog.bodies.extend(known.map(|body| (key, body)));
    let calls = |list: Cursor<'_>| (0..list.len()).any(|n| list.kind_at(n) == Some(TokenKind::Open));
    cursor.is_empty() && !arguments.is_some_and(calls)
}

/// What a function's arguments stand for where they are texts, by name and by number.
fn bindings(catalog: &SystemCatalog, function: &str, arguments: Option<Cursor<'_>>) -> Bindings {
    let mut found = Bindings::default();
    let parts = arguments.map(|list| list.split_commas()).unwrap_or_default();
    let mut of_that_name =
        catalog.schema.functions.iter().filter(|f| f.name.name.eq_ignore_ascii_case(function));
    let Some(signature) = of_that_name.next().filter(|_| of_that_name.next().is_none()) else { return found };
    for (at, (argument, written)) in signature.arguments.iter().zip(parts).enumerate() {
        let text = text_of(&Bindings::default(), written);
        found.set(&format!("${}", at + 1), text.clone());
        found.set(&argument.name, text);
    }
    found
}

/// Runs the statements of a block. What it guards against (an object that is there, or is not) is no problem, and what is
/// told already is not told again.
fn run(
    catalog: &mut SystemCatalog,
    source: SourceText<'_>,
    bytes: Range<usize>,
    mut block: BlockRun,
    apply: Apply,
) {
    let before = catalog.problems.len();
    for item in Splitter::new(source, bytes.start, bytes.end) {
        if let ScriptItem::Statement(tokens) = item {
            block.statement(catalog, Cursor::new(source, &tokens), apply);
        }
    }
    let guarded = |p: &Problem| {
        matches!(p, Problem::UnknownObject { .. } | Problem::UnknownColumn { .. } | Problem::Duplicate { .. })
    };
    for problem in catalog.problems.split_off(before) {
        if !guarded(&problem) && !catalog.problems.contains(&problem) {
            catalog.problems.push(problem);
        }
    }
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

/// How far a block has been run.
#[derive(Debug, Default)]
struct BlockRun {
    /// What is known of its names.
    bindings: Bindings,
    /// How many branches and loops are open.
    depth: u32,
    /// How many of them are loops.
    loops: u32,
    /// The depth of the branch that is passed over, for its condition does not hold.
    passed_over: Option<u32>,
    /// It may have been left, or a handler begins: what follows may not run.
    doubtful: bool,
    /// It has been left.
    left: bool,
}

impl BlockRun {
    /// One statement of the block. What precedes the statement proper in it (`BEGIN`, `IF ... THEN`) is stepped over.
    fn statement(&mut self, catalog: &mut SystemCatalog, cursor: Cursor<'_>, apply: Apply) {
        let Some(mut walk) = self.enter(catalog, cursor).filter(|_| !self.left) else { return };
        if self.passed_over.is_some() {
            return;
        }
        if walk.at_any(&["RETURN", "LEAVE", "EXIT", "SIGNAL", "RAISE"]) {
            let goes_on = walk.at_words(&["RETURN", "QUERY"]) || walk.at_words(&["RETURN", "NEXT"]);
            let ends = walk.at_any(&["RETURN", "LEAVE", "EXIT"]) && !goes_on;
            self.left |= ends && self.depth == 0 && !self.doubtful && walk.is_word(0, "RETURN");
            self.doubtful |= ends;
            return;
        }
        if walk.eat(&["EXECUTE"]) {
            return self.execute(catalog, walk, apply);
        }
        if walk.eat_any(&["PERFORM", "SELECT", "CALL"]).is_some() {
            if !run_body(catalog, walk, self.is_certain(), apply) {
                rows::called(catalog, walk);
            }
            return;
        }
        if walk.at_any(&rows::WRITE_ROWS) {
            let plain = self.is_certain() && !walk.at_any(&["WITH", "COPY"]);
            return if plain { rows::statement(catalog, walk) } else { rows::not_followed(catalog, walk) };
        }
        let matters = walk.at_any(&["CREATE", "ALTER", "DROP", "RENAME"]);
        if matters && self.loops == 0 {
            apply(catalog, walk);
        } else if matters {
            problem(catalog, NotStatic::Looped, walk.span());
        } else {
            self.assign(walk);
        }
    }

    /// Whether the statement at hand runs, and once.
    fn is_certain(&self) -> bool {
        self.depth == 0 && !self.doubtful
    }

    /// The statement behind the words that open and close blocks, branches and loops; `None` if there is none.
    fn enter<'a>(&mut self, catalog: &SystemCatalog, cursor: Cursor<'a>) -> Option<Cursor<'a>> {
        let mut walk = cursor;
        loop {
            if walk.is_word(0, "DECLARE") {
                // Declarations end with the semicolon that ended this statement, unless the block begins here.
                let mut ahead = walk;
                ahead.take_until(|c| c.is_word(0, "BEGIN"));
                walk = ahead;
            } else if walk.is_word(0, "END") {
                walk.skip(1);
                self.leave(&walk);
                return None;
            } else if walk.at_any(&["EXCEPTION"]) {
                self.doubtful = true;
                walk.take_until(|c| c.is_word(0, "THEN"));
            } else if walk.eat(&["IF"]) {
                self.depth += 1;
                self.decide(catalog, walk.take_until(|c| c.is_word(0, "THEN")));
            } else if walk.at_any(&["ELSIF", "ELSEIF"]) {
                walk.skip(1);
                self.begin_branch();
                self.decide(catalog, walk.take_until(|c| c.is_word(0, "THEN")));
            } else if walk.eat(&["ELSE"]) {
                self.begin_branch();
            } else if walk.eat(&["BEGIN", "ATOMIC"])
                || walk.eat_any(&["BEGIN", "THEN", "LOOP", "DO"]).is_some()
            {
            } else if walk.eat(&["CASE"]) {
                self.depth += 1;
                walk.take_until(|c| c.is_word(0, "THEN"));
            } else if walk.at_any(&["WHEN"]) {
                walk.take_until(|c| c.is_word(0, "THEN"));
            } else if walk.eat_any(&["FOR", "WHILE", "FOREACH", "REPEAT"]).is_some() {
                (self.depth, self.loops) = (self.depth + 1, self.loops + 1);
                let repeats = cursor.is_word(0, "REPEAT");
                if !repeats {
                    walk.take_until(|c| c.at_any(&["LOOP", "DO"]));
                    walk.skip(1);
                }
            } else if walk.kind_at(0) == Some(TokenKind::Word)
                && walk.text_at(1) == ":"
                && walk.text_at(2) != "="
            {
                walk.skip(2);
                if walk.is_word(0, "LOOP") {
                    (self.depth, self.loops) = (self.depth + 1, self.loops + 1);
                }
            } else {
                break;
            }
            if walk.is_empty() {
                return None;
            }
        }
        Some(walk)
    }

    /// The branch behind a condition is passed over if that does not hold.
    fn decide(&mut self, catalog: &SystemCatalog, condition: Cursor<'_>) {
        if self.passed_over.is_none() && is_absent(catalog, condition) {
            self.passed_over = Some(self.depth);
        }
    }

    /// The next branch of the `IF` at hand.
    fn begin_branch(&mut self) {
        self.passed_over = self.passed_over.filter(|depth| *depth < self.depth);
    }

    /// Closes what the word behind `END` names; a block, which has none, is neither branch nor loop.
    fn leave(&mut self, end: &Cursor<'_>) {
        let looped = end.at_any(&["LOOP", "WHILE", "REPEAT", "FOR"]);
        if looped {
            self.loops = self.loops.saturating_sub(1);
        }
        if looped || end.at_any(&["IF", "CASE"]) {
            self.begin_branch();
            self.depth = self.depth.saturating_sub(1);
        }
    }

    /// `name := text`: what is known of the name from here on.
    fn assign(&mut self, mut cursor: Cursor<'_>) {
        let Some(name) = cursor.ident() else { return };
        cursor.eat_op(":");
        if cursor.eat_op("=") {
            let text = if self.is_certain() { text_of(&self.bindings, cursor) } else { None };
            self.bindings.set(&name, text);
        }
    }

    /// `EXECUTE 'DDL'`: followed when the text is known.
    fn execute(&self, catalog: &mut SystemCatalog, cursor: Cursor<'_>, apply: Apply) {
        let mut rest = cursor;
        let statement = rest.take_until(|c| c.at_any(&["USING", "INTO"]));
        let (span, dialect) = (statement.span(), cursor.dialect());
        let known = text_of(&self.bindings, statement).filter(|_| self.loops == 0);
        let first = |text: &str| text.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
        let verb = first(&known.clone().or_else(|| first_text(statement)).unwrap_or_default());
        if rows::WRITE_ROWS.contains(&verb.as_str()) {
            let begun = || statement.kind_at(0) == Some(TokenKind::Text);
            let text = known.or_else(|| first_text(statement).filter(|_| begun()));
            let Some(text) = text else { return problem(catalog, NotStatic::Composed, span) };
            let source = SourceText::new(&text, dialect).from_place(Some(span));
            return rows::not_followed(catalog, Cursor::new(source, &tokens(source)));
        }
        let other = ["SELECT", "GRANT", "REVOKE", "SET", "ANALYZE", "COMMENT"];
        if other.contains(&verb.as_str()) {
            return;
        }
        let Some(text) = known else { return problem(catalog, NotStatic::Composed, span) };
        let source = SourceText::new(&text, dialect).from_place(Some(span));
        for item in Splitter::new(source, 0, text.len()) {
            if let ScriptItem::Statement(tokens) = item {
                apply(catalog, Cursor::new(source, &tokens));
            }
        }
    }
}

/// The text that an expression begins with, as far as it is written out.
fn first_text(mut expr: Cursor<'_>) -> Option<String> {
    expr.take_until(|c| matches!(c.kind_at(0), Some(TokenKind::Text | TokenKind::Open)));
    match expr.parens() {
        Some(inner) => first_text(inner),
        None => expr.string(),
    }
}

/// Reports a statement that is not followed.
fn problem(catalog: &mut SystemCatalog, reason: NotStatic, span: Span) {
    catalog.problems.push(Problem::ProceduralBlock { reason, span });
}
