//! Bodies of functions as expressions over their arguments.
//!
//! In SQL that is `SELECT expression`, `RETURN expression` or one of them in `BEGIN ATOMIC ... END`; PL/pgSQL has a file of
//! its own.

use super::site::Site;
use super::{plpgsql, typing};
use seedbed_schema_model::{Expr, Function, SqlType};
use seedbed_sql_syntax::{Cursor, Locals, Names, Scope, SourceText, TokenKind, read_expr, tokens};

/// The body of each function, where it is one expression; calls in it are still calls.
pub(super) fn read_all(functions: &[Function], names: &dyn Names) -> Vec<Option<Expr>> {
    functions.iter().map(|function| read(names, function)).collect()
}

/// The body of a function in SQL or PL/pgSQL.
fn read(names: &dyn Names, function: &Function) -> Option<Expr> {
    let text = function.body.as_deref()?;
    let returns = function.returns.as_ref()?;
    let source = SourceText::new(text, names.dialect());
    let tokens = tokens(source);
    let cursor = Cursor::new(source, &tokens);
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
    match function.language.as_deref()? {
        "sql" => {
            let value = read_expr(names, Scope::Function(&locals), query(cursor)?).ok()?;
            typing::returned(value, returns, &site)
        }
        "plpgsql" => plpgsql::value(names, cursor, locals, returns, &site),
        _ => None,
    }
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
