//! IN, BETWEEN, ANY and ALL.
//!
//! Each is a chain of comparisons by three-valued logic (SQL:2016, §8.3, §8.4, §8.9): one that is unknown leaves the
//! whole unknown unless another decides.

use super::{Evaluator, holds};
use crate::compare::{Basis, compare};
use crate::{EvaluateError, cast};
use seedbed_schema_model::{BinaryOp, Expr, Quantifier, SqlType};
use seedbed_sql_values::Value;

impl<'a> Evaluator<'a> {
    /// True when one member is equal, unknown when none is and a NULL takes part.
    pub(super) fn in_list(
        &self,
        operand: &'a Expr,
        list: &'a [Expr],
        negated: bool,
    ) -> Result<Value, EvaluateError> {
        let value = self.eval(operand)?;
        let mut found = Some(false);
        for member in list {
            let candidate = self.eval(member)?;
            let equal = match (&value, &candidate) {
                (Value::Row(_), Value::Row(_)) => {
                    self.comparison(BinaryOp::Eq, (operand, &value), (member, &candidate))?
                }
                _ => compare(&value, &candidate, &Basis::of_membership(operand, member, self.cx), self.cx)?
                    .map(|order| order.is_eq()),
            };
            match equal {
                Some(true) => return Ok(self.boolean(Some(!negated))),
                Some(false) => {}
                None => found = None,
            }
        }
        Ok(self.boolean(found.map(|found| found != negated)))
    }

    /// `low <= operand AND operand <= high`; SYMMETRIC takes the ends in either order.
    pub(super) fn between(
        &self,
        operand: &'a Expr,
        low: &'a Expr,
        high: &'a Expr,
        symmetric: bool,
    ) -> Result<Option<bool>, EvaluateError> {
        let (value, bottom, top) = (self.eval(operand)?, self.eval(low)?, self.eval(high)?);
        let inside =
            |low: (&'a Expr, &Value), high: (&'a Expr, &Value)| -> Result<Option<bool>, EvaluateError> {
                let above = self.comparison(BinaryOp::GtEq, (operand, &value), low)?;
                let below = self.comparison(BinaryOp::LtEq, (operand, &value), high)?;
                Ok(and(above, below))
            };
        let straight = inside((low, &bottom), (high, &top))?;
        if !symmetric || straight == Some(true) {
            return Ok(straight);
        }
        Ok(or(straight, inside((high, &top), (low, &bottom))?))
    }

    /// `left op ANY (array)`: an array literal is read as an array of the left operand's type.
    pub(super) fn quantified(
        &self,
        left: &'a Expr,
        op: BinaryOp,
        quantifier: Quantifier,
        array: &'a Expr,
    ) -> Result<Value, EvaluateError> {
        let value = self.eval(left)?;
        let items = match self.eval(array)? {
            Value::Null => return Ok(Value::Null),
            Value::Array(items) => flatten(items),
            Value::Text(text) => {
                match cast::text_to_array(&text, &value.widest_type().unwrap_or(SqlType::TEXT), self.cx)? {
                    Value::Array(items) => flatten(items),
                    _ => return Ok(Value::Null),
                }
            }
            _ => return Err(EvaluateError::unsupported("ANY over something that is no array")),
        };
        let any = quantifier == Quantifier::Any;
        let mut unknown = false;
        let basis = Basis::of(left, array_element(array), self.cx);
        for item in &items {
            match compare(&value, item, &basis, self.cx)?.map(|order| holds(op, order)) {
                Some(truth) if truth == any => return Ok(self.boolean(Some(any))),
                Some(_) => {}
                None => unknown = true,
            }
        }
        Ok(self.boolean(if unknown { None } else { Some(!any) }))
    }
}

/// An element stands for the array's element type.
fn array_element(array: &Expr) -> &Expr {
    match array {
        Expr::Array(items) => items.first().unwrap_or(array),
        Expr::Cast { operand, .. } => array_element(operand),
        other => other,
    }
}

/// The elements of all dimensions in a row.
fn flatten(items: Vec<Value>) -> Vec<Value> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Value::Array(inner) => out.extend(flatten(inner)),
            other => out.push(other),
        }
    }
    out
}

/// Three-valued AND: false decides.
pub(crate) fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Three-valued OR: true decides.
pub(crate) fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    and(a.map(|a| !a), b.map(|b| !b)).map(|c| !c)
}
