//! One statement at a time: which form it is, and what it does to the catalog.
//!
//! A statement is told by its first words, which are the same in all dialects but for `DO`, `PREPARE` and `SELECT ...
//! INTO`: what those mean is asked of the dialect. Its form then has a file of its own, below `statement`, or is of
//! rows or routines and belongs to the catalog's crate.
//!
//! A statement that matters and is not understood becomes a problem, an unreadable statement, with the place at which
//! reading stopped. Statements that say nothing of tables and rows are passed over without a word; a first word by
//! which no statement begins is a problem, as it may be a slip in one that matters.

use super::create::{alter, create};
use super::words::PASSED_OVER;
use crate::statement::{comment, drop, rename, session};
use seedbed_ddl_catalog::{NotStatic, Problem, SyntaxError, SystemCatalog, routine, rows};
use seedbed_schema_model::Span;
use seedbed_sql_syntax::{Cursor, DoStatement, Prepared, SelectInto, TokenKind};

/// Applies a statement; one that matters and is not understood becomes a problem. The cursor stands at its first word.
pub(crate) fn apply_statement(catalog: &mut SystemCatalog, statement: Cursor<'_>) {
    let mut cursor = statement;
    if let Err(reason) = apply(catalog, &mut cursor) {
        let head = (0..3).map(|n| statement.word_at(n)).take_while(|w| !w.is_empty());
        let statement_name = head.collect::<Vec<_>>().join(" ").to_uppercase();
        let span = Span { end: cursor.here().end.max(statement.here().end), ..statement.span() };
        catalog.problems.push(Problem::UnreadableStatement { statement: statement_name, reason, span });
    }
}

/// Applies a statement by its first word.
///
/// # Errors
/// When it is none of any dialect, or its form cannot be read.
fn apply(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    if cursor.eat(&["CREATE"]) {
        return create_and_go_on(catalog, cursor);
    }
    if cursor.eat(&["ALTER"]) {
        return alter(catalog, cursor);
    }
    if cursor.eat(&["DROP"]) {
        return drop::statement(catalog, cursor);
    }
    if cursor.eat(&["RENAME"]) {
        let tables = cursor.eat_any(&["TABLE", "TABLES"]).is_some();
        return if tables { rename::rename_tables(catalog, *cursor) } else { Ok(()) };
    }
    if cursor.eat(&["COMMENT", "ON"]) {
        comment::comment(catalog, cursor);
        return Ok(());
    }
    if cursor.eat(&["SET"]) {
        session::set(catalog, cursor);
        return Ok(());
    }
    if cursor.eat_any(&["RESET", "DISCARD"]).is_some() {
        session::reset(catalog, *cursor);
        return Ok(());
    }
    if cursor.eat(&["SELECT"]) {
        return select(catalog, cursor);
    }
    run_or_write(catalog, cursor)
}

/// Statements that define nothing themselves: they run procedural code, write rows or say nothing of either.
fn run_or_write(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let forms = &catalog.syntax().statements;
    if cursor.eat(&["DO"]) && forms.do_statement == DoStatement::Block {
        routine::block(catalog, cursor, apply_statement);
        return Ok(());
    }
    if cursor.eat(&["CALL"]) {
        if !routine::call(catalog, *cursor, apply_statement) {
            rows::called(catalog, *cursor);
        }
        return Ok(());
    }
    if cursor.at_any(&rows::WRITE_ROWS) {
        rows::statement(catalog, *cursor);
        return Ok(());
    }
    if cursor.is_word(0, "PREPARE") && forms.prepared == Prepared::AnyText {
        let reason = NotStatic::Composed;
        catalog.problems.push(Problem::ProceduralBlock { reason, span: cursor.span() });
        return Ok(());
    }
    if cursor.at_any(&PASSED_OVER) || cursor.kind_at(0) == Some(TokenKind::Open) {
        return Ok(());
    }
    Err(SyntaxError::UnknownStatement { found: cursor.found() })
}

/// `CREATE`, and the statement that begins behind it without a semicolon, if one does.
fn create_and_go_on(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    if let Some(next) = create(catalog, cursor, apply_statement)? {
        catalog.problems.push(Problem::MissingSemicolon { span: next.here() });
        apply_statement(catalog, next);
    }
    Ok(())
}

/// The call that a query makes first: in what it selects, or as what it selects from.
fn called(query: Cursor<'_>) -> Cursor<'_> {
    let is_call = |mut at: Cursor<'_>| at.name().is_some() && at.kind_at(0) == Some(TokenKind::Open);
    let mut from = query;
    from.take_until(|c| c.is_word(0, "FROM"));
    if !is_call(query) && from.eat(&["FROM"]) && is_call(from) { from } else { query }
}

/// `SELECT` for what it does besides: `set_config(...)` and `setval(...)` matter, so do calls of the script's own
/// functions, and `SELECT ... INTO table` where it makes a table whose columns are not known.
fn select(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let whole = *cursor;
    session::set_config(catalog, cursor);
    let followed = routine::call(catalog, called(whole), apply_statement);
    rows::setval(catalog, whole);
    if !followed {
        rows::called(catalog, whole);
    }
    let mut rest = whole;
    rest.take_until(|c| c.at_any(&["INTO", "FROM"]));
    if catalog.syntax().statements.select_into == SelectInto::Table && rest.eat(&["INTO"]) {
        let temporary = rest.eat_any(&["TEMP", "TEMPORARY"]).is_some();
        rest.eat_any(&["UNLOGGED", "TABLE"]);
        if let Some(name) = rest.name().filter(|_| !temporary) {
            let table = catalog.new_name(&name).to_string();
            catalog.problems.push(Problem::ColumnsFromQuery { table, span: whole.span() });
        }
    }
    Ok(())
}
