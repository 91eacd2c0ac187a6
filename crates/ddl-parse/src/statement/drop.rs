//! `DROP` of every kind, as a statement and as an action of `ALTER TABLE`.

use super::alter_table::Target;
use super::routine;
use crate::Problem;
use crate::catalog::{Catalog, Relation, UserType};
use crate::text::{Cursor, Name};
use seedbed_schema_model::{
    Column, ColumnIdx, Dialect, KeyTerm, QualifiedName, SequenceId, SqlType, TableId, UniqueKey,
};

/// The statement behind `DROP`.
pub(super) fn statement(catalog: &mut Catalog, cursor: &mut Cursor<'_>) -> Result<(), String> {
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
        "SCHEMA" if catalog.dialect() == Dialect::Postgres => {
            for name in names(*cursor) {
                schema(catalog, &name.name);
            }
        }
        "INDEX" if catalog.dialect() == Dialect::MySql => {
            let index = cursor.ident().ok_or("an index's name is expected")?;
            cursor.eat(&["ON"]);
            let name = cursor.name().ok_or("a table's name is expected")?;
            if let Some(table) = catalog.table(&name) {
                constraint(catalog, table, &index);
            }
        }
        "INDEX" => names(*cursor).iter().for_each(|name| index(catalog, name)),
        "TRIGGER" | "RULE" => trigger(catalog, cursor),
        "FUNCTION" | "PROCEDURE" | "ROUTINE" => routine::drop(catalog, *cursor),
        _ => {}
    }
    Ok(())
}

fn names(cursor: Cursor<'_>) -> Vec<Name> {
    cursor.split_commas().into_iter().filter_map(|mut part| part.name()).collect()
}

fn relation(catalog: &mut Catalog, name: &Name, guarded: bool) {
    match catalog.relation(name) {
        Some(Relation::Table(table)) => table_and_children(catalog, table),
        Some(Relation::View) => {
            let full = catalog.new_name(name);
            catalog.forget_relation(&full);
        }
        Some(Relation::Sequence(_)) => {}
        None if guarded => {}
        None => catalog.problems.push(Problem::UnknownObject { name: name.name.clone(), span: name.span }),
    }
}

/// Drops a table with its partitions and children (the server wants `CASCADE` for the latter).
pub(super) fn table_and_children(catalog: &mut Catalog, table: TableId) {
    for member in catalog.family(table) {
        one_table(catalog, member);
    }
}

fn one_table(catalog: &mut Catalog, table: TableId) {
    let name = catalog.schema[table].name.clone();
    catalog.forget_relation(&name);
    catalog.draft_mut(table).dropped = true;
    // PostgreSQL drops the references to it (CASCADE); the others keep them dangling.
    if catalog.dialect() == Dialect::Postgres {
        for draft in &mut catalog.drafts {
            draft.references.retain(|r| r.parent != name);
        }
    }
    for at in 0..catalog.schema.sequences.len() {
        let id = SequenceId(at as u32);
        if catalog.schema[id].owned_by.is_some_and(|(owner, _)| owner == table) {
            drop_sequence(catalog, id);
        }
    }
}

fn drop_sequence(catalog: &mut Catalog, id: SequenceId) {
    let name = catalog.schema[id].name.clone();
    if catalog.dropped_sequences.insert(id) {
        catalog.forget_relation(&name);
    }
}

fn sequence(catalog: &mut Catalog, name: &Name) {
    if let Some(id) = catalog.sequence(name) {
        drop_sequence(catalog, id);
    }
}

fn user_type(catalog: &mut Catalog, name: &Name) {
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
    };
    catalog.forget_type(&full);
    // CASCADE drops the columns of the type; without it the server would have refused.
    for table in 0..catalog.drafts.len() {
        let table = TableId(table as u32);
        for column in catalog.draft(table).order.clone() {
            if mentions(&catalog.column_mut(table, column).ty, ty) {
                column_with_constraints(catalog, table, column);
            }
        }
    }
}

fn mentions(ty: &SqlType, user: UserType) -> bool {
    match ty {
        SqlType::Array { element } => mentions(element, user),
        other => *other == user.sql_type(),
    }
}

fn schema(catalog: &mut Catalog, name: &str) {
    for at in 0..catalog.schema.tables.len() {
        let id = TableId(at as u32);
        if catalog.schema[id].name.schema.as_deref() == Some(name) && !catalog.draft(id).dropped {
            one_table(catalog, id);
        }
    }
    for at in 0..catalog.schema.sequences.len() {
        let id = SequenceId(at as u32);
        if catalog.schema[id].name.schema.as_deref() == Some(name) {
            drop_sequence(catalog, id);
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

fn index(catalog: &mut Catalog, name: &Name) {
    if let Some(table) = catalog.index_table(name) {
        constraint(catalog, table, &name.name);
        catalog.forget_index(name);
    }
}

fn trigger(catalog: &mut Catalog, cursor: &mut Cursor<'_>) {
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

/// `DROP ...` inside `ALTER TABLE`; the cursor stands behind the word.
pub(super) fn action(catalog: &mut Catalog, target: Target, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let table = target.table;
    let mysql = catalog.dialect() == Dialect::MySql;
    if mysql && cursor.eat(&["PRIMARY", "KEY"]) {
        catalog.schema[table].primary_key = None;
        return Ok(());
    }
    if mysql
        && (cursor.eat(&["PARTITION"]) || cursor.eat(&["SYSTEM", "VERSIONING"]) || cursor.eat(&["PERIOD"]))
    {
        return Ok(());
    }
    let named = cursor.eat(&["CONSTRAINT"])
        || (mysql
            && (cursor.eat(&["FOREIGN", "KEY"]) || cursor.eat_any(&["INDEX", "KEY", "CHECK"]).is_some()));
    if named {
        cursor.eat_if_exists();
        let name = cursor.ident().ok_or("a constraint's name is expected")?;
        for member in target.tables(catalog) {
            constraint(catalog, member, &name);
        }
        return Ok(());
    }
    cursor.eat(&["COLUMN"]);
    let guarded = cursor.eat_if_exists();
    let (span, name) = (cursor.here(), cursor.ident().ok_or("a column's name is expected")?);
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

/// Removes a constraint, or a unique index, by name.
fn constraint(catalog: &mut Catalog, table: TableId, name: &str) {
    let insensitive = catalog.dialect() != Dialect::Postgres;
    let is = |other: &Option<String>| {
        other.as_deref().is_some_and(|o| if insensitive { o.eq_ignore_ascii_case(name) } else { o == name })
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
    if catalog.dialect() == Dialect::Postgres && (dropped_key || unique.is_some()) {
        references_without_key(catalog, table);
    }
}

/// Removes references to the table whose key is gone.
fn references_without_key(catalog: &mut Catalog, table: TableId) {
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

/// Removes a column and what stands on it. MySQL shortens keys instead of dropping them.
fn column_with_constraints(catalog: &mut Catalog, table: TableId, column: ColumnIdx) {
    let mysql = catalog.dialect() == Dialect::MySql;
    let name = catalog.column_mut(table, column).name.clone();
    let parent = catalog.schema[table].name.clone();
    catalog.draft_mut(table).order.retain(|c| *c != column);
    catalog.draft_mut(table).references.retain(|r| !r.columns.contains(&column));
    let t = &mut catalog.schema[table];
    if let Some(key) = &mut t.primary_key {
        if mysql && key.columns.len() > 1 {
            key.columns.retain(|c| *c != column);
        } else if key.columns.contains(&column) {
            t.primary_key = None;
        }
    }
    if mysql {
        for unique in &mut t.uniques {
            unique.parts.retain(|p| p.term != KeyTerm::Column(column));
        }
        t.uniques.retain(|u| !u.parts.is_empty());
    } else {
        t.uniques.retain(|u| !unique_reads(u, column));
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
            drop_sequence(catalog, id);
        }
    }
    if catalog.dialect() == Dialect::Postgres {
        for draft in &mut catalog.drafts {
            draft.references.retain(|r| r.parent != parent || !r.parent_columns.contains(&name));
        }
    }
}

fn unique_reads(unique: &UniqueKey, column: ColumnIdx) -> bool {
    let in_predicate = unique.predicate.as_ref().is_some_and(|p| p.columns().contains(&column));
    in_predicate || unique.parts.iter().any(|part| term_reads(&part.term, column))
}

fn term_reads(term: &KeyTerm, column: ColumnIdx) -> bool {
    match term {
        KeyTerm::Column(c) => *c == column,
        KeyTerm::Expr(e) => e.columns().contains(&column),
    }
}
