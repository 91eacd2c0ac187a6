//! The columns and constraints in the brackets of `CREATE TABLE`.
//!
//! Columns enter the table one after the other; their expressions are read when the last one is there. Constraints are
//! handed back, as those of a table made from a query or a parent need further columns.
//!
//! A comma too many, an element that is not understood and a column written twice are problems of their own; the rest
//! of the table is read.

use super::column::ColumnDef;
use super::constraint::ConstraintClause;
use super::including::Including;
use super::{add_column, column_def, derive, table_constraint};
use seedbed_ddl_catalog::{Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_syntax::{Cursor, LikeClause};

/// Columns and constraints in the brackets. Constraints that need all columns are put into `later`, the columns of an
/// `INTEGER PRIMARY KEY DESC` into `descending`.
pub(super) fn elements<'a>(
    catalog: &mut SystemCatalog,
    table: TableId,
    body: Cursor<'a>,
    later: &mut Vec<ConstraintClause<'a>>,
    descending: &mut Vec<ColumnIdx>,
) {
    let mut columns: Vec<(ColumnIdx, ColumnDef<'a>)> = Vec::new();
    for span in body.empty_parts() {
        let (owner, reason) = (catalog.display(table), SyntaxError::StrayComma);
        catalog.problems.push(Problem::UnreadablePart { owner, reason, span });
    }
    for mut element in body.split_commas() {
        while !element.is_empty() {
            let before = element.len();
            one_element(catalog, table, &mut element, later, &mut columns);
            if element.len() == before {
                let owner = catalog.display(table);
                let reason = SyntaxError::NotExpected { found: element.found() };
                catalog.problems.push(Problem::UnreadablePart { owner, reason, span: element.span() });
                break;
            }
        }
    }
    for (index, def) in &columns {
        add_column::column_expressions(catalog, table, *index, def);
        if def.descending_key {
            descending.push(*index);
        }
    }
}

/// One element between commas: PostgreSQL's `LIKE`, a constraint or a column. Moves the cursor behind what it read.
fn one_element<'a>(
    catalog: &mut SystemCatalog,
    table: TableId,
    element: &mut Cursor<'a>,
    later: &mut Vec<ConstraintClause<'a>>,
    columns: &mut Vec<(ColumnIdx, ColumnDef<'a>)>,
) {
    let start = *element;
    let like = element.syntax().tables.like == LikeClause::AmongColumns;
    if like && element.is_word(0, "LIKE") && !is_type_next(element) {
        element.skip(1);
        if let Some(name) = element.name() {
            let including = Including::read(element);
            derive::like(catalog, table, &name, including);
        }
        return;
    }
    if table_constraint::at_table_constraint(element) {
        match table_constraint::read(element) {
            Some(constraint) => later.push(constraint),
            None => {
                let owner = catalog.display(table);
                let reason = SyntaxError::NotExpectedInConstraint { found: element.found() };
                catalog.problems.push(Problem::UnreadablePart { owner, reason, span: start.span() });
                element.skip(element.len());
            }
        }
        return;
    }
    let owner = catalog.display(table);
    let Some(def) = column_def::read(catalog, element, &owner) else { return };
    let known = catalog.column(table, &def.column.name);
    if columns.iter().any(|(index, _)| Some(*index) == known) {
        let name = format!("{owner}.{}", def.column.name);
        catalog.problems.push(Problem::Duplicate { name, span: def.column.span });
        return;
    }
    later.extend(def.constraints.iter().cloned());
    if let Some(index) = add_column::column(catalog, table, &def) {
        columns.push((index, def));
    }
}

/// Whether `LIKE` is a column's name here: a type is all that follows.
fn is_type_next(element: &Cursor<'_>) -> bool {
    element.len() == 2 && ["text", "integer", "int", "boolean"].iter().any(|ty| element.is_word(1, ty))
}
