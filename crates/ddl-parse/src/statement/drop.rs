//! `DROP` of every kind: tables, views, sequences, types, domains, schemas, indexes, triggers, rules, functions.
//!
//! What the server would refuse without `CASCADE` is dropped with it: the script ran, so `CASCADE` was meant. A dropped
//! table or type keeps its number until the script ends; its name is free at once. What goes with a table is the
//! dialect's: its partitions, children and sequences, and in PostgreSQL the references to it
//! (<https://www.postgresql.org/docs/current/sql-droptable.html>), while MySQL and SQLite keep those, as a table of
//! that name may be made again.
//!
//! Reported is a table or view that is not there, unless `IF EXISTS` is written. Everything else that is not there is
//! passed over, as is `DROP` of what the model does not hold.

use super::drop_part::{column_with_constraints, constraint};
use seedbed_ddl_catalog::{
    Expected, Named, NamedRelation, Problem, SyntaxError, SystemCatalog, UserType, routine,
};
use seedbed_schema_model::{QualifiedName, SequenceId, SqlType, TableId};
use seedbed_sql_syntax::{Cursor, DroppedParent, IndexNames, Name};

/// The statement behind `DROP`.
///
/// # Errors
/// When MySQL's `DROP INDEX i ON t` lacks one of its names.
pub(crate) fn statement(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.eat_any(&["TEMPORARY", "FOREIGN", "MATERIALIZED"]);
    let what = cursor.word_at(0).to_ascii_uppercase();
    cursor.skip(1);
    cursor.eat(&["CONCURRENTLY"]);
    let guarded = cursor.eat_if_exists();
    match what.as_str() {
        "TABLE" | "TABLES" | "VIEW" => {
            names(*cursor).iter().for_each(|name| relation(catalog, name, guarded))
        }
        "SEQUENCE" => names(*cursor).iter().for_each(|name| sequence(catalog, name)),
        "TYPE" | "DOMAIN" => names(*cursor).iter().for_each(|name| user_type(catalog, name)),
        "SCHEMA" if catalog.dialect().has_schemas() => {
            for name in names(*cursor) {
                schema(catalog, &name.name);
            }
        }
        "INDEX" if catalog.syntax().names.indexes == IndexNames::OfTable => {
            let index = cursor.ident().ok_or(Expected::NameOf(Named::Index))?;
            cursor.eat(&["ON"]);
            let name = cursor.name().ok_or(Expected::NameOf(Named::Table))?;
            if let Some(table) = catalog.table(&name) {
                constraint(catalog, table, &index);
            }
        }
        "INDEX" => names(*cursor).iter().for_each(|name| index(catalog, name)),
        "TRIGGER" | "RULE" => trigger(catalog, cursor),
        "FUNCTION" | "PROCEDURE" | "ROUTINE" => routine::drop_functions(catalog, *cursor),
        _ => {}
    }
    Ok(())
}

/// The names in `a, b.c [CASCADE]`.
fn names(cursor: Cursor<'_>) -> Vec<Name> {
    cursor.split_commas().into_iter().filter_map(|mut part| part.name()).collect()
}

/// `DROP TABLE`, `DROP VIEW`: whichever of the two the name stands for. `guarded`: `IF EXISTS` is written.
fn relation(catalog: &mut SystemCatalog, name: &Name, guarded: bool) {
    match catalog.relation(name) {
        Some(NamedRelation::Table(table)) => table_and_children(catalog, table),
        Some(NamedRelation::View) => {
            let full = catalog.new_name(name);
            catalog.forget_relation(&full);
        }
        Some(NamedRelation::Sequence(_)) => {}
        None if guarded => {}
        None => catalog.problems.push(Problem::UnknownObject { name: name.name.clone(), span: name.span }),
    }
}

/// Drops a table with its partitions and children (the server wants `CASCADE` for the latter).
pub(crate) fn table_and_children(catalog: &mut SystemCatalog, table: TableId) {
    for member in catalog.family(table) {
        one_table(catalog, member);
    }
}

/// Drops a table with its sequences, and where the server would, the references to it.
fn one_table(catalog: &mut SystemCatalog, table: TableId) {
    let name = catalog.schema[table].name.clone();
    catalog.forget_relation(&name);
    catalog.draft_mut(table).dropped = true;
    if catalog.syntax().tables.dropped_parent == DroppedParent::ReferencesGo {
        for draft in &mut catalog.drafts {
            draft.references.retain(|r| r.parent != name);
        }
    }
    for at in 0..catalog.schema.sequences.len() {
        let id = SequenceId(at as u32);
        if catalog.schema[id].owned_by.is_some_and(|(owner, _)| owner == table) {
            catalog.drop_sequence(id);
        }
    }
}

/// `DROP SEQUENCE`.
fn sequence(catalog: &mut SystemCatalog, name: &Name) {
    if let Some(id) = catalog.sequence(name) {
        catalog.drop_sequence(id);
    }
}

/// `DROP TYPE`, `DROP DOMAIN`: with the columns of that type.
fn user_type(catalog: &mut SystemCatalog, name: &Name) {
    let Some(ty) = catalog.user_type(name) else { return };
    let full = match ty {
        UserType::Enum(id) => {
            catalog.dead_enums.insert(id);
            catalog.schema[id].name.clone()
        }
        UserType::Domain(id) => {
            catalog.dead_domains.insert(id);
            catalog.schema[id].name.clone()
        }
        UserType::Composite(id) => {
            catalog.dead_composites.insert(id);
            catalog.schema[id].name.clone()
        }
        // Its columns are not told from those of other ranges of its elements; the server drops it without any alone.
        UserType::Range(at) | UserType::Multirange(at) => {
            let range = catalog.range_types[at].clone();
            catalog.forget_type(&range.name);
            catalog.forget_type(&range.multirange);
            return;
        }
    };
    catalog.forget_type(&full);
    let ty = catalog.sql_type(ty);
    // CASCADE drops the columns of the type; without it the server would have refused.
    for table in 0..catalog.drafts.len() {
        let table = TableId(table as u32);
        for column in catalog.draft(table).order.clone() {
            if mentions(&catalog.column_mut(table, column).ty, &ty) {
                column_with_constraints(catalog, table, column);
            }
        }
    }
}

/// Whether a type is that one, or an array of it.
fn mentions(ty: &SqlType, user: &SqlType) -> bool {
    match ty {
        SqlType::Array { element } => mentions(element, user),
        other => other == user,
    }
}

/// `DROP SCHEMA`, with all that is in it: tables, sequences and types.
fn schema(catalog: &mut SystemCatalog, name: &str) {
    for at in 0..catalog.schema.tables.len() {
        let id = TableId(at as u32);
        if catalog.schema[id].name.schema.as_deref() == Some(name) && !catalog.draft(id).dropped {
            one_table(catalog, id);
        }
    }
    for at in 0..catalog.schema.sequences.len() {
        let id = SequenceId(at as u32);
        if catalog.schema[id].name.schema.as_deref() == Some(name) {
            catalog.drop_sequence(id);
        }
    }
    let of = |full: &QualifiedName| full.schema.as_deref() == Some(name);
    let enums: Vec<_> = catalog.schema.enums.iter().map(|e| e.name.clone()).filter(|n| of(n)).collect();
    let domains: Vec<_> = catalog.schema.domains.iter().map(|d| d.name.clone()).filter(|n| of(n)).collect();
    let composites: Vec<_> =
        catalog.schema.composites.iter().map(|c| c.name.clone()).filter(|n| of(n)).collect();
    for full in enums.into_iter().chain(domains).chain(composites) {
        let span = Default::default();
        user_type(catalog, &Name { schema: full.schema, name: full.name, span });
    }
    catalog.namespaces.remove(name);
}

/// `DROP INDEX`, where an index's name is one of the schema: with the unique constraint that it is.
fn index(catalog: &mut SystemCatalog, name: &Name) {
    if let Some(table) = catalog.index_table(name) {
        constraint(catalog, table, &name.name);
        catalog.forget_index(name);
    }
}

/// `DROP TRIGGER name [ON table]`, `DROP RULE`. Without a table the trigger of that name goes, whatever table it is on.
fn trigger(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) {
    let Some(name) = cursor.name() else { return };
    if cursor.eat(&["ON"]) {
        if let Some(table) = cursor.name().and_then(|table| catalog.table(&table)) {
            catalog.schema[table].triggers.retain(|t| t.name != name.name);
        }
        return;
    }
    for table in &mut catalog.schema.tables {
        table.triggers.retain(|t| !t.name.eq_ignore_ascii_case(&name.name));
    }
}
