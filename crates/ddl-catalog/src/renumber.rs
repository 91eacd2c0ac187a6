//! New numbers for the columns that keys and columns name.
//!
//! Needed wherever columns come to stand in another table or order: copies of a table, children of a parent, the end of
//! the script. A map gives each old number its new one.

use seedbed_schema_model::{Column, ColumnIdx, KeyTerm, UniqueKey};

/// Renumbers the columns in a key.
pub fn unique(key: &mut UniqueKey, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    key.parts.iter_mut().for_each(|part| term(&mut part.term, map));
    if let Some(predicate) = &mut key.predicate {
        predicate.renumber_columns(map);
    }
}

/// Renumbers the columns in a part of a key.
pub fn term(term: &mut KeyTerm, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    match term {
        KeyTerm::Column(column) => *column = map(*column),
        KeyTerm::Expr(e) => e.renumber_columns(map),
    }
}

/// Renumbers the columns in a column's expressions.
pub fn column(column: &mut Column, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    if let Some(default) = &mut column.default {
        default.expr.renumber_columns(map);
    }
    if let Some(generated) = &mut column.generated {
        generated.expr.renumber_columns(map);
    }
}
