//! Adding constraints to a table of the catalog, and to the children that share them.
//!
//! CHECKs go to all children unless `NO INHERIT` is written; keys and references go to partitions only
//! (<https://www.postgresql.org/docs/current/ddl-inherit.html>, Caveats). Nameless ones get the name that the server
//! would give, as later statements may drop them by it. Keys have a file of their own, `add_key`.
//!
//! A reference is kept with its parent's name and becomes a foreign key when the script ends, as MySQL (with
//! `foreign_key_checks = 0`) and SQLite take it before its parent exists. Where the storage engine ignores references,
//! none is kept. MariaDB's `longtext CHECK (json_valid(a))` makes `a` a JSON column and no CHECK.
//!
//! Reported are columns that the table has not, references whose two lists differ in length, and expressions that are
//! not understood; such a constraint is left out, except that an expression stays as text.

use super::add_key::{column_name, key_part, primary_key, unique};
use super::alter_target::AlterTarget;
use super::constraint::{ConstraintClause, ConstraintForm};
use super::index_element::IndexElement;
use super::period::{is_without_overlaps, key_without_overlaps, period};
use super::references::References;
use seedbed_ddl_catalog::{NamedReference, Problem, SystemCatalog};
use seedbed_schema_model::{Check, ColumnIdx, Exclusion, ExclusionElement, Expr, SqlType, TableId};
use seedbed_sql_syntax::{ConstraintNames, Cursor, InheritedChecks, JsonColumns, Scope};

/// Adds a constraint to the table and to the children that share it: CHECKs go to all, keys and references to
/// partitions.
///
/// A child's CHECK or reference has the name of its parent's, also where the server gave it; an index needs a name of
/// its own.
pub(super) fn add_constraint(
    catalog: &mut SystemCatalog,
    target: AlterTarget,
    constraint: &ConstraintClause<'_>,
) {
    let tables = target.tables(catalog);
    let mut constraint = constraint.clone();
    for table in tables {
        let child = table != target.table;
        let is_partition = catalog.schema[table].partition_of.is_some();
        let shared = match constraint.body {
            ConstraintForm::Check(_) => !constraint.no_inherit,
            _ => is_partition,
        };
        if child && !shared {
            continue;
        }
        constrain(catalog, table, &constraint);
        // References and CHECKs keep the parent's name; each index needs its own.
        let keeps = matches!(constraint.body, ConstraintForm::Check(_) | ConstraintForm::ForeignKey { .. });
        if !child && !keeps {
            constraint.name = None;
        } else if !child && constraint.name.is_none() {
            constraint.name = last_name(catalog, table, &constraint.body);
        }
    }
}

/// The name that the server just gave to a nameless constraint.
fn last_name(catalog: &SystemCatalog, table: TableId, body: &ConstraintForm<'_>) -> Option<String> {
    match body {
        ConstraintForm::Check(_) => catalog.schema[table].checks.last().and_then(|c| c.name.clone()),
        _ => catalog.draft(table).references.last().and_then(|r| r.name.clone()),
    }
}

/// Applies a constraint to one table. An index that constrains nothing adds nothing.
pub(super) fn constrain(catalog: &mut SystemCatalog, table: TableId, constraint: &ConstraintClause<'_>) {
    match &constraint.body {
        ConstraintForm::PrimaryKey(parts) if is_without_overlaps(parts) => {
            key_without_overlaps(catalog, table, constraint, parts, true);
        }
        ConstraintForm::Unique { parts, .. } if is_without_overlaps(parts) => {
            key_without_overlaps(catalog, table, constraint, parts, false);
        }
        ConstraintForm::Period { name, ends } => period(catalog, table, constraint, name, ends),
        ConstraintForm::PrimaryKey(parts) => primary_key(catalog, table, constraint, parts),
        ConstraintForm::Unique { parts, .. } => unique(catalog, table, constraint, parts),
        ConstraintForm::Check(body) => check(catalog, table, constraint, *body),
        ConstraintForm::ForeignKey { columns, references } => {
            foreign_key(catalog, table, constraint, columns, references)
        }
        ConstraintForm::Exclude { method, elements, predicate } => {
            exclude(catalog, table, constraint, method, elements, *predicate);
        }
        ConstraintForm::PlainIndex => {}
    }
}

/// Adds a CHECK, under a name of its own if it has none. Where the server merges a child's CHECK with that of its
/// parent, a second one of the same name is left out.
fn check(catalog: &mut SystemCatalog, table: TableId, constraint: &ConstraintClause<'_>, body: Cursor<'_>) {
    let owner = catalog.display(table);
    let expr = catalog.read_or_keep(Scope::Table(table), body, &owner);
    if let Some(column) = json_column(catalog, table, &expr) {
        catalog.column_mut(table, column).ty = SqlType::Json { binary: false };
        return;
    }
    let syntax = catalog.syntax();
    // MariaDB's CHECK in a column's definition has no name of its own.
    let nameless = constraint.of_column && syntax.names.constraints == ConstraintNames::OfTable;
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
        && syntax.tables.inherited_checks == InheritedChecks::Merged
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

/// The column of a CHECK by which MariaDB says that it is JSON: `LONGTEXT CHECK (json_valid(a))`, as its dumps write it
/// (<https://mariadb.com/kb/en/json-data-type/>).
fn json_column(catalog: &SystemCatalog, table: TableId, expr: &Expr) -> Option<ColumnIdx> {
    let Expr::Function { name, args } = expr else { return None };
    let [Expr::Column(column)] = args[..] else { return None };
    let is_long = catalog.schema[table].columns[column].declared_type.to_ascii_lowercase();
    let checked = catalog.syntax().tables.columns.json == JsonColumns::CheckedLongtext;
    let applies = checked && name == "json_valid" && is_long.starts_with("longtext");
    applies.then_some(column)
}

/// Keeps a reference until all tables are known. Its parent is the table that the name means now, or the name that it
/// would be made under.
fn foreign_key(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
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
    catalog.draft_mut(table).references.push(NamedReference {
        name,
        columns,
        parent,
        parent_columns: references.columns.clone(),
        match_kind: references.match_kind,
        of_period: references.of_period,
        on_delete: references.on_delete,
        on_update: references.on_update,
        deferrability: constraint.deferrability,
        span: constraint.span,
    });
}

/// Adds an exclusion constraint, whose index takes its name
/// (<https://www.postgresql.org/docs/current/sql-createtable.html>, `EXCLUDE`).
fn exclude(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
    method: &str,
    elements: &[(IndexElement<'_>, String)],
    predicate: Option<Cursor<'_>>,
) {
    let owner = catalog.display(table);
    let mut found = Vec::with_capacity(elements.len());
    for (part, operator) in elements {
        let Some(part) = key_part(catalog, table, part, constraint) else { return };
        found.push(ExclusionElement { term: part.term, operator: operator.clone() });
    }
    let predicate = predicate.map(|body| catalog.read_or_keep(Scope::Table(table), body, &owner));
    let names: Vec<String> = elements.iter().filter_map(|(part, _)| column_name(part)).collect();
    let name = constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, "excl"));
    catalog.take_index_name(table, name.as_deref());
    let method = method.to_owned();
    let exclusion = Exclusion { name, method, elements: found, predicate, span: constraint.span };
    catalog.schema[table].exclusions.push(exclusion);
}
