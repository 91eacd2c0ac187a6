//! Tests: what can be negated.
//!
//! Pattern matches come as operators, as LIKE, and in front of ANY and ALL.

use super::error::ExprError;
use super::lower::Lowering;
use super::operator::{binary, pattern};
use seedbed_schema_model::{BinaryOp, Expr, LikeKind, Literal, Quantifier};
use sqlparser::ast::{self, UnaryOperator};

impl Lowering<'_> {
    /// A test, which may be negated: `IS NULL`, `IN`, `BETWEEN`, `LIKE`, `= ANY`. `None` for other forms.
    pub(super) fn test(&mut self, expr: &ast::Expr) -> Result<Option<Expr>, ExprError> {
        use ast::Expr as E;
        Ok(Some(match expr {
            E::IsNull(e) => Expr::IsNull { operand: self.boxed(e)?, negated: false },
            E::IsNotNull(e) => Expr::IsNull { operand: self.boxed(e)?, negated: true },
            E::IsTrue(e) => self.truth(e, Some(true), false)?,
            E::IsNotTrue(e) => self.truth(e, Some(true), true)?,
            E::IsFalse(e) => self.truth(e, Some(false), false)?,
            E::IsNotFalse(e) => self.truth(e, Some(false), true)?,
            E::IsUnknown(e) => self.truth(e, None, false)?,
            E::IsNotUnknown(e) => self.truth(e, None, true)?,
            E::IsDistinctFrom(l, r) => {
                Expr::IsDistinct { left: self.boxed(l)?, right: self.boxed(r)?, negated: false }
            }
            E::IsNotDistinctFrom(l, r) => {
                Expr::IsDistinct { left: self.boxed(l)?, right: self.boxed(r)?, negated: true }
            }
            E::InList { expr, list, negated } => {
                Expr::InList { operand: self.boxed(expr)?, list: self.all(list)?, negated: *negated }
            }
            E::Between { expr, negated, low, high } => self.between(expr, low, high, *negated)?,
            E::Like { negated, any: false, expr, pattern, escape_char } => {
                self.like(LikeKind::Like, expr, pattern, escape_char.as_deref(), *negated)?
            }
            E::ILike { negated, any: false, expr, pattern, escape_char } => {
                let kind = self.syntax().expressions.ilike;
                self.like(kind, expr, pattern, escape_char.as_deref(), *negated)?
            }
            E::Like { negated, any: true, expr, pattern, escape_char: None } => {
                self.quantified_like(LikeKind::Like, *negated, expr, pattern, Quantifier::Any)?
            }
            E::ILike { negated, any: true, expr, pattern, escape_char: None } => {
                self.quantified_like(LikeKind::ILike, *negated, expr, pattern, Quantifier::Any)?
            }
            E::SimilarTo { negated, expr, pattern, escape_char } => {
                self.like(LikeKind::SimilarTo, expr, pattern, escape_char.as_deref(), *negated)?
            }
            E::RLike { negated, expr, pattern, .. } => {
                self.like(LikeKind::Regex, expr, pattern, None, *negated)?
            }
            E::AnyOp { left, compare_op, right, .. } => {
                self.quantified(left, compare_op, right, Quantifier::Any)?
            }
            E::AllOp { left, compare_op, right } => {
                self.quantified(left, compare_op, right, Quantifier::All)?
            }
            _ => return Ok(None),
        }))
    }

    /// `a IS [NOT] TRUE | FALSE | UNKNOWN`
    fn truth(&mut self, operand: &ast::Expr, truth: Option<bool>, negated: bool) -> Result<Expr, ExprError> {
        Ok(Expr::IsTruth { operand: self.boxed(operand)?, truth, negated })
    }

    /// `a op ANY (array)`, `a op ALL (array)`
    fn quantified(
        &mut self,
        left: &ast::Expr,
        op: &ast::BinaryOperator,
        array: &ast::Expr,
        quantifier: Quantifier,
    ) -> Result<Expr, ExprError> {
        if let Some((kind, negated)) = pattern(op) {
            return self.quantified_like(kind, negated, left, array, quantifier);
        }
        let op = binary(op).ok_or_else(|| ExprError::Operator { operator: op.to_string() })?;
        Ok(Expr::Quantified { left: self.boxed(left)?, op, quantifier, array: self.boxed(array)? })
    }

    /// `a LIKE ANY (ARRAY[p, q])` is `a LIKE p OR a LIKE q`; ALL is AND.
    fn quantified_like(
        &mut self,
        kind: LikeKind,
        negated: bool,
        left: &ast::Expr,
        array: &ast::Expr,
        quantifier: Quantifier,
    ) -> Result<Expr, ExprError> {
        let operand = self.expr(left)?;
        let mut array = self.expr(array)?;
        while let Expr::Cast { operand, .. } = array {
            array = *operand;
        }
        let Expr::Array(patterns) = array else {
            return Err(ExprError::PatternArray);
        };
        let op = if quantifier == Quantifier::Any { BinaryOp::Or } else { BinaryOp::And };
        let likes = patterns.into_iter().map(|pattern| Expr::Like {
            kind,
            operand: Box::new(operand.clone()),
            pattern: Box::new(pattern),
            escape: None,
            negated,
        });
        likes.reduce(|all, next| Expr::binary(op, all, next)).ok_or(ExprError::EmptyArray)
    }

    /// `a [NOT] BETWEEN [SYMMETRIC] low AND high`
    fn between(
        &mut self,
        operand: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        negated: bool,
    ) -> Result<Expr, ExprError> {
        // The marker that `rewrite` put for SYMMETRIC.
        let (low, symmetric) = match low {
            ast::Expr::UnaryOp { op: UnaryOperator::DoubleAt, expr } => (&**expr, true),
            low => (low, false),
        };
        let (operand, low, high) = (self.boxed(operand)?, self.boxed(low)?, self.boxed(high)?);
        Ok(Expr::Between { operand, low, high, negated, symmetric })
    }

    /// A pattern match of any language.
    pub(super) fn like(
        &mut self,
        kind: LikeKind,
        operand: &ast::Expr,
        pattern: &ast::Expr,
        escape: Option<&ast::Expr>,
        negated: bool,
    ) -> Result<Expr, ExprError> {
        let escape = match escape {
            None => None,
            Some(escape) => match self.expr(escape)? {
                Expr::Literal(Literal::Text(text)) => Some(text),
                _ => return Err(ExprError::Escape),
            },
        };
        Ok(Expr::Like { kind, operand: self.boxed(operand)?, pattern: self.boxed(pattern)?, escape, negated })
    }
}
