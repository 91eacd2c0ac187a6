//! Tables made from other tables: `LIKE`, and `AS SELECT` where the columns can be told.
//!
//! - `LIKE` copies names, types, NOT NULL and collations; what else is copied, `INCLUDING` says
//!   (<https://www.postgresql.org/docs/current/sql-createtable.html>, `LIKE source_table`). MySQL's copies all but
//!   references.
//! - A query's columns have names and types, and in MySQL NOT NULL and defaults
//!   (<https://dev.mysql.com/doc/refman/8.4/en/create-table-select.html>).
//!
//! Columns get new numbers in the copy, and expressions are renumbered by them. Copied keys get names of their own, as
//! the server names them. Reported are a table that is not there, and a query whose columns are not told by its text.

use super::including::Including;
use super::{query, sequence};
use seedbed_ddl_catalog::{Problem, SystemCatalog, renumber};
use seedbed_schema_model::{Column, ColumnIdx, Key, KeyTerm, Numbering, TableId, UniqueKey};
use seedbed_sql_syntax::{Cursor, IndexNames, Name};

/// Copies the columns of the table called `name` to the end of `table`, and what `including` says.
pub(super) fn like(catalog: &mut SystemCatalog, table: TableId, name: &Name, including: Including) {
    let Some(source) = catalog.table(name) else {
        let missing = name.name.clone();
        catalog.problems.push(Problem::UnknownObject { name: missing, span: name.span });
        return;
    };
    let inherited = catalog.draft(table).order.clone();
    let places = columns(catalog, source, table, |column| including.column(column));
    if places.len() < catalog.draft(source).order.len() {
        return;
    }
    let map =
        |column: ColumnIdx| places.iter().find(|(from, _)| *from == column).map_or(column, |(_, to)| *to);
    for index in places.iter().map(|(_, to)| *to).filter(|to| !inherited.contains(to)) {
        renumber::column(catalog.column_mut(table, index), &map);
    }
    if including.identity {
        fresh_identities(catalog, table, &places);
    }
    if including.checks {
        for mut check in catalog.schema[source].checks.clone() {
            check.expr.renumber_columns(&map);
            catalog.schema[table].checks.push(check);
        }
    }
    if including.indexes {
        indexes(catalog, source, table, &map);
    }
    let from = catalog.draft(source).clone();
    let draft = catalog.draft_mut(table);
    draft.charset = draft.charset.take().or(from.charset);
    draft.collation = draft.collation.take().or(from.collation);
}

/// Copies the live columns of `source`, each as `change` makes it, and returns where each went: pairs of old and new
/// number. Shorter than the source's columns when the table is full. One that the table has from a parent is merged with
/// it, as any column of its own would be.
fn columns(
    catalog: &mut SystemCatalog,
    source: TableId,
    table: TableId,
    change: impl Fn(&Column) -> Column,
) -> Vec<(ColumnIdx, ColumnIdx)> {
    let mut places = Vec::new();
    let has_parents = !catalog.draft(table).parents.is_empty();
    for from in catalog.draft(source).order.clone() {
        let column = change(&catalog.schema[source].columns[from]);
        let inherited = catalog.column(table, &column.name).filter(|_| has_parents);
        let to = match inherited {
            Some(to) => {
                let merged = catalog.column_mut(table, to);
                merged.nullable &= column.nullable;
                merged.default = column.default.or(merged.default.take());
                Some(to)
            }
            None => catalog.push_column(table, column),
        };
        places.extend(to.map(|to| (from, to)));
    }
    places
}

/// Identity columns get a sequence of their own.
fn fresh_identities(catalog: &mut SystemCatalog, table: TableId, places: &[(ColumnIdx, ColumnIdx)]) {
    for (_, to) in places {
        if let Some(Numbering::Identity { always, .. }) = catalog.column_mut(table, *to).numbering {
            let sequence = Some(sequence::implicit(catalog, table, *to, None));
            catalog.column_mut(table, *to).numbering = Some(Numbering::Identity { always, sequence });
        }
    }
}

/// Copies primary key, unique keys and exclusion constraints under names of their own; `map` gives the columns' numbers
/// in `table`. A primary key stays out where there is one, a unique key where there is the same.
pub(super) fn indexes(
    catalog: &mut SystemCatalog,
    source: TableId,
    table: TableId,
    map: &dyn Fn(ColumnIdx) -> ColumnIdx,
) {
    let (primary, uniques) =
        (catalog.schema[source].primary_key.clone(), catalog.schema[source].uniques.clone());
    let keep_names = catalog.syntax().names.indexes == IndexNames::OfTable;
    if let Some(mut key) = primary.filter(|_| catalog.schema[table].primary_key.is_none()) {
        key.columns = key.columns.into_iter().map(map).collect();
        if !keep_names {
            key.name = catalog.constraint_name(table, &[], "pkey");
        }
        catalog.take_index_name(table, key.name.as_deref());
        for column in &key.columns {
            catalog.column_mut(table, *column).nullable = false;
        }
        catalog.schema[table].primary_key = Some(Key { ..key });
    }
    for mut exclusion in catalog.schema[source].exclusions.clone() {
        exclusion.elements.iter_mut().for_each(|element| renumber::term(&mut element.term, map));
        if let Some(predicate) = &mut exclusion.predicate {
            predicate.renumber_columns(map);
        }
        exclusion.name = catalog.constraint_name(table, &[], "excl");
        catalog.take_index_name(table, exclusion.name.as_deref());
        catalog.schema[table].exclusions.push(exclusion);
    }
    for mut unique in uniques {
        renumber::unique(&mut unique, map);
        if same_unique(catalog, table, &unique) {
            continue;
        }
        if !keep_names {
            let names = part_names(catalog, table, &unique);
            unique.name = catalog.constraint_name(table, &names, "key");
        }
        catalog.take_index_name(table, unique.name.as_deref());
        catalog.schema[table].uniques.push(unique);
    }
}

/// Whether the table has a unique key over the same parts and rows.
fn same_unique(catalog: &SystemCatalog, table: TableId, unique: &UniqueKey) -> bool {
    catalog.schema[table].uniques.iter().any(|u| u.parts == unique.parts && u.predicate == unique.predicate)
}

/// The names that a key's name is made of: its columns, and `expr` for an expression.
fn part_names(catalog: &SystemCatalog, table: TableId, unique: &UniqueKey) -> Vec<String> {
    let name = |term: &KeyTerm| match term {
        KeyTerm::Column(c) => catalog.schema[table].columns[*c].name.clone(),
        KeyTerm::Expr(_) => "expr".to_owned(),
    };
    unique.parts.iter().map(|part| name(&part.term)).collect()
}

/// `AS SELECT ...`: the columns of the query, when its text tells them. Otherwise it is a problem.
pub(super) fn from_query(catalog: &mut SystemCatalog, table: TableId, mut query: Cursor<'_>) {
    if query.eat(&["EXECUTE"]) {
        query.skip(query.len());
    }
    let found = query::columns(catalog, query);
    let Some(found) = found.filter(|columns| !columns.is_empty()) else {
        if !catalog.draft(table).temporary {
            let name = catalog.display(table);
            catalog.problems.push(Problem::ColumnsFromQuery { table: name, span: query.span() });
        }
        return;
    };
    for mut column in found {
        column.span = query.span();
        if catalog.column(table, &column.name).is_none() {
            catalog.push_column(table, column);
        }
    }
}
