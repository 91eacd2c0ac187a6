//! Functions, triggers and rules: what may act on a table's rows behind a reader's back.

use super::do_block;
use crate::catalog::{Catalog, Relation};
use crate::expr::{self, Scope};
use crate::text::{Cursor, Kind, Lexer, Source, bracket_mates};
use seedbed_schema_model::{Dialect, Function, Trigger};

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
    let mut lexer = Lexer::new(source, 0, body.len());
    let mut tokens: Vec<_> = std::iter::from_fn(|| lexer.token()).collect();
    bracket_mates(&mut tokens);
    let mut cursor = Cursor::new(source, &tokens);
    if !cursor.eat(&["SELECT"]) && !cursor.eat(&["RETURN"]) {
        return None;
    }
    let expr = cursor.take_until(|c| c.kind_at(0) == Some(Kind::Semicolon));
    cursor.eat_kind(Kind::Semicolon);
    if cursor.is_empty() { expr::read(catalog, Scope::Constants, expr).ok() } else { None }
}

/// The statement behind `CREATE [CONSTRAINT] TRIGGER`.
pub(super) fn trigger(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let start = *cursor;
    cursor.eat_if_exists();
    let name = cursor.name().ok_or("a trigger's name is expected")?;
    let before = cursor.at_any(&["BEFORE", "INSTEAD"]);
    let mut on_insert = false;
    while !cursor.is_empty() && !cursor.is_word(0, "ON") {
        on_insert |= cursor.is_word(0, "INSERT");
        cursor.skip_group();
    }
    cursor.eat(&["ON"]);
    let table = cursor.name().ok_or("a table's name is expected")?;
    let mut function = None;
    while !cursor.is_empty() {
        if cursor.eat(&["EXECUTE"]) {
            cursor.eat_any(&["FUNCTION", "PROCEDURE"]);
            function = cursor.name().map(|f| catalog.new_name(&f).to_string());
            break;
        }
        cursor.skip_group();
    }
    let span = start.span();
    push(catalog, &table, Trigger { name: name.name, on_insert, before, function, span });
    Ok(())
}

/// The statement behind `CREATE [OR REPLACE] RULE`: `name AS ON INSERT TO table ...`.
pub(super) fn rule(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let start = *cursor;
    let name = cursor.name().ok_or("a rule's name is expected")?;
    cursor.eat(&["AS"]);
    cursor.eat(&["ON"]);
    let event = cursor.ident().unwrap_or_default();
    cursor.eat(&["TO"]);
    let table = cursor.name().ok_or("a table's name is expected")?;
    let on_insert = event.eq_ignore_ascii_case("insert");
    push(
        catalog,
        &table,
        Trigger { name: name.name, on_insert, before: true, function: None, span: start.span() },
    );
    Ok(())
}

fn push(catalog: &mut Catalog, table: &crate::text::Name, trigger: Trigger) {
    if let Some(Relation::Table(id)) = catalog.relation(table) {
        let triggers = &mut catalog.schema[id].triggers;
        triggers.retain(|t| t.name != trigger.name);
        triggers.push(trigger);
    }
}

/// Whether a dialect's functions are worth keeping: MySQL's and SQLite's cannot stand in a CHECK.
pub(super) fn keeps_functions(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Postgres | Dialect::MySql)
}
