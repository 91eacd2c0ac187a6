//! Where a body raises an error.
//!
//! A mark in the tree stands for the error, until it is known whether it refuses a row (in a CHECK it does) or would have
//! to be raised.

use seedbed_schema_model::{BinaryOp, Expr, SqlType, Unreadable};

/// The reason by which the mark of an error is known.
const RAISES: &str = "the function raises an error there";

/// What stands in a body's expression where the function raises an error.
pub(super) fn raised() -> Expr {
    Expr::Unreadable(Unreadable { text: "RAISE".to_owned(), reason: RAISES.to_owned() })
}

/// Whether it is the mark of an error.
pub(super) fn is_raised(expr: &Expr) -> bool {
    matches!(expr, Expr::Unreadable(part) if part.reason == RAISES)
}

/// Whether an error is raised anywhere in it.
pub(super) fn raises(expr: &Expr) -> bool {
    expr.any(&is_raised)
}

/// The parts of a condition that refuse the row on their own: where one of them is false, or raises an error, the row is
/// refused whatever the rest says.
pub(super) fn deciding_parts(condition: &mut Expr) -> Vec<&mut Expr> {
    match condition {
        Expr::Binary { op: BinaryOp::And, left, right } => vec![left, right],
        Expr::Case { branches, otherwise, .. } => {
            branches.iter_mut().map(|(_, then)| then).chain(otherwise.as_deref_mut()).collect()
        }
        Expr::Cast { operand, target: SqlType::Boolean } => vec![operand],
        _ => Vec::new(),
    }
}
