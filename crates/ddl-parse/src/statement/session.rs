//! Statements that change how later names are read: `search_path`, `CREATE SCHEMA`.
//!
//! `SET search_path`, `SET SCHEMA`, `SELECT set_config('search_path', ...)` as pg_dump writes it, and `RESET` and
//! `DISCARD` change the path (<https://www.postgresql.org/docs/current/ddl-schemas.html>, The Schema Search Path).
//! `SET` of anything else says nothing of names. An empty path leaves bare names to `public`: a script that empties it,
//! as dumps do, names the schema of all it makes. Nothing is reported.

use seedbed_ddl_catalog::{SystemCatalog, search_path};
use seedbed_sql_syntax::{Cursor, TokenKind};

/// `SET [SESSION | LOCAL] search_path TO a, b`; the cursor stands behind `SET`. Other settings are passed over.
pub(crate) fn set(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) {
    cursor.eat_any(&["SESSION", "LOCAL"]);
    if cursor.eat(&["SCHEMA"]) {
        if let Some(schema) = cursor.string() {
            catalog.search_path = vec![schema];
        }
        return;
    }
    if let Some(path) = search_path::eat_setting(cursor) {
        catalog.search_path = path;
    }
}

/// `RESET search_path`, `RESET ALL`, `DISCARD ALL`; the cursor stands behind the verb.
pub(crate) fn reset(catalog: &mut SystemCatalog, cursor: Cursor<'_>) {
    if cursor.at_any(&["ALL", "SEARCH_PATH"]) {
        catalog.search_path = search_path::default();
    }
}

/// `SELECT pg_catalog.set_config('search_path', 'a, b', false)`; the cursor stands behind `SELECT`.
pub(crate) fn set_config(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) {
    let Some(name) = cursor.name() else { return };
    if name.name != "set_config" {
        return;
    }
    let Some(arguments) = cursor.parens() else { return };
    let parts = arguments.split_commas();
    let text = |n: usize| parts.get(n).and_then(|part| { *part }.string());
    if text(0).is_some_and(|setting| setting.eq_ignore_ascii_case("search_path"))
        && let Some(path) = text(1)
    {
        catalog.search_path = search_path::listed(&path);
    }
}

/// `CREATE SCHEMA name [AUTHORIZATION role] [statement ...]`; returns the schema's name and the statements inside,
/// which make their objects there. `None` when no name is written.
pub(crate) fn create_schema<'a>(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'a>,
) -> Option<(String, Vec<Cursor<'a>>)> {
    cursor.eat_if_exists();
    let mut name = None;
    if !cursor.is_word(0, "AUTHORIZATION") {
        name = cursor.ident();
    }
    if cursor.eat(&["AUTHORIZATION"]) {
        let role = cursor.ident();
        name = name.or(role);
    }
    let name = name?;
    catalog.namespaces.insert(name.clone());
    let mut inner = Vec::new();
    while !cursor.is_empty() {
        let before = cursor.len();
        let begins = |c: &Cursor<'_>| c.at_any(&["CREATE", "GRANT"]) && c.len() != before;
        let statement = cursor.take_until(begins);
        if statement.kind_at(0) == Some(TokenKind::Word) {
            inner.push(statement);
        }
    }
    Some((name, inner))
}
