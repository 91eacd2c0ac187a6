//! `ALTER COLUMN`, and MySQL's `MODIFY` and `CHANGE`, inside `ALTER TABLE`.
//!
//! - PostgreSQL's `ALTER [COLUMN] a TYPE | SET | DROP | ADD ...` changes one property, also in the children
//!   (<https://www.postgresql.org/docs/current/sql-altertable.html>).
//! - MySQL's `ALTER [COLUMN] a SET DEFAULT | DROP DEFAULT` is a part of that; its `MODIFY a ...` and `CHANGE a b ...`
//!   replace the whole definition (<https://dev.mysql.com/doc/refman/8.4/en/alter-table.html>), and keep what a key
//!   demands.
//! - `ALTER CONSTRAINT c [NOT] DEFERRABLE ...` changes when a reference is checked, MySQL's `ALTER CHECK | CONSTRAINT c
//!   [NOT] ENFORCED` whether a CHECK is.
//!
//! What a `TYPE ... USING` does to rows that are there is not followed. Reported are a column that the table has not, a
//! type that is not known, and an action that no dialect has; the others of the statement are applied.

use super::add_constraint::add_constraint;
use super::alter_target::AlterTarget;
use super::rename::rename_column;
use super::{add_column, column_def, sequence};
use seedbed_ddl_catalog::{Expected, Named, Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{Column, ColumnIdx, Deferrability, Generated, Numbering, TableId};
use seedbed_sql_syntax::{Cursor, NamedParts, Scope, read_type};

/// The action that begins with `ALTER`, `MODIFY` or `CHANGE`.
pub(super) fn alter(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    if cursor.eat(&["MODIFY"]) {
        cursor.eat(&["COLUMN"]);
        cursor.eat_if_exists();
        return redefine(catalog, target, None, cursor);
    }
    if cursor.eat(&["CHANGE"]) {
        cursor.eat(&["COLUMN"]);
        cursor.eat_if_exists();
        let old = cursor.ident().ok_or(Expected::NameOf(Named::Column))?;
        return redefine(catalog, target, Some(old), cursor);
    }
    cursor.skip(1);
    if cursor.eat(&["CONSTRAINT"])
        || (cursor.at_any(&["INDEX", "CHECK"]) && catalog.syntax().tables.named_parts == NamedParts::ByKind)
    {
        return alter_constraint(catalog, target.table, cursor);
    }
    cursor.eat(&["COLUMN"]);
    cursor.eat_if_exists();
    let (span, name) = (cursor.here(), cursor.ident().ok_or(Expected::NameOf(Named::Column))?);
    if catalog.column(target.table, &name).is_none() {
        let table = catalog.display(target.table);
        catalog.problems.push(Problem::UnknownColumn { table, column: name, span });
        return Ok(());
    }
    for table in target.tables(catalog) {
        if let Some(column) = catalog.column(table, &name) {
            one(catalog, table, column, *cursor)?;
        }
    }
    Ok(())
}

/// One action on a column: `TYPE`, `SET DEFAULT`, `DROP NOT NULL` and so on.
fn one(
    catalog: &mut SystemCatalog,
    table: TableId,
    column: ColumnIdx,
    mut cursor: Cursor<'_>,
) -> Result<(), SyntaxError> {
    let at = |catalog: &mut SystemCatalog, f: &dyn Fn(&mut Column)| f(catalog.column_mut(table, column));
    if cursor.eat(&["TYPE"]) || cursor.eat(&["SET", "DATA", "TYPE"]) {
        return change_type(catalog, table, column, cursor);
    } else if cursor.eat(&["SET", "NOT", "NULL"]) {
        at(catalog, &|c| c.nullable = false);
    } else if cursor.eat(&["DROP", "NOT", "NULL"]) {
        at(catalog, &|c| c.nullable = true);
    } else if cursor.eat(&["SET", "DEFAULT"]) {
        add_column::set_default(catalog, table, column, cursor);
    } else if cursor.eat(&["DROP", "DEFAULT"]) {
        at(catalog, &|c| {
            c.default = None;
            if matches!(c.numbering, Some(Numbering::Serial { .. })) {
                c.numbering = None;
            }
        });
    } else if cursor.eat(&["DROP", "EXPRESSION"]) {
        at(catalog, &|c| c.generated = None);
    } else if cursor.eat(&["DROP", "IDENTITY"]) {
        drop_identity(catalog, table, column);
    } else if cursor.eat(&["ADD", "GENERATED"]) {
        add_identity(catalog, table, column, cursor);
    } else if cursor.eat(&["SET", "GENERATED"]) {
        let now_always = cursor.is_word(0, "ALWAYS");
        if let Some(Numbering::Identity { always, .. }) = &mut catalog.column_mut(table, column).numbering {
            *always = now_always;
        }
    } else if cursor.eat(&["SET", "EXPRESSION", "AS"]) {
        return set_expression(catalog, table, column, cursor);
    } else if cursor.at_any(&["RESTART"]) || cursor.at_words(&["SET", "START"]) {
        if let Some(Numbering::Identity { sequence: Some(id), .. }) =
            catalog.column_mut(table, column).numbering
        {
            sequence::restart(catalog, id, cursor);
            sequence::read_options(catalog, id, &mut cursor);
        }
    } else if !cursor.at_any(&["SET", "RESET", "RESTART", "OPTIONS", "ADD", "DROP"]) {
        return Err(SyntaxError::UnknownAction { found: cursor.found() });
    }
    Ok(())
}

/// `TYPE type [COLLATE name] [USING ...]`. Without `COLLATE` the column has its type's collation again.
fn change_type(
    catalog: &mut SystemCatalog,
    table: TableId,
    column: ColumnIdx,
    mut cursor: Cursor<'_>,
) -> Result<(), SyntaxError> {
    let found = read_type(catalog, &mut cursor).ok_or(Expected::Type)?;
    if let Some(unknown) = &found.unknown {
        let owner = catalog.display(table);
        let span = cursor.here();
        catalog.problems.push(Problem::UnknownType { owner, ty: unknown.clone(), span });
    }
    let column = catalog.column_mut(table, column);
    column.ty = found.ty;
    column.declared_type = found.text;
    column.collation = if cursor.eat(&["COLLATE"]) { cursor.name().map(|n| n.name) } else { None };
    Ok(())
}

/// `ADD GENERATED ALWAYS | BY DEFAULT AS IDENTITY [(options)]`, behind `GENERATED`.
fn add_identity(catalog: &mut SystemCatalog, table: TableId, column: ColumnIdx, mut cursor: Cursor<'_>) {
    let always = !cursor.eat(&["BY", "DEFAULT"]);
    cursor.eat(&["ALWAYS"]);
    cursor.eat(&["AS", "IDENTITY"]);
    let options = cursor.parens();
    let sequence = Some(sequence::implicit(catalog, table, column, options));
    let column = catalog.column_mut(table, column);
    column.numbering = Some(Numbering::Identity { always, sequence });
    column.nullable = false;
}

/// `SET EXPRESSION AS (...)`, behind `AS`: a stored generated column gets another expression.
fn set_expression(
    catalog: &mut SystemCatalog,
    table: TableId,
    column: ColumnIdx,
    mut cursor: Cursor<'_>,
) -> Result<(), SyntaxError> {
    let body = cursor.parens().ok_or(Expected::Expression)?;
    let owner = catalog.display(table);
    let expr = catalog.read_or_keep(Scope::Table(table), body, &owner);
    catalog.column_mut(table, column).generated =
        Some(Generated { expr, text: body.text().to_owned(), stored: true });
    Ok(())
}

/// `DROP IDENTITY`, with the sequence. The column stays NOT NULL.
fn drop_identity(catalog: &mut SystemCatalog, table: TableId, column: ColumnIdx) {
    let column = catalog.column_mut(table, column);
    if let Some(Numbering::Identity { sequence, .. }) = column.numbering {
        column.numbering = None;
        if let Some(id) = sequence {
            let name = catalog.schema[id].name.clone();
            catalog.forget_relation(&name);
            catalog.dropped_sequences.insert(id);
        }
    }
}

/// MySQL's `MODIFY a ...` and `CHANGE old a ...`: the column gets a whole new definition, and its keys and CHECKs are
/// added to those that it has. `old` is `None` where the name stays. A column of the primary key stays NOT NULL.
fn redefine(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    old: Option<String>,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let table = target.table;
    let owner = catalog.display(table);
    let span = cursor.here();
    let def = column_def::read(catalog, cursor, &owner).ok_or(Expected::ColumnDefinition)?;
    let old = old.unwrap_or_else(|| def.column.name.clone());
    let Some(index) = catalog.column(table, &old) else {
        catalog.problems.push(Problem::UnknownColumn { table: owner, column: old, span });
        return Ok(());
    };
    rename_column(catalog, table, &old, &def.column.name);
    let in_key = catalog.schema[table].primary_key.as_ref().is_some_and(|k| k.columns.contains(&index));
    let column = catalog.column_mut(table, index);
    *column = def.column.clone();
    column.nullable &= !in_key;
    add_column::place(catalog, table, index, def.place.as_ref());
    add_column::column_expressions(catalog, table, index, &def);
    for constraint in &def.constraints {
        add_constraint(catalog, target, constraint);
    }
    Ok(())
}

/// `ALTER CONSTRAINT c DEFERRABLE`, MySQL's `ALTER CHECK c NOT ENFORCED`. A constraint that is not there is passed
/// over, as is MySQL's `ALTER INDEX i INVISIBLE`.
fn alter_constraint(
    catalog: &mut SystemCatalog,
    table: TableId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    cursor.eat_any(&["INDEX", "CHECK"]);
    let name = cursor.ident().ok_or(Expected::NameOf(Named::Constraint))?;
    let enforced = !cursor.at_words(&["NOT", "ENFORCED"]);
    if cursor.at_any(&["ENFORCED", "NOT"]) && !cursor.is_word(1, "DEFERRABLE") {
        for check in &mut catalog.schema[table].checks {
            if check.name.as_ref() == Some(&name) {
                check.enforced = enforced;
            }
        }
        return Ok(());
    }
    let deferrability = if cursor.eat(&["NOT", "DEFERRABLE"]) {
        Deferrability::NotDeferrable
    } else if text_has(cursor, "DEFERRED") {
        Deferrability::DeferrableDeferred
    } else {
        Deferrability::DeferrableImmediate
    };
    for reference in &mut catalog.draft_mut(table).references {
        if reference.name.as_ref() == Some(&name) {
            reference.deferrability = deferrability;
        }
    }
    Ok(())
}

/// Whether a word stands anywhere ahead.
fn text_has(cursor: &Cursor<'_>, word: &str) -> bool {
    (0..cursor.len()).any(|n| cursor.is_word(n, word))
}
