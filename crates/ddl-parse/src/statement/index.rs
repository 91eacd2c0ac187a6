//! `CREATE UNIQUE INDEX` and `ALTER INDEX`.
//!
//! A unique index becomes a unique key of its table, with its expressions and its `WHERE`:
//! <https://www.postgresql.org/docs/current/sql-createindex.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/create-index.html>, <https://sqlite.org/lang_createindex.html>. Other
//! indexes constrain nothing, but their names are taken. On a partitioned table the key goes to the partitions too,
//! unless `ONLY` is written.
//!
//! Reported are a unique index on a table that is not there, and one over columns that the table has not.

use super::add_constraint::add_constraint;
use super::alter_target::AlterTarget;
use super::constraint::{ConstraintClause, ConstraintForm};
use super::constraint_attributes::{read_nulls_distinct, skip_storage};
use super::index_element::parts;
use super::rename::rename_constraint;
use seedbed_ddl_catalog::{Expected, Named, Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{QualifiedName, UniqueOrigin};
use seedbed_sql_syntax::{Cursor, TokenKind};

/// The statement behind `CREATE [UNIQUE] INDEX`. Under `IF NOT EXISTS` an index whose name is taken is left out.
///
/// # Errors
/// When `ON`, the table's name or the columns are missing.
pub(crate) fn create(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'_>,
    unique: bool,
) -> Result<(), SyntaxError> {
    let start = *cursor;
    cursor.eat(&["CONCURRENTLY"]);
    let guarded = cursor.eat_if_exists();
    let name = if cursor.is_word(0, "ON") { None } else { cursor.name() };
    if cursor.eat(&["USING"]) {
        cursor.skip(1);
    }
    if !cursor.eat(&["ON"]) {
        return Err(Expected::Keyword("ON").not(cursor.found()));
    }
    let only = cursor.eat(&["ONLY"]);
    let table_name = cursor.name().ok_or(Expected::NameOf(Named::Table))?;
    let Some(table) = catalog.table(&table_name) else {
        if unique && catalog.relation(&table_name).is_none() {
            catalog.problems.push(Problem::UnknownObject { name: table_name.name, span: table_name.span });
        }
        return Ok(());
    };
    if let Some(name) = &name {
        let schema = catalog.schema[table].name.schema.clone();
        let full = QualifiedName::new(schema.as_deref(), &name.name);
        if guarded && (catalog.is_index(&full) || catalog.has_constraint(table, &name.name)) {
            return Ok(());
        }
        if !unique {
            catalog.name_index(&full, table);
        }
    }
    if !unique {
        return Ok(());
    }
    if cursor.eat(&["USING"]) {
        cursor.skip(1);
    }
    let parts = parts(cursor).ok_or_else(|| Expected::Columns.not(cursor.found()))?;
    skip_storage(cursor);
    let nulls_distinct = read_nulls_distinct(cursor);
    skip_storage(cursor);
    let predicate = if cursor.eat(&["WHERE"]) { Some(predicate(cursor)) } else { None };
    let body = ConstraintForm::Unique { parts, nulls_distinct, predicate, origin: UniqueOrigin::Index };
    let constraint = ConstraintClause::new(name.map(|n| n.name), body, start.span());
    add_constraint(catalog, AlterTarget { table, only }, &constraint);
    Ok(())
}

/// The rest of the statement, behind `WHERE`, without the brackets that enclose all of it.
fn predicate<'a>(cursor: &mut Cursor<'a>) -> Cursor<'a> {
    let whole = *cursor;
    cursor.skip(cursor.len());
    let mut ahead = whole;
    match ahead.parens() {
        Some(inner) if ahead.is_empty() && whole.kind_at(0) == Some(TokenKind::Open) => inner,
        _ => whole,
    }
}

/// `ALTER INDEX a RENAME TO b`: the constraint of that name is renamed with it. Attaching and storage do not matter.
///
/// # Errors
/// When a name is missing.
pub(crate) fn alter(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.eat_if_exists();
    let name = cursor.name().ok_or(Expected::NameOf(Named::Index))?;
    if !cursor.eat(&["RENAME", "TO"]) {
        return Ok(());
    }
    let to = cursor.ident().ok_or(Expected::Name)?;
    if let Some(table) = catalog.index_table(&name) {
        rename_constraint(catalog, table, &name.name, &to);
        catalog.forget_index(&name);
    }
    Ok(())
}
