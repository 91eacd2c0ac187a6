//! Inheritance and partitions: what a child takes over from its parents.
//!
//! Columns are matched by name, and expressions renumbered by that. NOT NULL and CHECKs are inherited, keys and
//! references only by partitions (<https://www.postgresql.org/docs/current/ddl-inherit.html>,
//! <https://www.postgresql.org/docs/current/ddl-partitioning.html>).
//!
//! Children are found by the parents in their drafts, in the order in which they were made: a statement on a parent
//! then goes to all of them. Nothing is reported here; what a parent demands and the child cannot have is left out.

use super::derive;
use seedbed_ddl_catalog::{Expected, Named, SyntaxError, SystemCatalog};
use seedbed_schema_model::{Check, ColumnIdx, TableId};
use seedbed_sql_syntax::Cursor;

/// Makes `table` a child of `parents` and gives it their columns, ahead of its own.
pub(super) fn take_over(catalog: &mut SystemCatalog, table: TableId, parents: &[TableId]) {
    for parent in parents {
        catalog.draft_mut(table).parents.push(*parent);
        catalog.schema[table].inherits.push(*parent);
        columns(catalog, table, *parent);
    }
}

/// Adds the parent's columns; one that is there already becomes NOT NULL if the parent's is. Generated columns get
/// their expressions when all columns are there.
pub(super) fn columns(catalog: &mut SystemCatalog, table: TableId, parent: TableId) {
    for from in catalog.draft(parent).order.clone() {
        let mut column = catalog.schema[parent].columns[from].clone();
        // Identity and generation are not inherited, but partitions' columns are numbered through the parent.
        match catalog.column(table, &column.name) {
            Some(index) => catalog.column_mut(table, index).nullable &= column.nullable,
            None => {
                column.generated = None;
                catalog.push_column(table, column);
            }
        }
    }
    let map = column_map(catalog, parent, table);
    if map.len() < catalog.draft(parent).order.len() {
        return;
    }
    for (from, to) in &map {
        let mut generated = catalog.schema[parent].columns[*from].generated.clone();
        if let Some(generated) = &mut generated {
            generated.expr.renumber_columns(&|c| lookup(&map, c));
        }
        let column = catalog.column_mut(table, *to);
        if column.generated.is_none() {
            column.generated = generated;
        }
    }
}

/// Adds what the table's parents demand of their children: CHECKs, and for partitions keys and references.
pub(super) fn constraints_of_parents(catalog: &mut SystemCatalog, table: TableId) {
    for parent in catalog.draft(table).parents.clone() {
        checks(catalog, table, parent);
        if catalog.schema[table].partition_of.as_ref().is_some_and(|p| p.parent == parent) {
            keys(catalog, table, parent);
        }
    }
}

/// `ALTER TABLE table INHERIT parent`; the cursor stands behind the word. A parent that is not there is passed over.
pub(super) fn attach(
    catalog: &mut SystemCatalog,
    table: TableId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    if let Some(parent) = parent(catalog, cursor)? {
        catalog.draft_mut(table).parents.push(parent);
        catalog.schema[table].inherits.push(parent);
        constraints_of_parents(catalog, table);
    }
    Ok(())
}

/// `ALTER TABLE table NO INHERIT parent`: what was taken over stays.
pub(super) fn detach(
    catalog: &mut SystemCatalog,
    table: TableId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    if let Some(parent) = parent(catalog, cursor)? {
        catalog.draft_mut(table).parents.retain(|p| *p != parent);
        catalog.schema[table].inherits.retain(|p| *p != parent);
    }
    Ok(())
}

/// The table that is named next, if it is there.
fn parent(catalog: &SystemCatalog, cursor: &mut Cursor<'_>) -> Result<Option<TableId>, SyntaxError> {
    let name = cursor.name().ok_or(Expected::NameOf(Named::Table))?;
    Ok(catalog.table(&name))
}

/// The CHECKs that a child takes over: those without `NO INHERIT`, of whose name it has none yet.
fn checks(catalog: &mut SystemCatalog, table: TableId, parent: TableId) {
    let map = column_map(catalog, parent, table);
    let no_inherit = catalog.draft(parent).no_inherit.clone();
    for mut check in catalog.schema[parent].checks.clone() {
        let named = |c: &Check| c.name.is_some() && c.name == check.name;
        let left_out = check.name.as_ref().is_some_and(|n| no_inherit.contains(n));
        // A child without the column would have been refused.
        let complete = check.expr.columns().iter().all(|c| map.iter().any(|(from, _)| from == c));
        if left_out || !complete || catalog.schema[table].checks.iter().any(named) {
            continue;
        }
        check.expr.renumber_columns(&|c| lookup(&map, c));
        catalog.schema[table].checks.push(check);
    }
}

/// The keys and references that a partitioned table's partitions share. A reference that the partition has already is
/// not added again.
pub(super) fn keys(catalog: &mut SystemCatalog, table: TableId, parent: TableId) {
    let map = column_map(catalog, parent, table);
    if map.len() < catalog.draft(parent).order.len() {
        return;
    }
    derive::indexes(catalog, parent, table, &|c| lookup(&map, c));
    for mut reference in catalog.draft(parent).references.clone() {
        reference.columns = reference.columns.iter().map(|c| lookup(&map, *c)).collect();
        let there = catalog.draft(table).references.iter().any(|r| {
            r.columns == reference.columns
                && r.parent == reference.parent
                && r.parent_columns == reference.parent_columns
        });
        if !there {
            catalog.draft_mut(table).references.push(reference);
        }
    }
}

/// Where each live column of `from` is in `to`, by name; those that are missing there are left out.
pub(super) fn column_map(catalog: &SystemCatalog, from: TableId, to: TableId) -> Vec<(ColumnIdx, ColumnIdx)> {
    let order = &catalog.draft(from).order;
    let place = |c: ColumnIdx| catalog.column(to, &catalog.schema[from].columns[c].name);
    order.iter().filter_map(|c| Some((*c, place(*c)?))).collect()
}

/// Where a column is in the child; a column that is not on the map stays what it is.
pub(super) fn lookup(map: &[(ColumnIdx, ColumnIdx)], column: ColumnIdx) -> ColumnIdx {
    map.iter().find(|(from, _)| *from == column).map_or(column, |(_, to)| *to)
}
