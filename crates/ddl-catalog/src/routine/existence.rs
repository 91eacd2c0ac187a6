//! Conditions of procedural blocks that ask a server's catalog whether something is there.
//!
//! `IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'old') THEN ...` does nothing on a database that the
//! script has just begun to fill. What the script has made is all that there is of tables, views, columns and schemas, so
//! that the answer is known; constraints and indexes also have names that servers give them, types and functions may be the
//! server's own, and nothing is said of those.

use crate::catalog::SystemCatalog;
use seedbed_schema_model::QualifiedName;
use seedbed_sql_syntax::{Cursor, TokenKind};

/// Relations of the catalogs that hold nothing but what scripts make (PostgreSQL manual, "System Catalogs" and "The
/// Information Schema").
const CATALOGS: [&str; 12] = [
    "attributes",
    "columns",
    "pg_attribute",
    "pg_class",
    "pg_namespace",
    "pg_sequences",
    "pg_tables",
    "pg_views",
    "schemata",
    "sequences",
    "tables",
    "views",
];

/// Words of a query that leave open which of its names have to be there.
const ALTERNATIVES: [&str; 9] = ["OR", "NOT", "IN", "ANY", "LIKE", "ILIKE", "UNION", "CASE", "SIMILAR"];

/// Whether a condition asks for something that is not there.
pub(super) fn is_absent(catalog: &SystemCatalog, mut condition: Cursor<'_>) -> bool {
    while condition.len() > 1 && condition.at_op("(") {
        let Some(inner) = condition.parens().filter(|_| condition.is_empty()) else { return false };
        condition = inner;
    }
    if condition.eat(&["EXISTS"]) {
        let Some(query) = condition.parens().filter(|_| condition.is_empty()) else { return false };
        return asks_catalog(query) && !is_any(query, &ALTERNATIVES) && lacks_any(catalog, query);
    }
    let resolves = condition.at_any(&["to_regclass", "to_regnamespace"]);
    condition.skip(1);
    let argument = condition.parens().filter(|_| resolves);
    argument.is_some_and(|name| condition.at_words(&["IS", "NOT", "NULL"]) && lacks_any(catalog, name))
}

/// Whether all that a query reads from are such relations.
fn asks_catalog(query: Cursor<'_>) -> bool {
    let mut rest = query;
    let mut read = 0;
    while !rest.is_empty() {
        if rest.eat_any(&["FROM", "JOIN"]).is_some() {
            match rest.name() {
                Some(name) if CATALOGS.contains(&name.name.to_ascii_lowercase().as_str()) => read += 1,
                _ => return false,
            }
        } else {
            rest.skip(1);
        }
    }
    read > 0
}

fn is_any(query: Cursor<'_>, words: &[&str]) -> bool {
    (0..query.len()).any(|at| words.iter().any(|word| query.is_word(at, word)))
}

/// Whether some text of a query is the name of nothing that the script has made.
fn lacks_any(catalog: &SystemCatalog, query: Cursor<'_>) -> bool {
    let mut rest = query;
    while !rest.is_empty() {
        match rest.kind_at(0) {
            Some(TokenKind::Text) => {
                if rest.string().is_some_and(|name| may_be_name(&name) && !is_known(catalog, &name)) {
                    return true;
                }
            }
            _ => rest.skip(1),
        }
    }
    false
}

/// Whether a text may be a name that scripts give: not one of the kinds of things that catalogs tell apart, nor one that a
/// server may have given or has itself.
fn may_be_name(text: &str) -> bool {
    const OTHERS: [&str; 9] = [
        "BASE TABLE",
        "VIEW",
        "YES",
        "NO",
        "LOCAL TEMPORARY",
        "FOREIGN",
        "pg_catalog",
        "public",
        "information_schema",
    ];
    const GIVEN: [&str; 6] = ["_pkey", "_key", "_idx", "_fkey", "_check", "_seq"];
    let last = text.rsplit('.').next().unwrap_or(text);
    last.len() > 1
        && !last.starts_with("pg_")
        && last.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"'))
        && !OTHERS.contains(&text)
        && !GIVEN.iter().any(|ending| last.ends_with(ending))
}

fn is_known(catalog: &SystemCatalog, text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or(text).trim_matches('"').to_lowercase();
    let is = |name: &str| name.to_lowercase() == last;
    let named = |name: &QualifiedName| is(&name.name) || name.schema.as_deref().is_some_and(is);
    let mut columns = catalog.schema.tables.iter().flat_map(|table| &table.columns);
    catalog.namespaces.iter().any(|name| is(name))
        || catalog.has_named(named)
        || columns.any(|column| is(&column.name))
}
