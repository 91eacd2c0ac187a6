//! Truth: what is true in a dialect, and AND and OR over three values.

use super::{EvaluationOrder, Evaluator, TruthValues};
use crate::compare::mysql::number_of;
use crate::{Context, EvaluateError};
use seedbed_schema_model::{BinaryOp, Expr};
use seedbed_sql_values::Value;
use seedbed_sql_values::literal::parse_boolean;
use seedbed_sql_values::number::{numeric_prefix, to_float};

/// The truth of a value.
pub(super) fn truth_of(value: &Value, cx: &Context<'_>) -> Result<Option<bool>, EvaluateError> {
    match (value, cx.semantics.truth) {
        (Value::Null, _) => Ok(None),
        (Value::Boolean(b), _) => Ok(Some(*b)),
        (Value::Text(text), TruthValues::Boolean) => {
            parse_boolean(text.trim_ascii()).map(Some).ok_or_else(|| {
                EvaluateError::runtime(format!("invalid input syntax for type boolean: `{text}`"))
            })
        }
        (_, TruthValues::Boolean) => Err(EvaluateError::runtime("the condition is not a boolean")),
        (Value::Bytes(bytes), TruthValues::NotZero) => {
            Ok(Some(to_float(&numeric_prefix(&String::from_utf8_lossy(bytes))) != 0.0))
        }
        (Value::Integer(_) | Value::Decimal(_) | Value::Float(_), TruthValues::NotZero) => {
            Ok(Some(to_float(value) != 0.0))
        }
        (value, TruthValues::NotZero) => Ok(Some(to_float(&number_of(value)) != 0.0)),
    }
}

/// The operands of a chain of one operator, `left op right`, in the order in which they are written. It is read along its
/// left spine, so that long chains need no depth.
pub(crate) fn chain<'a>(op: BinaryOp, left: &'a Expr, right: &'a Expr) -> impl Iterator<Item = &'a Expr> {
    let mut terms = vec![right];
    let mut at = left;
    while let Expr::Binary { op: found, left, right } = at {
        if *found != op {
            break;
        }
        terms.push(right);
        at = left;
    }
    terms.push(at);
    terms.into_iter().rev()
}

impl<'a> Evaluator<'a> {
    /// `AND` (`all`) or `OR` over a chain.
    ///
    /// Where the order is free, an error on one side is not raised when the other decides: a row is only certainly
    /// refused when every order refuses it.
    pub(super) fn conjunction(
        &self,
        left: &'a Expr,
        right: &'a Expr,
        all: bool,
    ) -> Result<Value, EvaluateError> {
        let op = if all { BinaryOp::And } else { BinaryOp::Or };
        let mut unknown = false;
        let mut failed = None;
        let ordered = self.cx.semantics.evaluation_order == EvaluationOrder::LeftToRight;
        for term in chain(op, left, right) {
            match self.truth(term) {
                Ok(Some(truth)) if truth != all => return Ok(self.boolean(Some(truth))),
                Ok(Some(_)) => {}
                Ok(None) => unknown = true,
                Err(error) if ordered => return Err(error),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(self.boolean(if unknown { None } else { Some(all) })),
        }
    }
}
