//! `CREATE` and `ALTER`, by what they make or change.
//!
//! `OR REPLACE`, `TEMPORARY`, `UNIQUE` and the other words before the noun are read here; what follows the noun belongs
//! to the form. The nouns are those of all dialects: one that a dialect lacks does not come in its scripts.
//!
//! Of those that hold no rows (`EXTENSION`, `ROLE`, `POLICY`) nothing is kept. A noun that no dialect has is an error,
//! so that a slip in `TABLE` loses no table without a word.

use super::words::HOLD_NO_ROWS;
use crate::statement::{
    alter_table, create_table, domain, drop, index, rename, sequence, session, user_types, view,
};
use seedbed_ddl_catalog::{
    SyntaxError, SystemCatalog,
    routine::{self, Apply},
};
use seedbed_schema_model::Deferrability;
use seedbed_sql_syntax::{Cursor, StoredFunctions, UserTypes};

/// Makes what the statement behind `CREATE` says. Returns the statement that begins behind it without a semicolon, if
/// one does. `apply` applies the statements inside a `CREATE SCHEMA`.
///
/// # Errors
/// When nothing of that kind can be created, or its form cannot be read.
pub(super) fn create<'a>(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'a>,
    apply: Apply,
) -> Result<Option<Cursor<'a>>, SyntaxError> {
    let replaces = cursor.eat(&["OR", "REPLACE"]);
    skip_mysql_definer(cursor);
    let Modifiers { temporary, unique, constraint, foreign } = modifiers(cursor);
    let forms = &catalog.syntax().statements;
    let what = cursor.word_at(0).to_ascii_uppercase();
    cursor.skip(1);
    let made = match what.as_str() {
        "TABLE" => {
            if replaces && !temporary {
                make_room(catalog, *cursor);
            }
            let mut ahead = *cursor;
            ahead.eat_if_exists();
            let rest = create_table::create(catalog, cursor, temporary)?;
            if foreign && let Some(table) = ahead.name().and_then(|name| catalog.table(&name)) {
                catalog.schema[table].options.foreign = true;
            }
            return Ok(rest);
        }
        "INDEX" => index::create(catalog, cursor, unique),
        "SEQUENCE" => sequence::create(catalog, cursor, temporary),
        "TYPE" if forms.user_types == UserTypes::Created => user_types::create_type(catalog, cursor),
        "DOMAIN" => domain::create_domain(catalog, cursor),
        "FUNCTION" | "PROCEDURE" if forms.stored_functions == StoredFunctions::Kept => {
            routine::function(catalog, cursor)
        }
        "AGGREGATE" if cursor.name().is_some() => Ok(()),
        "TRIGGER" => {
            routine::create_trigger(catalog, cursor, constraint.then_some(Deferrability::NotDeferrable))
        }
        "RULE" => routine::rule(catalog, cursor),
        "SCHEMA" => create_schema(catalog, cursor, apply),
        "VIEW" => {
            view::view(catalog, cursor);
            Ok(())
        }
        // SQLite's CREATE VIRTUAL TABLE.
        "VIRTUAL" => {
            cursor.eat(&["TABLE"]);
            view::view(catalog, cursor);
            Ok(())
        }
        other if HOLD_NO_ROWS.contains(&other) => Ok(()),
        _ => Err(SyntaxError::NotCreatable { what: what.to_lowercase() }),
    };
    made.map(|()| None)
}

/// Words between `CREATE` and the noun that say something of what is made.
#[derive(Clone, Copy, Debug, Default)]
struct Modifiers {
    /// `TEMPORARY`: it belongs to the session.
    temporary: bool,
    /// `UNIQUE`, before `INDEX`.
    unique: bool,
    /// `CONSTRAINT`, before `TRIGGER`.
    constraint: bool,
    /// `FOREIGN`, before `TABLE`.
    foreign: bool,
}

/// Reads the words before the noun. Those that do not matter here (`UNLOGGED`, `MATERIALIZED`) are stepped over.
fn modifiers(cursor: &mut Cursor<'_>) -> Modifiers {
    const OTHERS: [&str; 7] =
        ["GLOBAL", "LOCAL", "UNLOGGED", "RECURSIVE", "MATERIALIZED", "TRUSTED", "INVERTED"];
    let mut found = Modifiers::default();
    loop {
        if cursor.eat_any(&["TEMP", "TEMPORARY"]).is_some() {
            found.temporary = true;
        } else if cursor.eat(&["UNIQUE"]) {
            found.unique = true;
        } else if cursor.eat(&["CONSTRAINT"]) {
            found.constraint = true;
        } else if cursor.eat(&["FOREIGN"]) {
            found.foreign = true;
        } else if cursor.eat_any(&OTHERS).is_none() {
            return found;
        }
    }
}

/// MariaDB's `CREATE OR REPLACE TABLE` drops the table of that name first (<https://mariadb.com/kb/en/create-table/>,
/// `OR REPLACE`).
fn make_room(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    if let Some(table) = cursor.name().and_then(|name| catalog.table(&name)) {
        drop::table_and_children(catalog, table);
    }
}

/// MySQL's `ALGORITHM = x DEFINER = 'a'@'b' SQL SECURITY y` before what is created.
fn skip_mysql_definer(cursor: &mut Cursor<'_>) {
    const OBJECTS: [&str; 7] = ["VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "TABLE", "AGGREGATE"];
    if cursor.at_any(&["ALGORITHM", "DEFINER", "SQL"]) {
        while !cursor.is_empty() && !cursor.at_any(&OBJECTS) {
            cursor.skip(1);
        }
    }
}

/// `CREATE SCHEMA name statement ...`: the statements inside make their objects there. In MySQL it is another word for
/// `CREATE DATABASE` and makes nothing.
fn create_schema(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'_>,
    apply: Apply,
) -> Result<(), SyntaxError> {
    if !catalog.dialect().has_schemas() {
        return Ok(());
    }
    let Some((name, statements)) = session::create_schema(catalog, cursor) else { return Ok(()) };
    let outer = std::mem::replace(&mut catalog.search_path, vec![name]);
    catalog.search_path.extend(outer.iter().cloned());
    for statement in statements {
        apply(catalog, statement);
    }
    catalog.search_path = outer;
    Ok(())
}

/// Changes what the statement behind `ALTER` says. What the model does not hold (`ROLE`, `FUNCTION`, `DATABASE`) is
/// passed over.
///
/// # Errors
/// When the form cannot be read.
pub(super) fn alter(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.eat_any(&["ONLINE", "IGNORE", "FOREIGN"]);
    let what = cursor.word_at(0).to_ascii_uppercase();
    cursor.skip(1);
    match what.as_str() {
        "TABLE" => alter_table::alter(catalog, cursor),
        "INDEX" => index::alter(catalog, cursor),
        "SEQUENCE" => sequence::alter(catalog, cursor),
        "TYPE" => user_types::alter_type(catalog, cursor),
        "DOMAIN" => domain::alter_domain(catalog, cursor),
        "SCHEMA" if catalog.dialect().has_schemas() => rename::rename_schema(catalog, cursor),
        "VIEW" => match cursor.name() {
            Some(name) => rename::rename_other(catalog, &name, cursor),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
