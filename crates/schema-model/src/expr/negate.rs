//! The opposite of a test.

use crate::{Expr, UnaryOp};

impl Expr {
    /// The test with the opposite sign: `<` for `>=`, `NOT IN` for `IN`, the operand of a `NOT`. It is true where this
    /// one is false, false where it is true, and unknown where it is unknown. `None` for what has no opposite form:
    /// connectives, calls, columns.
    pub fn opposite(&self) -> Option<Self> {
        let mut opposite = self.clone();
        match &mut opposite {
            Self::Binary { op, .. } => *op = op.negated()?,
            Self::Unary { op: UnaryOp::Not, operand } => return Some((**operand).clone()),
            Self::IsNull { negated, .. }
            | Self::IsTruth { negated, .. }
            | Self::IsDistinct { negated, .. }
            | Self::InList { negated, .. }
            | Self::Between { negated, .. }
            | Self::Like { negated, .. } => *negated = !*negated,
            _ => return None,
        }
        Some(opposite)
    }
}

#[cfg(test)]
mod tests {
    use crate::{BinaryOp, ColumnIdx, Expr, UnaryOp};

    #[test]
    fn the_opposite_of_the_opposite_is_the_test() {
        let a = || Box::new(Expr::Column(ColumnIdx(0)));
        let less = Expr::binary(BinaryOp::Lt, *a(), Expr::integer(1));
        let listed = Expr::InList { operand: a(), list: vec![Expr::integer(1)], negated: false };
        for test in [less, listed, Expr::IsNull { operand: a(), negated: true }] {
            assert_eq!(test.opposite().and_then(|opposite| opposite.opposite()), Some(test));
        }
        let denied = Expr::Unary { op: UnaryOp::Not, operand: a() };
        assert_eq!(denied.opposite(), Some(*a()));
        assert_eq!(a().opposite(), None);
    }
}
