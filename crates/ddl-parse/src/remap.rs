//! Renumbering columns and types inside expressions.

use seedbed_schema_model::{Column, ColumnIdx, Expr, KeyTerm, SqlType, UniqueKey};

/// Calls `visit` on the expression and everything below it.
pub(crate) fn walk_mut(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    match expr {
        Expr::Unary { operand, .. }
        | Expr::IsNull { operand, .. }
        | Expr::IsTruth { operand, .. }
        | Expr::Extract { operand, .. }
        | Expr::Cast { operand, .. }
        | Expr::Collate { operand, .. } => walk_mut(operand, visit),
        Expr::Binary { left, right, .. } | Expr::IsDistinct { left, right, .. } => {
            walk_mut(left, visit);
            walk_mut(right, visit);
        }
        Expr::InList { operand, list, .. } => {
            walk_mut(operand, visit);
            list.iter_mut().for_each(|e| walk_mut(e, visit));
        }
        Expr::Between { operand, low, high, .. } => {
            [operand, low, high].into_iter().for_each(|e| walk_mut(e, visit))
        }
        Expr::Like { operand, pattern, .. } => {
            walk_mut(operand, visit);
            walk_mut(pattern, visit);
        }
        Expr::Case { operand, branches, otherwise } => {
            operand.iter_mut().for_each(|e| walk_mut(e, visit));
            for (when, then) in branches {
                walk_mut(when, visit);
                walk_mut(then, visit);
            }
            otherwise.iter_mut().for_each(|e| walk_mut(e, visit));
        }
        Expr::Function { args: list, .. }
        | Expr::UserFunction { args: list, .. }
        | Expr::Array(list)
        | Expr::Row(list) => {
            list.iter_mut().for_each(|e| walk_mut(e, visit));
        }
        Expr::Quantified { left, array, .. } => {
            walk_mut(left, visit);
            walk_mut(array, visit);
        }
        Expr::Subscript { operand, index } => {
            walk_mut(operand, visit);
            walk_mut(index, visit);
        }
        _ => {}
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
