//! `CREATE FUNCTION` and `CREATE PROCEDURE`.

use super::{acts, do_block};
use crate::catalog::Catalog;
use crate::expr::{self, Scope};
use crate::text::{Cursor, Kind, Source, tokens};
use seedbed_schema_model::{Dialect, Function};

/// The statement behind `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
pub(super) fn function(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let start = *cursor;
    cursor.eat_if_exists();
    let name = cursor.name().ok_or("a function's name is expected")?;
    let full = catalog.new_name(&name);
    let arguments = cursor.parens().map(arguments).unwrap_or_default();
    let mut function = Function {
        name: full.clone(),
        language: None,
        arguments,
        body: None,
        expr: None,
        span: start.span(),
    };
    let mut body = None;
    while !cursor.is_empty() {
        if cursor.eat(&["LANGUAGE"]) {
            function.language = cursor.ident().or_else(|| cursor.string()).map(|l| l.to_lowercase());
        } else if cursor.eat(&["AS"]) {
            body = Some(*cursor);
            function.body = cursor.string();
        } else if cursor.at_any(&["RETURN", "BEGIN"]) {
            function.language.get_or_insert_with(|| "sql".to_owned());
            function.body = Some(cursor.text().to_owned());
            break;
        } else {
            cursor.skip_group();
        }
    }
    if function.language.as_deref() == Some("sql") {
        function.expr = function.body.as_deref().and_then(|body| constant_body(catalog, body));
    }
    if let Some(body) = body.filter(|_| matches!(function.language.as_deref(), Some("plpgsql" | "sql"))) {
        do_block::remember(catalog, &full.name, body);
    }
    if let Some(body) = &function.body {
        let acts = acts::of_text(catalog, body);
        catalog.function_acts.insert(full.name.to_lowercase(), acts);
    }
    catalog.function_names.insert(full.name.to_lowercase());
    // A later definition replaces an earlier one; overloads differ in their number of arguments.
    let same = |f: &Function| f.name == function.name && f.arguments.len() == function.arguments.len();
    catalog.schema.functions.retain(|f| !same(f));
    catalog.schema.functions.push(function);
    Ok(())
}

/// Argument names; the nameless are empty.
fn arguments(list: Cursor<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for mut part in list.split_commas() {
        let output = part.is_word(0, "OUT");
        part.eat_any(&["IN", "INOUT", "VARIADIC", "OUT"]);
        if output {
            continue;
        }
        let names_follow = part.len() >= 2 && matches!(part.kind_at(1), Some(Kind::Word | Kind::Quoted));
        let two_word_type = part.at_any(&["double", "character", "bit", "timestamp", "time"])
            && ["precision", "varying", "with", "without"].iter().any(|w| part.is_word(1, w));
        names.push(if names_follow && !two_word_type {
            part.ident().unwrap_or_default()
        } else {
            String::new()
        });
    }
    names
}

/// The body of an SQL function, when it is a single expression without arguments or columns.
fn constant_body(catalog: &Catalog, body: &str) -> Option<seedbed_schema_model::Expr> {
    let source = Source { text: body, base: 0, fixed: None, dialect: catalog.dialect() };
    let tokens = tokens(source);
    let mut cursor = Cursor::new(source, &tokens);
    if !cursor.eat(&["SELECT"]) && !cursor.eat(&["RETURN"]) {
        return None;
    }
    let expr = cursor.take_until(|c| c.kind_at(0) == Some(Kind::Semicolon));
    cursor.eat_kind(Kind::Semicolon);
    if cursor.is_empty() { expr::read(catalog, Scope::Constants, expr).ok() } else { None }
}

/// Whether a dialect's functions are worth keeping: MySQL's and SQLite's cannot stand in a CHECK.
pub(super) fn keeps_functions(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Postgres | Dialect::MySql)
}
