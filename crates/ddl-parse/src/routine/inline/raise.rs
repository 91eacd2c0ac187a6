//! Where a body raises an error.

use seedbed_schema_model::{BinaryOp, Expr, SqlType, Unreadable};

const RAISES: &str = "the function raises an error there";

/// What stands in a body's expression where the function raises an error.
pub(super) fn raised() -> Expr {
    Expr::Unreadable(Unreadable { text: "RAISE".to_owned(), reason: RAISES.to_owned() })
}

pub(super) fn is_raised(expr: &Expr) -> bool {
    matches!(expr, Expr::Unreadable(part) if part.reason == RAISES)
}

pub(super) fn raises(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= is_raised(e));
    found
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
