//! Which expressions are predicates by their form.

use crate::{Expr, UnaryOp};

impl Expr {
    /// Whether the form alone says that the value is true, false or unknown (SQL:2016, 8.1): a negation, or a predicate
    /// other than a comparison, whose operator says it ([`BinaryOp::is_comparison`](crate::BinaryOp::is_comparison)).
    ///
    /// ```
    /// use seedbed_schema_model::{BinaryOp, Expr};
    /// let null = Expr::IsNull { operand: Box::new(Expr::integer(1)), negated: false };
    /// assert!(null.is_predicate_form());
    /// assert!(!Expr::binary(BinaryOp::Lt, Expr::integer(1), Expr::integer(2)).is_predicate_form());
    /// ```
    pub fn is_predicate_form(&self) -> bool {
        matches!(
            self,
            Self::Unary { op: UnaryOp::Not, .. }
                | Self::IsNull { .. }
                | Self::IsTruth { .. }
                | Self::IsDistinct { .. }
                | Self::InList { .. }
                | Self::Between { .. }
                | Self::Like { .. }
                | Self::Quantified { .. }
        )
    }
}
