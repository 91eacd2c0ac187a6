//! Renumbering columns and types inside expressions.

use seedbed_schema_model::{Column, ColumnIdx, Expr, KeyTerm, SqlType, UniqueKey};

/// The direct sub-expressions, in order of writing.
pub(crate) fn children_mut(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Unary { operand, .. }
        | Expr::IsNull { operand, .. }
        | Expr::IsTruth { operand, .. }
        | Expr::Extract { operand, .. }
        | Expr::Cast { operand, .. }
        | Expr::Collate { operand, .. } => vec![operand],
        Expr::Binary { left, right, .. } | Expr::IsDistinct { left, right, .. } => vec![left, right],
        Expr::InList { operand, list, .. } => std::iter::once(&mut **operand).chain(list).collect(),
        Expr::Between { operand, low, high, .. } => vec![operand, low, high],
        Expr::Like { operand, pattern, .. } => vec![operand, pattern],
        Expr::Case { operand, branches, otherwise } => operand
            .as_deref_mut()
            .into_iter()
            .chain(branches.iter_mut().flat_map(|(when, then)| [when, then]))
            .chain(otherwise.as_deref_mut())
            .collect(),
        Expr::Function { args: list, .. }
        | Expr::UserFunction { args: list, .. }
        | Expr::Array(list)
        | Expr::Row(list) => list.iter_mut().collect(),
        Expr::Quantified { left, array, .. } => vec![left, array],
        Expr::Subscript { operand, index } => vec![operand, index],
        _ => Vec::new(),
    }
}

/// Calls `visit` on the expression and everything below it.
pub(crate) fn walk_mut(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    for child in children_mut(expr) {
        walk_mut(child, visit);
    }
}

/// Renumbers the columns that an expression reads.
pub(crate) fn expr(expr: &mut Expr, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    walk_mut(expr, &mut |e| {
        if let Expr::Column(column) = e {
            *column = map(*column);
        }
    });
}

/// Renumbers the columns in a key.
pub(crate) fn unique(key: &mut UniqueKey, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    key.parts.iter_mut().for_each(|part| term(&mut part.term, map));
    if let Some(predicate) = &mut key.predicate {
        expr(predicate, map);
    }
}

/// Renumbers the columns in a part of a key.
pub(crate) fn term(term: &mut KeyTerm, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    match term {
        KeyTerm::Column(column) => *column = map(*column),
        KeyTerm::Expr(e) => expr(e, map),
    }
}

/// Renumbers the columns in a column's expressions.
pub(crate) fn column(column: &mut Column, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
    if let Some(default) = &mut column.default {
        expr(&mut default.expr, map);
    }
    if let Some(generated) = &mut column.generated {
        expr(&mut generated.expr, map);
    }
}

/// Changes every type named in an expression.
pub(crate) fn types(expr: &mut Expr, change: &dyn Fn(&mut SqlType)) {
    walk_mut(expr, &mut |e| {
        if let Expr::Cast { target, .. } = e {
            change(target);
        }
    });
}
