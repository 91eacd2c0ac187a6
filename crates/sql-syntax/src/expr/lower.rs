//! sqlparser's tree into the model's.
//!
//! What the model has no form for is refused, never lowered to something close: an expression that is kept as text is
//! reported, a wrong one is not.

use super::error::ExprError;
use super::operator::{binary, operator_function, pattern};
use super::scope::Scope;
use super::value::value;
use crate::dialect::{Syntax, syntax};
use crate::names::Names;
use seedbed_schema_model::{Expr, Literal, UnaryOp};
use sqlparser::ast::{self, AccessExpr, Subscript, UnaryOperator};

/// Deeper trees than this are refused, so that nobody who walks one by recursion runs out of stack.
const DEEPEST: usize = 400;

/// One expression's lowering.
pub(super) struct Lowering<'c> {
    /// What names outside of the expression mean.
    pub(super) names: &'c dyn Names,
    /// What names in it may stand for.
    pub(super) scope: Scope<'c>,
    /// How many expressions lie around the one at hand.
    depth: usize,
}

impl<'c> Lowering<'c> {
    /// For an expression whose names stand for what `scope` says.
    pub(super) fn new(names: &'c dyn Names, scope: Scope<'c>) -> Self {
        Self { names, scope, depth: 0 }
    }

    /// How the text's dialect is written.
    pub(super) fn syntax(&self) -> &'static Syntax {
        syntax(self.names.dialect())
    }

    /// Lowers an expression, and counts how deep it lies.
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Result<Expr, ExprError> {
        if self.depth >= DEEPEST {
            return Err(ExprError::TooDeep);
        }
        self.depth += 1;
        let lowered = self.node(expr);
        self.depth -= 1;
        lowered
    }

    /// As [`Self::expr`], in a box.
    pub(super) fn boxed(&mut self, expr: &ast::Expr) -> Result<Box<Expr>, ExprError> {
        self.expr(expr).map(Box::new)
    }

    /// Lowers the items of a list.
    pub(super) fn all(&mut self, exprs: &[ast::Expr]) -> Result<Vec<Expr>, ExprError> {
        exprs.iter().map(|e| self.expr(e)).collect()
    }

    /// Lowers an expression by its form.
    fn node(&mut self, expr: &ast::Expr) -> Result<Expr, ExprError> {
        use ast::Expr as E;
        Ok(match expr {
            E::Nested(inner) => return self.expr(inner),
            E::Identifier(ident) => return self.name(ident),
            E::CompoundIdentifier(parts) => return self.qualified(parts),
            E::Value(found) => return self.constant(&found.value),
            E::TypedString(typed) => Expr::Cast {
                operand: Box::new(value(&typed.value.value, self.syntax().expressions.hex_strings)?),
                target: self.data_type(&typed.data_type)?,
            },
            E::Interval(interval) => return self.interval(interval),
            E::Prefixed { value, .. } => return self.expr(value),
            E::UnaryOp { op, expr } => return self.unary(*op, expr),
            E::BinaryOp { left, op, right } => return self.binary(left, op, right),
            E::Cast { expr, data_type, .. } => {
                Expr::Cast { operand: self.boxed(expr)?, target: self.data_type(data_type)? }
            }
            E::Convert { expr, data_type: Some(data_type), charset: None, .. } => {
                Expr::Cast { operand: self.boxed(expr)?, target: self.data_type(data_type)? }
            }
            E::Convert { expr, data_type: None, charset: Some(_), .. } => return self.expr(expr),
            E::Collate { expr, collation } => {
                let collation =
                    collation.0.last().and_then(|p| p.as_ident()).map_or(String::new(), |i| i.value.clone());
                Expr::Collate { operand: self.boxed(expr)?, collation }
            }
            E::Function(function) => return self.call(function),
            E::Case { operand, conditions, else_result, .. } => {
                return self.case(operand.as_deref(), conditions, else_result.as_deref());
            }
            E::Tuple(items) => Expr::Row(self.all(items)?),
            E::Array(array) => Expr::Array(self.all(&array.elem)?),
            E::CompoundFieldAccess { root, access_chain } => return self.access(root, access_chain),
            E::Exists { .. } | E::Subquery(_) | E::InSubquery { .. } => {
                return Err(ExprError::Subquery);
            }
            other => {
                let form = match self.test(other)? {
                    Some(test) => Some(test),
                    None => self.special_call(other)?,
                };
                return form.ok_or_else(|| ExprError::Construct { text: shorten(&other.to_string()) });
            }
        })
    }

    /// A constant; in a function's body `$1` stands for an argument.
    fn constant(&self, constant: &ast::Value) -> Result<Expr, ExprError> {
        match (self.scope, constant) {
            (Scope::Function(locals), ast::Value::Placeholder(text)) => {
                let found = locals.placeholder(text).cloned();
                found.ok_or_else(|| ExprError::UnknownArgument { placeholder: text.clone() })
            }
            _ => value(constant, self.syntax().expressions.hex_strings),
        }
    }

    /// `CASE [operand] WHEN a THEN b ... [ELSE c] END`
    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
    ) -> Result<Expr, ExprError> {
        let operand = operand.map(|e| self.boxed(e)).transpose()?;
        let mut branches = Vec::with_capacity(conditions.len());
        for when in conditions {
            branches.push((self.expr(&when.condition)?, self.expr(&when.result)?));
        }
        let otherwise = otherwise.map(|e| self.boxed(e)).transpose()?;
        Ok(Expr::Case { operand, branches, otherwise })
    }

    /// `-a`, `NOT a` and so on. The sign of a number becomes part of it.
    fn unary(&mut self, op: UnaryOperator, operand: &ast::Expr) -> Result<Expr, ExprError> {
        let operand = self.expr(operand)?;
        let op = match op {
            UnaryOperator::Plus => UnaryOp::Plus,
            UnaryOperator::Minus => match operand {
                Expr::Literal(Literal::Integer(n)) if n != i128::MIN => return Ok(Expr::integer(-n)),
                Expr::Literal(Literal::Decimal { unscaled, scale }) if unscaled != i128::MIN => {
                    return Ok(Expr::Literal(Literal::Decimal { unscaled: -unscaled, scale }));
                }
                _ => UnaryOp::Minus,
            },
            UnaryOperator::Not | UnaryOperator::BangNot => UnaryOp::Not,
            UnaryOperator::BitwiseNot => UnaryOp::BitNot,
            UnaryOperator::PGAbs => return Ok(call("abs", vec![operand])),
            UnaryOperator::PGSquareRoot => return Ok(call("sqrt", vec![operand])),
            other => return Err(ExprError::Operator { operator: other.to_string() }),
        };
        Ok(Expr::Unary { op, operand: Box::new(operand) })
    }

    /// `a + b` and so on, with the operators that are tests or functions.
    fn binary(
        &mut self,
        left: &ast::Expr,
        op: &ast::BinaryOperator,
        right: &ast::Expr,
    ) -> Result<Expr, ExprError> {
        if let Some((kind, negated)) = pattern(op) {
            return self.like(kind, left, right, None, negated);
        }
        let (left, right) = (self.boxed(left)?, self.boxed(right)?);
        if *op == ast::BinaryOperator::Spaceship {
            return Ok(Expr::IsDistinct { left, right, negated: true });
        }
        if let Some(name) = operator_function(op) {
            return Ok(call(name, vec![*left, *right]));
        }
        match binary(op) {
            Some(op) => Ok(Expr::Binary { op, left, right }),
            None => Err(ExprError::Operator { operator: op.to_string() }),
        }
    }

    /// `a[1][2]`, `(a).f`
    fn access(&mut self, root: &ast::Expr, chain: &[AccessExpr]) -> Result<Expr, ExprError> {
        let mut at = self.expr(root)?;
        for access in chain {
            at = match access {
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    Expr::Subscript { operand: Box::new(at), index: self.boxed(index)? }
                }
                AccessExpr::Dot(ast::Expr::Identifier(field)) => {
                    Expr::Field { operand: Box::new(at), name: self.fold(field) }
                }
                other => return Err(ExprError::Construct { text: other.to_string() }),
            };
        }
        Ok(at)
    }
}

/// A call of a built-in function.
pub(super) fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function { name: name.to_owned(), args }
}

/// At most 60 characters of a text.
fn shorten(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(60).chain(['…']).collect() }
}
