//! Bodies of functions as expressions over their arguments.
//!
//! In SQL that is `SELECT expression`, `RETURN expression` or one of them in `BEGIN ATOMIC ... END`; PL/pgSQL has a file of
//! its own.

use super::site::Site;
use super::{lookup, plpgsql, typing};
use crate::catalog::SystemCatalog;
use seedbed_schema_model::{Expr, Function, SqlType};
use seedbed_sql_syntax::{Cursor, Locals, Scope, SourceText, TokenKind, read_expr, tokens};

/// The body of each function, where it is one expression; calls in it are still calls.
pub(super) fn read_all(catalog: &mut SystemCatalog) -> Vec<Option<Expr>> {
    let functions = std::mem::take(&mut catalog.schema.functions);
    let bodies = functions.iter().map(|function| {
        let path = path_of(catalog, function);
        let outer = std::mem::replace(&mut catalog.search_path, path);
        let body = read(catalog, function);
        catalog.search_path = outer;
        body
    });
    let bodies = bodies.collect();
    catalog.schema.functions = functions;
    bodies
}

/// Where a body looks for bare names. A script that empties the path, as dumps do, says nothing of the sessions that will
/// call the function: these find what lies beside it.
fn path_of(catalog: &SystemCatalog, function: &Function) -> Vec<String> {
    match &function.search_path {
        Some(path) => path.clone(),
        None if catalog.search_path.is_empty() => function.name.schema.iter().cloned().collect(),
        None => catalog.search_path.clone(),
    }
}

/// The body of a function in SQL or PL/pgSQL.
fn read(names: &SystemCatalog, function: &Function) -> Option<Expr> {
    let text = function.body.as_deref()?;
    let returns = function.returns.as_ref()?;
    let types: Vec<Option<SqlType>> = function.arguments.iter().map(|a| a.ty.clone()).collect();
    let site =
        Site { schema: function.name.schema.as_deref(), columns: &[], value: None, parameters: &types };
    let locals = Locals {
        function: function.name.name.clone(),
        values: function
            .arguments
            .iter()
            .enumerate()
            .map(|(i, argument)| (argument.name.clone(), Expr::Parameter(i as u16)))
            .collect(),
        arguments: function.arguments.len(),
    };
    let (text, locals) = lookup::taken_out(names, text, locals);
    let source = SourceText::new(&text, names.schema.dialect);
    let tokens = tokens(source);
    let cursor = Cursor::new(source, &tokens);
    match function.language.as_deref()? {
        "sql" => {
            if let Some(value) = looked_up(names, &locals, cursor) {
                return typing::returned(value, returns, &site);
            }
            let value = read_expr(names, Scope::Function(&locals), query(cursor)?).ok()?;
            typing::returned(value, returns, &site)
        }
        "plpgsql" => plpgsql::value(names, cursor, locals, returns, &site),
        _ => None,
    }
}

/// The value of a body that is one query for a row by its key.
fn looked_up(catalog: &SystemCatalog, locals: &Locals, mut cursor: Cursor<'_>) -> Option<Expr> {
    let whole = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
    while cursor.eat_kind(TokenKind::Semicolon) {}
    cursor.is_empty().then(|| lookup::query(catalog, locals, whole, false))?
}

/// The expression of `SELECT expression`, `RETURN expression` or one of them in `BEGIN ATOMIC ... END`.
fn query(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let atomic = cursor.eat(&["BEGIN", "ATOMIC"]);
    cursor.eat_any(&["SELECT", "RETURN"])?;
    let whole = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
    while cursor.eat_kind(TokenKind::Semicolon) {}
    if atomic && !cursor.eat(&["END"]) || !cursor.is_empty() {
        return None;
    }
    let mut rest = whole;
    Some(rest.take_until(|c| c.is_word(0, "AS") && c.len() == 2))
}
