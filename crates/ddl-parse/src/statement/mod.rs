//! One statement at a time: which form it is, and what it does to the catalog.

mod acts;
mod alter_column;
mod alter_table;
mod apply;
mod column_def;
mod comment;
mod constraint;
mod create_table;
mod derive;
mod do_block;
mod drop;
mod index;
mod inherit;
mod mysql_options;
mod partition;
mod query;
mod routine;
mod rows;
mod sequence;
mod session;
mod trigger;
mod user_types;

pub(crate) use acts::settle_triggers;
pub(crate) use rows::{Row, Rows, data as copied};

use crate::Problem;
use crate::catalog::{Catalog, Relation};
use crate::text::{Cursor, Kind, Name};
use seedbed_schema_model::{Dialect, QualifiedName, Span};

/// Applies a statement; one that matters and is not understood becomes a problem.
pub(crate) fn apply_statement(catalog: &mut Catalog, statement: Cursor<'_>) {
    let mut cursor = statement;
    if let Err(reason) = apply(catalog, &mut cursor) {
        let head = (0..3).map(|n| statement.word_at(n)).take_while(|w| !w.is_empty());
        let statement_name = head.collect::<Vec<_>>().join(" ").to_uppercase();
        let span = Span { end: cursor.here().end.max(statement.here().end), ..statement.span() };
        catalog.problems.push(Problem::UnreadableStatement { statement: statement_name, reason, span });
    }
}

/// Statements that neither make nor change what the model holds.
const PASSED_OVER: [&str; 67] = [
    "ABORT",
    "ANALYZE",
    "ATTACH",
    "BACKUP",
    "BEGIN",
    "CALL",
    "CHANGE",
    "CHECK",
    "CHECKPOINT",
    "CHECKSUM",
    "CLOSE",
    "CLUSTER",
    "COMMIT",
    "DEALLOCATE",
    "DECLARE",
    "DESC",
    "DESCRIBE",
    "DETACH",
    "DISCARD",
    "END",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "FLUSH",
    "GRANT",
    "HANDLER",
    "HELP",
    "IMPORT",
    "INSTALL",
    "KILL",
    "LISTEN",
    "LOCK",
    "MOVE",
    "NOTIFY",
    "OPTIMIZE",
    "PRAGMA",
    "PREPARE",
    "PRINT",
    "PURGE",
    "QUIT",
    "REASSIGN",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "REPAIR",
    "RESET",
    "RESTORE",
    "RETURN",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SECURITY",
    "SHOW",
    "SHUTDOWN",
    "SIGNAL",
    "START",
    "STOP",
    "TABLE",
    "UNINSTALL",
    "UNLISTEN",
    "UNLOCK",
    "USE",
    "VACUUM",
    "VALUES",
    "XA",
    "EXIT",
    "DUMP",
];

/// Statements that put rows into tables, change them or take them out.
const WRITE_ROWS: [&str; 9] =
    ["COPY", "DELETE", "INSERT", "LOAD", "MERGE", "REPLACE", "TRUNCATE", "UPDATE", "WITH"];

fn apply(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    if cursor.eat(&["CREATE"]) {
        return create(catalog, cursor);
    }
    if cursor.eat(&["ALTER"]) {
        return alter(catalog, cursor);
    }
    if cursor.eat(&["DROP"]) {
        return drop::statement(catalog, cursor);
    }
    if cursor.eat(&["RENAME"]) {
        return if cursor.eat_any(&["TABLE", "TABLES"]).is_some() {
            alter_table::rename_tables(catalog, *cursor)
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
    if cursor.eat(&["DO"]) && catalog.dialect() == Dialect::Postgres {
        do_block::block(catalog, cursor);
        return Ok(());
    }
    if cursor.eat(&["CALL"]) {
        do_block::call(catalog, *cursor);
        return Ok(());
    }
    if cursor.at_any(&WRITE_ROWS) {
        rows::statement(catalog, *cursor);
        return Ok(());
    }
    if cursor.is_word(0, "PREPARE") && catalog.dialect() == Dialect::MySql {
        let reason = "the statement is put together at run time".to_owned();
        catalog.problems.push(Problem::ProceduralBlock { reason, span: cursor.span() });
        return Ok(());
    }
    if cursor.at_any(&PASSED_OVER) || cursor.kind_at(0) == Some(Kind::Open) {
        return Ok(());
    }
    Err(format!("no statement begins with {}", cursor.found()))
}

/// `SELECT set_config(...)` matters, and `SELECT ... INTO table`.
fn select(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let whole = *cursor;
    session::set_config(catalog, cursor);
    do_block::call(catalog, whole);
    rows::setval(catalog, whole);
    rows::called(catalog, whole);
    let mut rest = whole;
    rest.take_until(|c| c.at_any(&["INTO", "FROM"]));
    if catalog.dialect() == Dialect::Postgres && rest.eat(&["INTO"]) {
        let temporary = rest.eat_any(&["TEMP", "TEMPORARY"]).is_some();
        rest.eat_any(&["UNLOGGED", "TABLE"]);
        if let Some(name) = rest.name().filter(|_| !temporary) {
            let table = catalog.new_name(&name).to_string();
            catalog.problems.push(Problem::ColumnsFromQuery { table, span: whole.span() });
        }
    }
    Ok(())
}

fn create(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let replaces = cursor.eat(&["OR", "REPLACE"]);
    skip_mysql_definer(cursor);
    let mut temporary = false;
    let (mut unique, mut constraint) = (false, false);
    loop {
        if cursor.eat_any(&["TEMP", "TEMPORARY"]).is_some() {
            temporary = true;
        } else if cursor.eat(&["UNIQUE"]) {
            unique = true;
        } else if cursor.eat(&["CONSTRAINT"]) {
            constraint = true;
        } else if cursor
            .eat_any(&["GLOBAL", "LOCAL", "UNLOGGED", "FOREIGN", "RECURSIVE", "MATERIALIZED", "TRUSTED"])
            .is_none()
        {
            break;
        }
    }
    let what = cursor.word_at(0).to_ascii_uppercase();
    cursor.skip(1);
    match what.as_str() {
        "TABLE" => {
            if replaces && !temporary {
                make_room(catalog, *cursor);
            }
            create_table::create(catalog, cursor, temporary)
        }
        "INDEX" => index::create(catalog, cursor, unique),
        "SEQUENCE" => sequence::create(catalog, cursor, temporary),
        "TYPE" if catalog.dialect() == Dialect::Postgres => user_types::create_type(catalog, cursor),
        "DOMAIN" => user_types::create_domain(catalog, cursor),
        "FUNCTION" | "PROCEDURE" if routine::keeps_functions(catalog.dialect()) => {
            routine::function(catalog, cursor)
        }
        "AGGREGATE" if cursor.name().is_some() => Ok(()),
        "TRIGGER" => trigger::create(catalog, cursor, constraint),
        "RULE" => trigger::rule(catalog, cursor),
        "SCHEMA" => create_schema(catalog, cursor),
        "VIEW" => {
            create_table::view(catalog, cursor);
            Ok(())
        }
        // SQLite's CREATE VIRTUAL TABLE.
        "VIRTUAL" => {
            cursor.eat(&["TABLE"]);
            create_table::view(catalog, cursor);
            Ok(())
        }
        other if HOLD_NO_ROWS.contains(&other) => Ok(()),
        _ => Err(format!("nothing called `{}` can be created", what.to_lowercase())),
    }
}

/// What `CREATE` can make that neither holds rows nor says anything of those that do, in the dialects' manuals. Any other
/// word may be a slip in `TABLE`, and a table must not be lost without a word.
const HOLD_NO_ROWS: [&str; 38] = [
    "ACCESS",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "CONVERSION",
    // FOREIGN DATA WRAPPER and DEFAULT CONVERSION.
    "DATA",
    "DATABASE",
    "DEFAULT",
    "DOMAIN",
    "EVENT",
    "EXTENSION",
    "FULLTEXT",
    "FUNCTION",
    "GROUP",
    "LANGUAGE",
    "LOGFILE",
    "OPERATOR",
    "PACKAGE",
    "POLICY",
    "PROC",
    "PROCEDURAL",
    "PROCEDURE",
    "PUBLICATION",
    "RESOURCE",
    "ROLE",
    "SERVER",
    "SPATIAL",
    "STATISTICS",
    "SUBSCRIPTION",
    "SYNONYM",
    "TABLESPACE",
    "TEXT",
    "TRANSFORM",
    "TRIGGER",
    "TYPE",
    "UNDO",
    "USER",
    "VECTOR",
];

/// MariaDB's `CREATE OR REPLACE TABLE` drops the table of that name first.
fn make_room(catalog: &mut Catalog, mut cursor: Cursor<'_>) {
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

fn create_schema(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    if catalog.dialect() != Dialect::Postgres {
        return Ok(());
    }
    let Some((name, statements)) = session::create_schema(catalog, cursor) else { return Ok(()) };
    let outer = std::mem::replace(&mut catalog.search_path, vec![name]);
    catalog.search_path.extend(outer.iter().cloned());
    for statement in statements {
        apply_statement(catalog, statement);
    }
    catalog.search_path = outer;
    Ok(())
}

fn alter(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    cursor.eat_any(&["ONLINE", "IGNORE", "FOREIGN"]);
    let what = cursor.word_at(0).to_ascii_uppercase();
    cursor.skip(1);
    match what.as_str() {
        "TABLE" => alter_table::alter(catalog, cursor),
        "INDEX" => index::alter(catalog, cursor),
        "SEQUENCE" => sequence::alter(catalog, cursor),
        "TYPE" => user_types::alter_type(catalog, cursor),
        "DOMAIN" => user_types::alter_domain(catalog, cursor),
        "SCHEMA" if catalog.dialect() == Dialect::Postgres => rename_schema(catalog, cursor),
        "VIEW" => match cursor.name() {
            Some(name) => rename_other(catalog, &name, cursor),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// `ALTER SCHEMA a RENAME TO b`.
fn rename_schema(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let from = cursor.ident().ok_or("a schema's name is expected")?;
    if !cursor.eat(&["RENAME", "TO"]) {
        return Ok(());
    }
    let to = cursor.ident().ok_or("a name is expected")?;
    catalog.rename_schema(&from, &to);
    Ok(())
}

/// `RENAME TO` and `SET SCHEMA` of what holds no rows: views and sequences.
fn rename_other(catalog: &mut Catalog, name: &Name, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let Some(relation) = catalog.relation(name) else { return Ok(()) };
    if !cursor.eat(&["RENAME", "TO"]) {
        return Ok(());
    }
    let to = cursor.ident().ok_or("a name is expected")?;
    let from = match relation {
        Relation::Sequence(id) => catalog.schema[id].name.clone(),
        _ => catalog.new_name(name),
    };
    let new = QualifiedName::new(from.schema.as_deref(), &to);
    catalog.rename_relation(&from, &new, relation);
    if let Relation::Sequence(id) = relation {
        catalog.schema[id].name = new;
    }
    Ok(())
}
