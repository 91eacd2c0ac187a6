//! Adding columns to a table of the catalog.
//!
//! A column goes in without its expressions first ([`column`]), because `DEFAULT` and `GENERATED` may name columns that
//! come later; [`column_expressions`] then reads them. In between, all columns of a `CREATE TABLE` are there to be
//! named.
//!
//! A column of the same name as an inherited one is merged with it, as PostgreSQL does
//! (<https://www.postgresql.org/docs/current/ddl-inherit.html>). MySQL's `FIRST` and `AFTER` move a column in the
//! draft's order alone: its number stays, so that expressions that were read before go on naming the same columns.
//!
//! An expression that is not understood is kept as text and reported as unreadable. A table of more columns than any
//! server takes is reported once, and gets no more of them.

use super::column::{ColumnDef, ColumnPosition};
use super::sequence;
use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::{Column, ColumnIdx, DefaultValue, Expr, Generated, Literal, Numbering, TableId};
use seedbed_sql_syntax::{Cursor, DefaultScope, Scope};

/// Adds a column without its constraints, or merges it into an inherited one of the same name. Expressions wait for
/// [`column_expressions`], because they may name columns that come later.
///
/// `None` when the table has as many columns as are kept.
pub(super) fn column(catalog: &mut SystemCatalog, table: TableId, def: &ColumnDef<'_>) -> Option<ColumnIdx> {
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

/// Merges a column into an inherited one of the same name: the child's type if it wrote one, NOT NULL if either says
/// so.
fn merge(into: &mut Column, from: &Column, typed: bool) {
    if typed {
        into.ty = from.ty.clone();
        into.declared_type.clone_from(&from.declared_type);
    }
    into.nullable &= from.nullable;
    into.span = from.span;
}

/// Moves a column to where `FIRST` or `AFTER` wants it; behind all others where the column after `AFTER` is not there.
pub(super) fn place(
    catalog: &mut SystemCatalog,
    table: TableId,
    index: ColumnIdx,
    place: Option<&ColumnPosition>,
) {
    let Some(place) = place else { return };
    let after = match place {
        ColumnPosition::First => None,
        ColumnPosition::After(name) => catalog.column(table, name),
    };
    let order = &mut catalog.draft_mut(table).order;
    order.retain(|c| *c != index);
    let at = match (place, after) {
        (ColumnPosition::First, _) => 0,
        (_, Some(after)) => order.iter().position(|c| *c == after).map_or(order.len(), |i| i + 1),
        (_, None) => order.len(),
    };
    order.insert(at, index);
}

/// Reads a column's default and generation, and makes the sequence of a `serial` or identity column.
pub(super) fn column_expressions(
    catalog: &mut SystemCatalog,
    table: TableId,
    index: ColumnIdx,
    def: &ColumnDef<'_>,
) {
    if let Some(default) = def.default {
        set_default(catalog, table, index, default);
    }
    if let Some((body, stored)) = def.generated {
        let owner = catalog.display(table);
        let expr = catalog.read_or_keep(Scope::Table(table), body, &owner);
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

/// `DEFAULT expression`, also behind `ALTER COLUMN ... SET`.
///
/// A `nextval(...)` makes the column a numbered one and leaves no default; any other expression takes such a numbering
/// away. `DEFAULT NULL` is the same as no default. In MySQL and MariaDB the expression may name other columns;
/// elsewhere they would be refused.
pub(super) fn set_default(
    catalog: &mut SystemCatalog,
    table: TableId,
    index: ColumnIdx,
    default: Cursor<'_>,
) {
    if let Some(sequence) = catalog.nextval(default) {
        let column = catalog.column_mut(table, index);
        column.numbering = Some(Numbering::Serial { sequence });
        column.default = None;
        return;
    }
    let owner = format!("{}.{}", catalog.display(table), catalog.column_mut(table, index).name);
    let scope = match catalog.syntax().tables.columns.default_scope {
        DefaultScope::Constants => Scope::Constants,
        DefaultScope::Columns => Scope::Table(table),
    };
    let expr = catalog.read_or_keep(scope, default, &owner);
    let column = catalog.column_mut(table, index);
    if matches!(column.numbering, Some(Numbering::Serial { .. })) {
        column.numbering = None;
    }
    let is_null = matches!(&expr, Expr::Literal(Literal::Null));
    column.default = (!is_null).then(|| DefaultValue { expr, text: default.text().to_owned() });
}
