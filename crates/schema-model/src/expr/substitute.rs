//! Other parts in the place of some.

use crate::Expr;

impl Expr {
    /// Puts others in the place of some of its parts: those for which there is another one, from the top. What is put
    /// there is not looked at again.
    pub fn substitute(&mut self, other: &dyn Fn(&Expr) -> Option<Expr>) {
        if let Some(other) = other(self) {
            *self = other;
            return;
        }
        for child in self.children_mut() {
            child.substitute(other);
        }
    }

    /// A copy with others in the place of some of its parts, as by [`Expr::substitute`].
    #[must_use]
    pub fn substituted(&self, other: &dyn Fn(&Expr) -> Option<Expr>) -> Expr {
        let mut copy = self.clone();
        copy.substitute(other);
        copy
    }
}

#[cfg(test)]
mod tests {
    use crate::{BinaryOp, ColumnIdx, Expr};

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let sum = Expr::binary(BinaryOp::Add, Expr::DomainValue, Expr::integer(1));
        let twice = sum.substituted(&|e| (*e == Expr::DomainValue).then(|| sum.clone()));
        assert_eq!(twice, Expr::binary(BinaryOp::Add, sum.clone(), Expr::integer(1)));
        let column = sum.substituted(&|e| (*e == Expr::DomainValue).then_some(Expr::Column(ColumnIdx(3))));
        assert_eq!(column.columns(), [ColumnIdx(3)]);
    }
}
