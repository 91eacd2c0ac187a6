//! References of a table to itself, and the CHECKs that keep a row from naming itself.

use crate::{BinaryOp, ColumnIdx, Expr, ForeignKey, Table, UnaryOp};

impl Table {
    /// Whether a CHECK keeps every row from referring to itself by a reference of the table to itself, as
    /// `CHECK (contact <> id)` does. Other ways to say it are not seen.
    pub fn refers_to_others_only(&self, fk: &ForeignKey) -> bool {
        let enforced = || self.checks.iter().filter(|check| check.enforced);
        let mut pairs = fk.columns.iter().zip(&fk.parent_columns).filter(|(own, theirs)| own != theirs);
        pairs.any(|(own, theirs)| enforced().any(|check| differ(&check.expr, *own, *theirs)))
    }
}

/// Whether a condition is false of every row in which both columns hold the same, and neither is NULL.
fn differ(condition: &Expr, a: ColumnIdx, b: ColumnIdx) -> bool {
    match condition {
        Expr::Binary { op: BinaryOp::NotEq, left, right }
        | Expr::IsDistinct { left, right, negated: false } => are_both(left, right, a, b),
        Expr::Binary { op: BinaryOp::And, left, right } => differ(left, a, b) || differ(right, a, b),
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            let is_false = |e: &Expr| is_null_test(e, a, b) || differ(e, a, b);
            is_false(left) && is_false(right)
        }
        Expr::Unary { op: UnaryOp::Not, operand } => match bare(operand) {
            Expr::Binary { op: BinaryOp::Eq, left, right }
            | Expr::IsDistinct { left, right, negated: true } => are_both(left, right, a, b),
            _ => false,
        },
        Expr::Row(items) if items.len() == 1 => differ(&items[0], a, b),
        _ => false,
    }
}

/// Whether it tests one of the columns for NULL.
fn is_null_test(e: &Expr, a: ColumnIdx, b: ColumnIdx) -> bool {
    matches!(bare(e), Expr::IsNull { operand, negated: false }
        if [a, b].iter().any(|c| *bare(operand) == Expr::Column(*c)))
}

/// Whether two operands are the two columns, either way round.
fn are_both(left: &Expr, right: &Expr, a: ColumnIdx, b: ColumnIdx) -> bool {
    let is = |e: &Expr, c: ColumnIdx| *bare(e) == Expr::Column(c);
    is(left, a) && is(right, b) || is(left, b) && is(right, a)
}

/// An expression without casts, collations and brackets around it.
fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Cast { operand, .. } | Expr::Collate { operand, .. } => bare(operand),
        Expr::Row(items) if items.len() == 1 => bare(&items[0]),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_false_of_equal_columns_keeps_them_apart() {
        let (a, b) = (ColumnIdx(0), ColumnIdx(1));
        let columns = |op| Expr::binary(op, Expr::Column(a), Expr::Column(b));
        let absent = Expr::IsNull { operand: Box::new(Expr::Column(a)), negated: false };
        assert!(differ(&columns(BinaryOp::NotEq), b, a));
        assert!(differ(&Expr::binary(BinaryOp::Or, absent.clone(), columns(BinaryOp::NotEq)), a, b));
        assert!(!differ(&Expr::binary(BinaryOp::Or, columns(BinaryOp::Eq), columns(BinaryOp::NotEq)), a, b));
        assert!(!differ(&columns(BinaryOp::LtEq), a, b));
        let same = Expr::Unary { op: UnaryOp::Not, operand: Box::new(columns(BinaryOp::Eq)) };
        assert!(differ(&same, a, b));
    }
}
