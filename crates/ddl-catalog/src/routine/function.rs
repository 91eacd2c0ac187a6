//! `CREATE FUNCTION` and `CREATE PROCEDURE`.
//!
//! Kept are the signature, the language and the body as text; whether the body can be written out where it is called is
//! seen when the script ends.

use super::do_block;
use crate::catalog::SystemCatalog;
use crate::effects;
use crate::search_path;
use crate::syntax_error::{Expected, Named, SyntaxError};
use seedbed_schema_model::{Function, FunctionArgument, SqlType};
use seedbed_sql_syntax::{Cursor, Scope, read_expr, read_type};

/// The statement behind `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`
/// (<https://www.postgresql.org/docs/current/sql-createfunction.html>). One with the same name and types is replaced.
///
/// # Errors
/// When the name is missing.
pub fn function(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let start = *cursor;
    cursor.eat_if_exists();
    let name = cursor.name().ok_or(Expected::NameOf(Named::Function))?;
    let full = catalog.new_name(&name);
    let list = cursor.parens();
    let has_output = list.is_some_and(|list| list.split_commas().iter().any(is_output));
    let mut function = Function {
        name: full.clone(),
        language: None,
        arguments: list.map(|list| arguments(catalog, list)).unwrap_or_default(),
        returns: None,
        strict: false,
        search_path: None,
        body: None,
        expr: None,
        span: start.span(),
    };
    let body = clauses(catalog, cursor, &mut function, has_output);
    if let Some(body) =
        body.filter(|_| matches!(function.language.as_deref(), None | Some("plpgsql" | "sql")))
    {
        do_block::remember(catalog, &full.name, body);
    }
    if let Some(body) = &function.body {
        let effects = effects::of_text(catalog, body);
        catalog.function_effects.insert(full.name.to_lowercase(), effects);
    }
    catalog.function_names.insert(full.name.to_lowercase());
    // A later definition replaces an earlier one; overloads differ in the types of their arguments.
    let types = |f: &Function| f.arguments.iter().map(|a| a.ty.clone()).collect::<Vec<_>>();
    let same = |f: &Function| f.name == function.name && types(f) == types(&function);
    catalog.schema.functions.retain(|f| !same(f));
    catalog.schema.functions.push(function);
    Ok(())
}

/// What follows the arguments, in any order, up to the body. Returns where the body's literal stands, if it is one. A
/// function with `OUT` arguments returns those, and not one value of a type.
fn clauses<'a>(
    catalog: &SystemCatalog,
    cursor: &mut Cursor<'a>,
    function: &mut Function,
    has_output: bool,
) -> Option<Cursor<'a>> {
    let mut body = None;
    while !cursor.is_empty() {
        if cursor.eat(&["RETURNS", "NULL", "ON", "NULL", "INPUT"]) || cursor.eat(&["STRICT"]) {
            function.strict = true;
        } else if cursor.eat(&["RETURNS"]) {
            function.returns = returns(catalog, cursor).filter(|_| !has_output);
        } else if cursor.eat(&["LANGUAGE"]) {
            function.language = cursor.ident().or_else(|| cursor.string()).map(|l| l.to_lowercase());
        } else if cursor.eat(&["SET"]) {
            function.search_path = search_path::eat_setting(cursor).or(function.search_path.take());
        } else if cursor.eat(&["AS"]) {
            body = Some(*cursor);
            function.body = cursor.string();
        } else if cursor.at_any(&BODY_STARTS) {
            body = Some(*cursor);
            function.language.get_or_insert_with(|| "sql".to_owned());
            function.body = Some(cursor.text().to_owned());
            break;
        } else {
            cursor.skip_group();
        }
    }
    body
}

/// First words of a body that is no string: an expression, a block, and in MySQL any one statement.
const BODY_STARTS: [&str; 7] = ["RETURN", "BEGIN", "INSERT", "REPLACE", "UPDATE", "DELETE", "CALL"];

/// `DROP FUNCTION a, b(integer)`; without types all of that name. One that is not there is passed over.
pub fn drop(catalog: &mut SystemCatalog, cursor: Cursor<'_>) {
    for mut part in cursor.split_commas() {
        let Some(name) = part.name() else { continue };
        let full = catalog.new_name(&name);
        let types = part.parens().map(|list| arguments(catalog, list));
        let dropped = |f: &Function| {
            let same_types = types
                .as_ref()
                .is_none_or(|types| types.iter().map(|t| &t.ty).eq(f.arguments.iter().map(|a| &a.ty)));
            f.name == full && same_types
        };
        catalog.schema.functions.retain(|f| !dropped(f));
        if !catalog.schema.functions.iter().any(|f| f.name.name == full.name) {
            catalog.function_names.remove(&full.name.to_lowercase());
            catalog.function_effects.remove(&full.name.to_lowercase());
        }
    }
}

/// The type of the one value that a function returns; `None` for sets and tables.
fn returns(catalog: &SystemCatalog, cursor: &mut Cursor<'_>) -> Option<SqlType> {
    if cursor.at_any(&["SETOF", "TABLE"]) {
        return None;
    }
    read_type(catalog, cursor).map(|found| found.ty)
}

/// Whether an argument is a result: `OUT a`, `INOUT a`.
fn is_output(part: &Cursor<'_>) -> bool {
    part.at_any(&["OUT", "INOUT"])
}

/// What a function is called with: `[mode] [name] type [DEFAULT value]`.
fn arguments(catalog: &SystemCatalog, list: Cursor<'_>) -> Vec<FunctionArgument> {
    let mut found = Vec::new();
    for mut part in list.split_commas() {
        if part.is_word(0, "OUT") {
            continue;
        }
        let variadic = part.eat_any(&["IN", "INOUT", "VARIADIC"]) == Some("VARIADIC");
        let mut head = part.take_until(|c| c.is_word(0, "DEFAULT") || c.at_op("=") || c.at_op(":"));
        let mut nameless = head;
        let mut ty = read_type(catalog, &mut nameless).filter(|_| nameless.is_empty());
        let mut name = String::new();
        if ty.is_none() {
            name = head.ident().unwrap_or_default();
            ty = read_type(catalog, &mut head).filter(|_| head.is_empty());
        }
        part.eat_op(":");
        let has_default = part.eat(&["DEFAULT"]) || part.eat_op("=");
        let default = has_default.then(|| read_expr(catalog, Scope::Constants, part).ok()).flatten();
        found.push(FunctionArgument { name, ty: ty.map(|ty| ty.ty), default, variadic });
    }
    found
}
