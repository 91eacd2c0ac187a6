//! One statement at a time: which form it is, and what it does to the catalog.
//!
//! A statement that matters and is not understood becomes a problem with the place at which reading stopped. Statements
//! that say nothing of tables and rows are passed over without a word.

use super::create::{alter, create};
use super::words::PASSED_OVER;
use crate::statement::{comment, drop, rename, session};
use seedbed_ddl_catalog::{NotStatic, Problem, SyntaxError, SystemCatalog, routine, rows};
use seedbed_schema_model::Span;
use seedbed_sql_syntax::{Cursor, DoStatement, Prepared, SelectInto, TokenKind};

/// Applies a statement; one that matters and is not understood becomes a problem.
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
fn apply(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let forms = &catalog.syntax().statements;
    if cursor.eat(&["CREATE"]) {
        let next = create(catalog, cursor, apply_statement)?;
        if let Some(next) = next {
            catalog.problems.push(Problem::MissingSemicolon { span: next.here() });
            apply_statement(catalog, next);
        }
        return Ok(());
    }
    if cursor.eat(&["ALTER"]) {
        return alter(catalog, cursor);
    }
    if cursor.eat(&["DROP"]) {
        return drop::statement(catalog, cursor);
    }
    if cursor.eat(&["RENAME"]) {
        return if cursor.eat_any(&["TABLE", "TABLES"]).is_some() {
            rename::rename_tables(catalog, *cursor)
        } else {
            Ok(())
        };
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
        if cursor.at_any(&["ALL", "SEARCH_PATH"]) {
            catalog.search_path = vec!["public".to_owned()];
        }
        return Ok(());
    }
    if cursor.eat(&["SELECT"]) {
        return select(catalog, cursor);
    }
    if cursor.eat(&["DO"]) && forms.do_statement == DoStatement::Block {
        routine::block(catalog, cursor, apply_statement);
        return Ok(());
    }
    if cursor.eat(&["CALL"]) {
        routine::call(catalog, *cursor, apply_statement);
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

/// `SELECT set_config(...)` matters, and `SELECT ... INTO table`.
fn select(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let whole = *cursor;
    session::set_config(catalog, cursor);
    routine::call(catalog, whole, apply_statement);
    rows::setval(catalog, whole);
    rows::called(catalog, whole);
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
