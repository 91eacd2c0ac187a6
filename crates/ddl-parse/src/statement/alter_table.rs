//! `ALTER TABLE`: one action after the other.
//!
//! The actions are those of PostgreSQL (<https://www.postgresql.org/docs/current/sql-altertable.html>), MySQL
//! (<https://dev.mysql.com/doc/refman/8.4/en/alter-table.html>) and SQLite (<https://sqlite.org/lang_altertable.html>),
//! read whatever the dialect, but for those whose words mean something else in another. This file tells them apart by
//! their first word, adds columns, and reads those that only change options; the rest have files of their own.
//!
//! An action that is not understood becomes a problem of its own, an unreadable part of the table; the others of the
//! same statement are applied. A table that nothing created is reported once, unless `IF EXISTS` is written.

use super::add_constraint::add_constraint;
use super::alter_target::AlterTarget;
use super::column::ColumnDef;
use super::rename::{move_table, rename, rename_other};
use super::{
    add_column, alter_column, column_def, drop_part, inherit, mysql_options, mysql_partition, partition,
    relatives, table_constraint,
};
use seedbed_ddl_catalog::{
    Expected, Named, NamedRelation, Problem, SyntaxError, SystemCatalog, routine, rows,
};
use seedbed_schema_model::{ColumnIdx, QualifiedName, TableId};
use seedbed_sql_syntax::{Cursor, TableOptions};

/// The statement behind `ALTER [FOREIGN] TABLE`.
///
/// A name of a view, a sequence or an index is no error: PostgreSQL takes those as well, mostly to give them an owner.
///
/// # Errors
/// When no name follows.
pub(crate) fn alter(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let guarded = cursor.eat_if_exists();
    let only = cursor.eat(&["ONLY"]);
    let name = cursor.name().ok_or_else(|| Expected::NameOf(Named::Table).not(cursor.found()))?;
    cursor.eat_op("*");
    let table = match catalog.relation(&name) {
        Some(NamedRelation::Table(table)) => table,
        // ALTER TABLE also works on views, sequences and indexes, mostly to give them an owner.
        Some(_) => return rename_other(catalog, &name, cursor),
        None => {
            let is_index = catalog.index_table(&name).is_some();
            if !guarded && !is_index {
                catalog.problems.push(Problem::UnknownObject { name: name.name.clone(), span: name.span });
            }
            return Ok(());
        }
    };
    let target = AlterTarget { table, only };
    let in_options = catalog.syntax().tables.options == TableOptions::EngineAndCharset;
    if in_options && mysql_partition::partition_action(catalog, table, *cursor) {
        return Ok(());
    }
    for action in cursor.split_commas() {
        let mut walk = action;
        if let Err(reason) = one(catalog, target, &mut walk) {
            let owner = catalog.display(table);
            catalog.problems.push(Problem::UnreadablePart { owner, reason, span: action.span() });
        }
    }
    if in_options {
        mysql_options::settle_charsets(catalog, table);
    }
    Ok(())
}

/// One action, by its first word.
///
/// # Errors
/// When the action is none that any dialect has, or breaks off.
fn one<'a>(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    cursor: &mut Cursor<'a>,
) -> Result<(), SyntaxError> {
    let table = target.table;
    if relatives::at_action(cursor) {
        return Ok(());
    }
    if cursor.eat(&["ADD"]) {
        return add(catalog, target, cursor);
    }
    if cursor.at_any(&["ALTER", "MODIFY", "CHANGE"]) {
        return alter_column::alter(catalog, target, cursor);
    }
    if cursor.eat(&["DROP"]) {
        return drop_part::action(catalog, target, cursor);
    }
    if cursor.eat(&["RENAME"]) {
        return rename(catalog, target, cursor);
    }
    if cursor.eat(&["SET", "SCHEMA"]) {
        let schema = cursor.ident().ok_or(Expected::NameOf(Named::Schema))?;
        let name = catalog.schema[table].name.name.clone();
        move_table(catalog, table, QualifiedName::new(Some(&schema), &name));
        return Ok(());
    }
    if cursor.eat(&["ATTACH", "PARTITION"]) {
        return partition::attach(catalog, table, cursor);
    }
    if cursor.eat(&["DETACH", "PARTITION"]) {
        return partition::detach(catalog, table, cursor);
    }
    if cursor.eat(&["INHERIT"]) {
        return inherit::attach(catalog, table, cursor);
    }
    if cursor.eat(&["NO", "INHERIT"]) {
        return inherit::detach(catalog, table, cursor);
    }
    if cursor.at_any(&["ENABLE", "DISABLE"]) {
        routine::enable_trigger(catalog, table, cursor);
        return Ok(());
    }
    other(catalog, table, cursor)
}

/// Actions that matter little or not at all: MySQL's options and partitions, and the storage of others.
fn other(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    if catalog.syntax().tables.options == TableOptions::EngineAndCharset {
        if cursor.eat(&["CONVERT", "TO"]) {
            mysql_options::option(catalog, table, cursor);
            return convert(catalog, table, cursor);
        }
        if cursor.eat(&["PARTITION", "BY"]) {
            mysql_partition::partition_by(catalog, table, cursor);
            return Ok(());
        }
        const OPTIONS: [&str; 7] =
            ["ENGINE", "DEFAULT", "CHARSET", "CHARACTER", "COLLATE", "COMMENT", "AUTO_INCREMENT"];
        if cursor.at_any(&OPTIONS) {
            while !cursor.is_empty() {
                mysql_options::option(catalog, table, cursor);
            }
            return Ok(());
        }
    }
    if cursor.at_any(&IGNORED) { Ok(()) } else { Err(SyntaxError::UnknownAction { found: cursor.found() }) }
}

/// First words of actions that change nothing that the model holds.
const IGNORED: [&str; 33] = [
    "OWNER",
    "SET",
    "RESET",
    "CLUSTER",
    "VALIDATE",
    "REPLICA",
    "FORCE",
    "NO",
    "NOT",
    "OF",
    "ENGINE",
    "AUTO_INCREMENT",
    "ROW_FORMAT",
    "ORDER",
    "ALGORITHM",
    "LOCK",
    "PARTITION",
    "REORGANIZE",
    "TRUNCATE",
    "DISCARD",
    "IMPORT",
    "OPTIONS",
    "STATS_PERSISTENT",
    "KEY_BLOCK_SIZE",
    "CHECKSUM",
    "MAX_ROWS",
    "TYPE",
    "WITH",
    "EXCHANGE",
    "OPTIMIZE",
    "ANALYZE",
    "REBUILD",
    "COALESCE",
];

/// `CONVERT TO CHARACTER SET x COLLATE y`: every text column gets the new character set, whatever it had.
fn convert(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    while !cursor.is_empty() {
        mysql_options::option(catalog, table, cursor);
    }
    for column in &mut catalog.schema[table].columns {
        (column.charset, column.collation) = (None, None);
    }
    mysql_options::settle_charsets(catalog, table);
    Ok(())
}

/// `ADD [COLUMN] a int`, `ADD CONSTRAINT ...`, `ADD (a int, b int)`; the cursor stands behind `ADD`. MySQL's `ADD
/// PARTITION` is read elsewhere.
fn add<'a>(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    cursor: &mut Cursor<'a>,
) -> Result<(), SyntaxError> {
    if table_constraint::at_table_constraint(cursor) {
        let constraint = table_constraint::read(cursor)
            .ok_or_else(|| SyntaxError::NotExpectedInConstraint { found: cursor.found() })?;
        add_constraint(catalog, target, &constraint);
        return Ok(());
    }
    if cursor.eat(&["PARTITION"]) || cursor.at_words(&["SYSTEM", "VERSIONING"]) {
        return Ok(());
    }
    let column_word = cursor.eat(&["COLUMN"]);
    let guarded = cursor.eat_if_exists();
    // MySQL and Oracle style: ADD (a int, b int).
    if let Some(list) = cursor.parens() {
        for mut part in list.split_commas() {
            if !column_word && table_constraint::at_table_constraint(&part) {
                let constraint = table_constraint::read(&mut part).ok_or(SyntaxError::UnknownConstraint)?;
                add_constraint(catalog, target, &constraint);
            } else {
                add_column(catalog, target, &mut part, guarded)?;
            }
        }
        return Ok(());
    }
    add_column(catalog, target, cursor, guarded)
}

/// `a int NOT NULL`, behind `ADD`: to the table and to the children that the statement reaches.
///
/// A column that is there already is reported, unless `IF NOT EXISTS` is written.
fn add_column<'a>(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    cursor: &mut Cursor<'a>,
    guarded: bool,
) -> Result<(), SyntaxError> {
    let owner = catalog.display(target.table);
    let def = column_def::read(catalog, cursor, &owner)
        .ok_or_else(|| Expected::NameOf(Named::Column).not(cursor.found()))?;
    if let Some(existing) = catalog.column(target.table, &def.column.name) {
        if !guarded {
            let name = format!("{owner}.{}", catalog.column_mut(target.table, existing).name);
            catalog.problems.push(Problem::Duplicate { name, span: def.column.span });
        }
        return Ok(());
    }
    for table in target.tables(catalog) {
        install(catalog, table, &def);
    }
    for constraint in &def.constraints {
        add_constraint(catalog, target, constraint);
    }
    if !cursor.is_empty() {
        return Err(SyntaxError::NotExpected { found: cursor.found() });
    }
    Ok(())
}

/// Adds a column with its expressions, and fills it in the rows that the script has inserted. `None` when the table has
/// as many columns as are kept.
fn install(catalog: &mut SystemCatalog, table: TableId, def: &ColumnDef<'_>) -> Option<ColumnIdx> {
    let index = add_column::column(catalog, table, def)?;
    add_column::column_expressions(catalog, table, index, def);
    rows::widen(catalog, table, index);
    Some(index)
}
