//! Adding columns and constraints to a table of the catalog.

use super::column_def::{ColumnDef, Place};
use super::constraint::{Body, Constraint, Part, References, Term};
use super::sequence;
use crate::Problem;
use crate::catalog::{Catalog, Reference};
use crate::expr::{self, Scope};
use crate::text::Cursor;
use seedbed_schema_model::{
    Check, Column, ColumnIdx, DefaultValue, Dialect, Exclusion, ExclusionElement, Expr, Generated, Key,
    KeyPart, KeyTerm, Literal, Numbering, SqlType, TableId, UniqueKey, UniqueOrigin,
};

/// Adds a column without its constraints, or merges it into an inherited one of the same name. Expressions wait for
/// [`column_expressions`], because they may name columns that come later.
pub(super) fn column(catalog: &mut Catalog, table: TableId, def: &ColumnDef<'_>) -> Option<ColumnIdx> {
    if catalog.draft(table).overfull {
        return None;
    }
    let index = match catalog.column(table, &def.column.name) {
        Some(index) => {
            merge(catalog.column_mut(table, index), &def.column, def.typed);
            index
        }
        None => catalog.push_column(table, def.column.clone())?,
    };
    place(catalog, table, index, def.place.as_ref());
    Some(index)
}

fn merge(into: &mut Column, from: &Column, typed: bool) {
    if typed {
        into.ty = from.ty.clone();
        into.declared_type.clone_from(&from.declared_type);
    }
    into.nullable &= from.nullable;
    into.span = from.span;
}

/// Moves a column to where `FIRST` or `AFTER` wants it.
pub(super) fn place(catalog: &mut Catalog, table: TableId, index: ColumnIdx, place: Option<&Place>) {
    let Some(place) = place else { return };
    let after = match place {
        Place::First => None,
        Place::After(name) => catalog.column(table, name),
    };
    let order = &mut catalog.draft_mut(table).order;
    order.retain(|c| *c != index);
    let at = match (place, after) {
        (Place::First, _) => 0,
        (_, Some(after)) => order.iter().position(|c| *c == after).map_or(order.len(), |i| i + 1),
        (_, None) => order.len(),
    };
    order.insert(at, index);
}

/// Reads a column's default, generation and numbering.
pub(super) fn column_expressions(
    catalog: &mut Catalog,
    table: TableId,
    index: ColumnIdx,
    def: &ColumnDef<'_>,
) {
    if let Some(default) = def.default {
        set_default(catalog, table, index, default);
    }
    if let Some((body, stored)) = def.generated {
        let owner = catalog.display(table);
        let expr = expr::read_or_keep(catalog, Scope::Table(table), body, &owner);
        let generated = Generated { expr, text: body.text().to_owned(), stored };
        catalog.column_mut(table, index).generated = Some(generated);
    }
    if def.serial {
        let sequence = Some(sequence::implicit(catalog, table, index, None));
        catalog.column_mut(table, index).numbering = Some(Numbering::Serial { sequence });
    }
    if let Some((always, options)) = def.identity {
        let sequence = Some(sequence::implicit(catalog, table, index, options));
        catalog.column_mut(table, index).numbering = Some(Numbering::Identity { always, sequence });
    }
}

/// `DEFAULT expression`; a `nextval` makes the column a numbered one.
pub(super) fn set_default(catalog: &mut Catalog, table: TableId, index: ColumnIdx, default: Cursor<'_>) {
    if let Some(sequence) = sequence::nextval(catalog, default) {
        let column = catalog.column_mut(table, index);
        column.numbering = Some(Numbering::Serial { sequence });
        column.default = None;
        return;
    }
    let owner = format!("{}.{}", catalog.display(table), catalog.column_mut(table, index).name);
    // PostgreSQL refuses columns in defaults; SQLite takes bare words for strings; MariaDB allows columns.
    let scope = if catalog.dialect() == Dialect::MySql { Scope::Table(table) } else { Scope::Constants };
    let expr = expr::read_or_keep(catalog, scope, default, &owner);
    let column = catalog.column_mut(table, index);
    if matches!(column.numbering, Some(Numbering::Serial { .. })) {
        column.numbering = None;
    }
    let is_null = matches!(&expr, Expr::Literal(Literal::Null));
    column.default = (!is_null).then(|| DefaultValue { expr, text: default.text().to_owned() });
}

/// Applies a constraint to one table.
pub(super) fn constraint(catalog: &mut Catalog, table: TableId, constraint: &Constraint<'_>) {
    match &constraint.body {
        Body::PrimaryKey(parts) => primary_key(catalog, table, constraint, parts),
        Body::Unique { parts, .. } => unique(catalog, table, constraint, parts),
        Body::Check(body) => check(catalog, table, constraint, *body),
        Body::ForeignKey { columns, references } => {
            foreign_key(catalog, table, constraint, columns, references)
        }
        Body::Exclude { method, elements, predicate } => {
            exclude(catalog, table, constraint, method, elements, *predicate);
        }
        Body::PlainIndex => {}
    }
}

fn primary_key(catalog: &mut Catalog, table: TableId, constraint: &Constraint<'_>, parts: &[Part<'_>]) {
    if let Some(index) = &constraint.using_index {
        return adopt_index(catalog, table, constraint, index, true);
    }
    if catalog.schema[table].primary_key.is_some() {
        return;
    }
    let names: Vec<String> = parts.iter().filter_map(column_name).collect();
    let Some(columns) = catalog.columns(table, &names, constraint.span) else { return };
    let lengths =
        parts.iter().zip(&columns).map(|(part, column)| prefix(catalog, table, *column, part.prefix));
    let prefix_lengths = lengths.collect::<Vec<_>>();
    let prefix_lengths = if prefix_lengths.iter().any(Option::is_some) { prefix_lengths } else { Vec::new() };
    let name = match catalog.dialect() {
        Dialect::MySql => Some("PRIMARY".to_owned()),
        _ => constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, "pkey")),
    };
    catalog.take_index_name(table, name.as_deref());
    let key = Key { name, columns: columns.clone(), prefix_lengths, span: constraint.span };
    catalog.schema[table].primary_key = Some(key);
    // SQLite's ordinary tables do not enforce it, <https://sqlite.org/lang_createtable.html#the_primary_key>.
    if catalog.dialect() != Dialect::Sqlite {
        for column in columns {
            catalog.column_mut(table, column).nullable = false;
        }
    }
}

/// A prefix as long as the column is none.
fn prefix(catalog: &Catalog, table: TableId, column: ColumnIdx, prefix: Option<u32>) -> Option<u32> {
    let whole = match catalog.schema[table].columns[column].ty {
        SqlType::Char { length }
        | SqlType::Varchar { length }
        | SqlType::Binary { length }
        | SqlType::Varbinary { length } => length,
        _ => None,
    };
    prefix.filter(|n| whole.is_none_or(|whole| *n < whole))
}

fn column_name(part: &Part<'_>) -> Option<String> {
    match &part.term {
        Term::Column(name) => Some(name.clone()),
        Term::Expr(_) => None,
    }
}

fn unique(catalog: &mut Catalog, table: TableId, constraint: &Constraint<'_>, parts: &[Part<'_>]) {
    let Body::Unique { nulls_distinct, predicate, origin, .. } = &constraint.body else { return };
    if let Some(index) = &constraint.using_index {
        return adopt_index(catalog, table, constraint, index, false);
    }
    let owner = catalog.display(table);
    let mut key_parts = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(part) = key_part(catalog, table, part, constraint) else { return };
        key_parts.push(part);
    }
    let predicate = predicate.map(|body| expr::read_or_keep(catalog, Scope::Table(table), body, &owner));
    let names: Vec<String> =
        parts.iter().map(|p| column_name(p).unwrap_or_else(|| "expr".to_owned())).collect();
    let label = if *origin == UniqueOrigin::Constraint { "key" } else { "idx" };
    let name = constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, label));
    catalog.take_index_name(table, name.as_deref());
    catalog.schema[table].uniques.push(UniqueKey {
        name,
        parts: key_parts,
        predicate,
        nulls_distinct: *nulls_distinct,
        deferrability: constraint.deferrability,
        origin: *origin,
        span: constraint.span,
    });
}

fn key_part(
    catalog: &mut Catalog,
    table: TableId,
    part: &Part<'_>,
    constraint: &Constraint<'_>,
) -> Option<KeyPart> {
    let term = match &part.term {
        Term::Column(name) => match catalog.column(table, name) {
            Some(column) => KeyTerm::Column(column),
            None => {
                catalog.columns(table, std::slice::from_ref(name), constraint.span)?;
                return None;
            }
        },
        Term::Expr(body) => {
            let owner = catalog.display(table);
            match expr::read_or_keep(catalog, Scope::Table(table), *body, &owner) {
                Expr::Column(column) => KeyTerm::Column(column),
                expr => KeyTerm::Expr(expr),
            }
        }
    };
    let prefix_length = match term {
        KeyTerm::Column(column) => prefix(catalog, table, column, part.prefix),
        KeyTerm::Expr(_) => None,
    };
    Some(KeyPart { term, prefix_length, collation: part.collation.clone() })
}

/// `ADD CONSTRAINT c UNIQUE USING INDEX i`.
fn adopt_index(
    catalog: &mut Catalog,
    table: TableId,
    constraint: &Constraint<'_>,
    index: &str,
    primary: bool,
) {
    let uniques = &mut catalog.schema[table].uniques;
    let Some(at) = uniques.iter().position(|u| u.name.as_deref() == Some(index)) else {
        catalog.problems.push(Problem::UnknownObject { name: index.to_owned(), span: constraint.span });
        return;
    };
    let name = constraint.name.clone().or_else(|| Some(index.to_owned()));
    if !primary {
        let unique = &mut uniques[at];
        unique.name.clone_from(&name);
        unique.origin = UniqueOrigin::Constraint;
        unique.deferrability = constraint.deferrability;
    } else if let Some(columns) = uniques[at].plain_columns() {
        uniques.remove(at);
        for column in &columns {
            catalog.column_mut(table, *column).nullable = false;
        }
        let key = Key { name: name.clone(), columns, prefix_lengths: Vec::new(), span: constraint.span };
        catalog.schema[table].primary_key = Some(key);
    }
    catalog.take_index_name(table, name.as_deref());
}

fn check(catalog: &mut Catalog, table: TableId, constraint: &Constraint<'_>, body: Cursor<'_>) {
    let owner = catalog.display(table);
    let expr = expr::read_or_keep(catalog, Scope::Table(table), body, &owner);
    if let Some(column) = json_column(catalog, table, &expr) {
        catalog.column_mut(table, column).ty = SqlType::Json { binary: false };
        return;
    }
    // MariaDB's CHECK in a column's definition has no name of its own.
    let nameless = constraint.of_column && catalog.dialect() == Dialect::MySql;
    let name = constraint.name.clone().or_else(|| {
        if nameless {
            return None;
        }
        let columns = expr.columns();
        let names: Vec<String> = match columns.as_slice() {
            [only] => vec![catalog.schema[table].columns[*only].name.clone()],
            _ => Vec::new(),
        };
        catalog.constraint_name(table, &names, "check")
    });
    // A child that already has the CHECK of its parent merges the two.
    if let Some(name) = &name
        && catalog.dialect() == Dialect::Postgres
        && catalog.schema[table].checks.iter().any(|c| c.name.as_ref() == Some(name))
    {
        return;
    }
    if constraint.no_inherit {
        catalog.draft_mut(table).no_inherit.extend(name.clone());
    }
    let text = body.text().to_owned();
    let check = Check { name, expr, text, enforced: constraint.enforced, span: constraint.span };
    catalog.schema[table].checks.push(check);
}

/// MariaDB's JSON is `LONGTEXT CHECK (json_valid(a))`, and its dumps write it so.
fn json_column(catalog: &Catalog, table: TableId, expr: &Expr) -> Option<ColumnIdx> {
    let Expr::Function { name, args } = expr else { return None };
    let [Expr::Column(column)] = args[..] else { return None };
    let is_long = catalog.schema[table].columns[column].declared_type.to_ascii_lowercase();
    let applies =
        catalog.dialect() == Dialect::MySql && name == "json_valid" && is_long.starts_with("longtext");
    applies.then_some(column)
}

fn foreign_key(
    catalog: &mut Catalog,
    table: TableId,
    constraint: &Constraint<'_>,
    names: &[String],
    references: &References,
) {
    if catalog.draft(table).ignores_references {
        return;
    }
    let Some(columns) = catalog.columns(table, names, constraint.span) else { return };
    if !references.columns.is_empty() && references.columns.len() != columns.len() {
        let child = catalog.display(table);
        let (span, columns, parent_columns) = (constraint.span, columns.len(), references.columns.len());
        catalog.problems.push(Problem::KeyArity { child, columns, parent_columns, span });
        return;
    }
    let name = constraint.name.clone().or_else(|| catalog.constraint_name(table, names, "fkey"));
    // PostgreSQL looks the parent up now, along the search path; the others only when rows come.
    let parent = match catalog.table(&references.parent) {
        Some(parent) => catalog.schema[parent].name.clone(),
        None => catalog.new_name(&references.parent),
    };
    catalog.draft_mut(table).references.push(Reference {
        name,
        columns,
        parent,
        parent_columns: references.columns.clone(),
        match_kind: references.match_kind,
        on_delete: references.on_delete,
        on_update: references.on_update,
        deferrability: constraint.deferrability,
        span: constraint.span,
    });
}

fn exclude(
    catalog: &mut Catalog,
    table: TableId,
    constraint: &Constraint<'_>,
    method: &str,
    elements: &[(Part<'_>, String)],
    predicate: Option<Cursor<'_>>,
) {
    let owner = catalog.display(table);
    let mut found = Vec::with_capacity(elements.len());
    for (part, operator) in elements {
        let Some(part) = key_part(catalog, table, part, constraint) else { return };
        found.push(ExclusionElement { term: part.term, operator: operator.clone() });
    }
    let predicate = predicate.map(|body| expr::read_or_keep(catalog, Scope::Table(table), body, &owner));
    let names: Vec<String> = elements.iter().filter_map(|(part, _)| column_name(part)).collect();
    let name = constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, "excl"));
    catalog.take_index_name(table, name.as_deref());
    let method = method.to_owned();
    let exclusion = Exclusion { name, method, elements: found, predicate, span: constraint.span };
    catalog.schema[table].exclusions.push(exclusion);
}

/// What SQLite makes of a primary key once the whole table is known: an alias of the rowid, and NOT NULL where it
/// means it.
pub(super) fn settle_sqlite_key(catalog: &mut Catalog, table: TableId, descending: &[ColumnIdx]) {
    let options = catalog.schema[table].options;
    let Some(key) = catalog.schema[table].primary_key.clone() else { return };
    if options.without_rowid || options.strict {
        for column in &key.columns {
            catalog.column_mut(table, *column).nullable = false;
        }
    }
    let [only] = key.columns[..] else { return };
    let column = catalog.column_mut(table, only);
    let is_integer = column.declared_type.eq_ignore_ascii_case("integer");
    if is_integer && !options.without_rowid && !descending.contains(&only) {
        column.nullable = false;
        column.ty = SqlType::BIGINT;
        column.numbering.get_or_insert(Numbering::RowId);
    }
}
