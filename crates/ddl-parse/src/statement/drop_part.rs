//! Dropping columns and constraints, with what stands on them: `ALTER TABLE ... DROP ...`.
//!
//! PostgreSQL drops what stands on a column, as with `CASCADE`
//! (<https://www.postgresql.org/docs/current/sql-altertable.html>); MySQL shortens keys by it
//! (<https://dev.mysql.com/doc/refman/8.4/en/alter-table.html>). A key that goes takes along the references that stand
//! on it. MySQL and MariaDB name what is dropped by its kind: `DROP PRIMARY KEY`, `DROP FOREIGN KEY f`, `DROP INDEX i`,
//! `DROP CHECK c`.
//!
//! A dropped column leaves the draft's order and keeps its number, so that other expressions go on meaning what they
//! meant. A column that is not there is reported, unless `IF EXISTS` is written; a constraint that is not there is
//! passed over.

use super::alter_target::AlterTarget;
use seedbed_ddl_catalog::{Expected, Named, Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{Column, ColumnIdx, KeyTerm, SequenceId, Table, TableId, UniqueKey};
use seedbed_sql_syntax::{Cursor, DroppedKeyColumn, DroppedParent, Name, NamedParts};

/// `DROP ...` inside `ALTER TABLE`; the cursor stands behind the word.
///
/// # Errors
/// When the name of the column or constraint is missing.
pub(super) fn action(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    catalog.names_were_freed();
    let table = target.table;
    let by_kind = catalog.syntax().tables.named_parts == NamedParts::ByKind;
    if by_kind && cursor.eat(&["PRIMARY", "KEY"]) {
        catalog.schema[table].primary_key = None;
        return Ok(());
    }
    if by_kind
        && (cursor.eat(&["PARTITION"]) || cursor.eat(&["SYSTEM", "VERSIONING"]) || cursor.eat(&["PERIOD"]))
    {
        return Ok(());
    }
    let named = cursor.eat(&["CONSTRAINT"])
        || (by_kind
            && (cursor.eat(&["FOREIGN", "KEY"]) || cursor.eat_any(&["INDEX", "KEY", "CHECK"]).is_some()));
    if named {
        cursor.eat_if_exists();
        let name = cursor.ident().ok_or(Expected::NameOf(Named::Constraint))?;
        for member in target.tables(catalog) {
            constraint(catalog, member, &name);
        }
        return Ok(());
    }
    cursor.eat(&["COLUMN"]);
    let guarded = cursor.eat_if_exists();
    let (span, name) = (cursor.here(), cursor.ident().ok_or(Expected::NameOf(Named::Column))?);
    if catalog.column(table, &name).is_none() && !guarded {
        let table = catalog.display(table);
        catalog.problems.push(Problem::UnknownColumn { table, column: name, span });
        return Ok(());
    }
    for member in target.tables(catalog) {
        if let Some(column) = catalog.column(member, &name) {
            column_with_constraints(catalog, member, column);
        }
    }
    Ok(())
}

/// Removes a constraint, or a unique index, by name: whatever of the table's keys, CHECKs, exclusions and references
/// has it.
pub(super) fn constraint(catalog: &mut SystemCatalog, table: TableId, name: &str) {
    let syntax = catalog.syntax();
    let is = |other: &Option<String>| {
        other.as_deref().is_some_and(|other| syntax.names.comparison.same(other, name))
    };
    let dropped_key = catalog.schema[table].primary_key.as_ref().is_some_and(|k| is(&k.name));
    if dropped_key {
        catalog.schema[table].primary_key = None;
    }
    let full = catalog.schema[table].name.clone();
    let t = &mut catalog.schema[table];
    let unique = t.uniques.iter().find(|u| is(&u.name)).and_then(UniqueKey::plain_columns);
    t.uniques.retain(|u| !is(&u.name));
    t.checks.retain(|c| !is(&c.name));
    t.exclusions.retain(|e| !is(&e.name));
    catalog.draft_mut(table).references.retain(|r| !is(&r.name));
    let span = Default::default();
    catalog.forget_index(&Name { schema: full.schema.clone(), name: name.to_owned(), span });
    // DROP CONSTRAINT ... CASCADE drops the references that stand on the key; without it the server would refuse.
    if syntax.tables.dropped_parent == DroppedParent::ReferencesGo && (dropped_key || unique.is_some()) {
        references_without_key(catalog, table);
    }
}

/// Removes references to the table whose key is gone: those whose columns are no candidate key any more, or that meant
/// the primary key.
fn references_without_key(catalog: &mut SystemCatalog, table: TableId) {
    let parent = catalog.schema[table].name.clone();
    for at in 0..catalog.drafts.len() {
        let keep: Vec<bool> = catalog.drafts[at]
            .references
            .iter()
            .map(|r| {
                if r.parent != parent {
                    return true;
                }
                let columns: Option<Vec<ColumnIdx>> =
                    r.parent_columns.iter().map(|c| catalog.column(table, c)).collect();
                match columns {
                    Some(columns) if !columns.is_empty() => catalog.schema[table].is_candidate_key(&columns),
                    _ => catalog.schema[table].primary_key.is_some(),
                }
            })
            .collect();
        let mut keep = keep.into_iter();
        catalog.drafts[at].references.retain(|_| keep.next().unwrap_or(true));
    }
}

/// Removes a column and what stands on it: keys, CHECKs, references in both directions, defaults that name it, its
/// sequence, and the columns that are generated from it, with what stands on those.
pub(super) fn column_with_constraints(catalog: &mut SystemCatalog, table: TableId, column: ColumnIdx) {
    catalog.names_were_freed();
    let rules = &catalog.syntax().tables;
    let name = catalog.column_mut(table, column).name.clone();
    let parent = catalog.schema[table].name.clone();
    catalog.draft_mut(table).order.retain(|c| *c != column);
    catalog.draft_mut(table).references.retain(|r| !r.columns.contains(&column));
    let t = &mut catalog.schema[table];
    match rules.dropped_key_column {
        DroppedKeyColumn::KeysShrink => shrink_keys(t, column),
        DroppedKeyColumn::KeysGo => drop_keys(t, column),
    }
    t.checks.retain(|c| !c.expr.columns().contains(&column));
    t.exclusions.retain(|e| !e.elements.iter().any(|el| term_reads(&el.term, column)));
    if let Some(partitioning) = &mut t.partitioning {
        partitioning.keys.retain(|key| !term_reads(key, column));
    }
    for other in &mut t.columns {
        other.default.take_if(|default| default.expr.columns().contains(&column));
    }
    // What is generated from it goes too (CASCADE).
    let generated = |c: &Column| c.generated.as_ref().is_some_and(|g| g.expr.columns().contains(&column));
    let dependent: Vec<ColumnIdx> =
        t.columns_indexed().filter(|(_, c)| generated(c)).map(|(i, _)| i).collect();
    for other in dependent {
        if catalog.draft(table).order.contains(&other) {
            column_with_constraints(catalog, table, other);
        }
    }
    for id in (0..catalog.schema.sequences.len()).map(|at| SequenceId(at as u32)) {
        if catalog.schema[id].owned_by == Some((table, column)) {
            catalog.drop_sequence(id);
        }
    }
    if rules.dropped_parent == DroppedParent::ReferencesGo {
        for draft in &mut catalog.drafts {
            draft.references.retain(|r| r.parent != parent || !r.parent_columns.contains(&name));
        }
    }
}

/// Takes the column out of the table's keys. A key of nothing else goes.
fn shrink_keys(table: &mut Table, column: ColumnIdx) {
    if let Some(key) = &mut table.primary_key {
        if key.columns.len() > 1 {
            key.columns.retain(|c| *c != column);
        } else if key.columns.contains(&column) {
            table.primary_key = None;
        }
    }
    for unique in &mut table.uniques {
        unique.parts.retain(|p| p.term != KeyTerm::Column(column));
    }
    table.uniques.retain(|u| !u.parts.is_empty());
}

/// Drops the keys that stand on the column.
fn drop_keys(table: &mut Table, column: ColumnIdx) {
    table.primary_key.take_if(|key| key.columns.contains(&column));
    table.uniques.retain(|u| !unique_reads(u, column));
}

/// Whether a unique key stands on a column.
fn unique_reads(unique: &UniqueKey, column: ColumnIdx) -> bool {
    let in_predicate = unique.predicate.as_ref().is_some_and(|p| p.columns().contains(&column));
    in_predicate || unique.parts.iter().any(|part| term_reads(&part.term, column))
}

/// Whether a part of a key stands on a column.
fn term_reads(term: &KeyTerm, column: ColumnIdx) -> bool {
    match term {
        KeyTerm::Column(c) => *c == column,
        KeyTerm::Expr(e) => e.columns().contains(&column),
    }
}
