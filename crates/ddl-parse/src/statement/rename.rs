//! Renaming: tables, columns, constraints, schemas, and what holds no rows.
//!
//! - `ALTER TABLE ... RENAME [COLUMN | CONSTRAINT] a TO b`, `RENAME TO b`, `SET SCHEMA s`
//!   (<https://www.postgresql.org/docs/current/sql-altertable.html>, <https://sqlite.org/lang_altertable.html>)
//! - MySQL's `RENAME KEY a TO b`, `RENAME b` and `RENAME TABLE a TO b, c TO d`
//!   (<https://dev.mysql.com/doc/refman/8.4/en/rename-table.html>)
//! - `ALTER SCHEMA a RENAME TO b`, `ALTER VIEW a RENAME TO b`
//!
//! References keep their parents by name until the script ends, so that whoever renames a table or a column renames it
//! there as well. Expressions name columns by number and need no change. A table or column that is not there is
//! reported.

use super::alter_target::AlterTarget;
use seedbed_ddl_catalog::{Expected, Named, NamedRelation, Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{QualifiedName, SequenceId, TableId};
use seedbed_sql_syntax::{Cursor, Name, NamedParts};

/// `RENAME CONSTRAINT a TO b`, `RENAME TO b`, `RENAME [COLUMN] a TO b`, in the table and, for a column, in its
/// children.
///
/// # Errors
/// When a name or `TO` is missing.
pub(super) fn rename(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let table = target.table;
    if cursor.eat(&["CONSTRAINT"])
        || (catalog.syntax().tables.named_parts == NamedParts::ByKind
            && cursor.eat_any(&["INDEX", "KEY"]).is_some())
    {
        let from = cursor.ident().ok_or(Expected::NameOf(Named::Constraint))?;
        cursor.eat(&["TO"]);
        let to = cursor.ident().ok_or(Expected::Name)?;
        rename_constraint(catalog, table, &from, &to);
        return Ok(());
    }
    // MySQL lets TO out: RENAME b, RENAME AS b.
    let mut whole = *cursor;
    let to_table = whole.eat(&["TO"]) || whole.eat(&["AS"]) || (whole.eat_op("=")) || cursor.len() == 1;
    if to_table && !(cursor.is_word(1, "TO") && cursor.len() >= 3) {
        let name = whole.name().ok_or(Expected::NameOf(Named::Table))?;
        let of = &catalog.schema[table].name;
        let schema = if catalog.dialect().has_schemas() { of.schema.clone() } else { None };
        move_table(catalog, table, QualifiedName::new(schema.as_deref(), &name.name));
        return Ok(());
    }
    cursor.eat(&["COLUMN"]);
    cursor.eat_if_exists();
    let from = cursor.ident().ok_or(Expected::NameOf(Named::Column))?;
    if !cursor.eat(&["TO"]) {
        return Err(Expected::Keyword("TO").not(cursor.found()));
    }
    let to = cursor.ident().ok_or(Expected::Name)?;
    let span = cursor.here();
    if catalog.column(table, &from).is_none() {
        let table = catalog.display(table);
        catalog.problems.push(Problem::UnknownColumn { table, column: from, span });
        return Ok(());
    }
    for member in target.tables(catalog) {
        rename_column(catalog, member, &from, &to);
    }
    Ok(())
}

/// Renames a column, also where other tables refer to it by name.
pub(super) fn rename_column(catalog: &mut SystemCatalog, table: TableId, from: &str, to: &str) {
    let Some(index) = catalog.column(table, from) else { return };
    to.clone_into(&mut catalog.column_mut(table, index).name);
    let key = catalog.key(&catalog.schema[table].name);
    for at in 0..catalog.drafts.len() {
        for r in 0..catalog.drafts[at].references.len() {
            if catalog.key(&catalog.drafts[at].references[r].parent) != key {
                continue;
            }
            for c in 0..catalog.drafts[at].references[r].parent_columns.len() {
                if catalog.same_column(&catalog.drafts[at].references[r].parent_columns[c], from) {
                    to.clone_into(&mut catalog.drafts[at].references[r].parent_columns[c]);
                }
            }
        }
    }
}

/// Gives a table another name or schema; references to it follow.
pub(super) fn move_table(catalog: &mut SystemCatalog, table: TableId, to: QualifiedName) {
    catalog.names_were_freed();
    let from = catalog.schema[table].name.clone();
    let key = catalog.key(&from);
    catalog.rename_relation(&from, &to, NamedRelation::Table(table));
    for at in 0..catalog.drafts.len() {
        for r in 0..catalog.drafts[at].references.len() {
            if catalog.key(&catalog.drafts[at].references[r].parent) == key {
                catalog.drafts[at].references[r].parent = to.clone();
            }
        }
    }
    if from.schema != to.schema {
        owned_sequences_follow(catalog, table, to.schema.as_deref());
    }
    catalog.schema[table].name = to;
}

/// `SET SCHEMA` takes the sequences of the table's columns along.
fn owned_sequences_follow(catalog: &mut SystemCatalog, table: TableId, schema: Option<&str>) {
    for at in 0..catalog.schema.sequences.len() {
        let id = SequenceId(at as u32);
        if catalog.schema[id].owned_by.is_some_and(|(owner, _)| owner == table) {
            let old = catalog.schema[id].name.clone();
            let new = QualifiedName::new(schema, &old.name);
            catalog.rename_relation(&old, &new, NamedRelation::Sequence(id));
            catalog.schema[id].name = new;
        }
    }
}

/// Renames a constraint or unique index of the table. Whatever has the old name gets the new one, and an index's name
/// is taken.
pub(super) fn rename_constraint(catalog: &mut SystemCatalog, table: TableId, from: &str, to: &str) {
    catalog.names_were_freed();
    let comparison = catalog.syntax().names.comparison;
    let is = |name: &Option<String>| name.as_deref().is_some_and(|name| comparison.same(name, from));
    let names = {
        let t = &mut catalog.schema.tables[table];
        let keys = t.primary_key.iter_mut().map(|k| &mut k.name);
        let uniques = t.uniques.iter_mut().map(|u| &mut u.name);
        let checks = t.checks.iter_mut().map(|c| &mut c.name);
        let exclusions = t.exclusions.iter_mut().map(|e| &mut e.name);
        let references = catalog.drafts[table].references.iter_mut().map(|r| &mut r.name);
        keys.chain(uniques).chain(checks).chain(exclusions).chain(references).collect::<Vec<_>>()
    };
    for name in names {
        if is(name) {
            *name = Some(to.to_owned());
        }
    }
    catalog.take_index_name(table, Some(to));
}

/// MySQL's `RENAME TABLE a TO b, c TO d`, from left to right.
///
/// # Errors
/// When a name or `TO` is missing; the renamings before it are done.
pub(crate) fn rename_tables(catalog: &mut SystemCatalog, cursor: Cursor<'_>) -> Result<(), SyntaxError> {
    for mut part in cursor.split_commas() {
        part.eat_if_exists();
        let from = part.name().ok_or(Expected::NameOf(Named::Table))?;
        if !part.eat(&["TO"]) {
            return Err(Expected::Keyword("TO").not(part.found()));
        }
        let to = part.name().ok_or(Expected::NameOf(Named::Table))?;
        match catalog.table(&from) {
            Some(table) => move_table(catalog, table, QualifiedName::new(None, &to.name)),
            None => catalog.problems.push(Problem::UnknownObject { name: from.name, span: from.span }),
        }
    }
    Ok(())
}

/// `ALTER SCHEMA a RENAME TO b`, with all that is in it. Other actions of `ALTER SCHEMA` change nothing here.
///
/// # Errors
/// When a name is missing.
pub(crate) fn rename_schema(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let from = cursor.ident().ok_or(Expected::NameOf(Named::Schema))?;
    if !cursor.eat(&["RENAME", "TO"]) {
        return Ok(());
    }
    let to = cursor.ident().ok_or(Expected::Name)?;
    catalog.rename_schema(&from, &to);
    Ok(())
}

/// `RENAME TO` of what holds no rows: views and sequences. Other actions on them change nothing here.
///
/// # Errors
/// When the new name is missing.
pub(crate) fn rename_other(
    catalog: &mut SystemCatalog,
    name: &Name,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let Some(relation) = catalog.relation(name) else { return Ok(()) };
    if !cursor.eat(&["RENAME", "TO"]) {
        return Ok(());
    }
    let to = cursor.ident().ok_or(Expected::Name)?;
    let from = match relation {
        NamedRelation::Sequence(id) => catalog.schema[id].name.clone(),
        _ => catalog.new_name(name),
    };
    let new = QualifiedName::new(from.schema.as_deref(), &to);
    catalog.rename_relation(&from, &new, relation);
    if let NamedRelation::Sequence(id) = relation {
        catalog.schema[id].name = new;
    }
    Ok(())
}
