//! Truth: what is true in a dialect, and AND and OR over three values.

use super::Evaluator;
use crate::compare::mysql_number;
use crate::literal::parse_boolean;
use crate::number::{numeric_prefix, to_float};
use crate::{EvaluateError, Value};
use seedbed_schema_model::{BinaryOp, Dialect, Expr};

/// The truth of a value: a boolean in PostgreSQL, not zero elsewhere.
pub(super) fn truth_of(value: &Value, dialect: Dialect) -> Result<Option<bool>, EvaluateError> {
    match (value, dialect) {
        (Value::Null, _) => Ok(None),
        (Value::Boolean(b), _) => Ok(Some(*b)),
        (Value::Text(text), Dialect::Postgres) => {
            parse_boolean(text.trim_ascii()).map(Some).ok_or_else(|| {
                EvaluateError::runtime(format!("invalid input syntax for type boolean: `{text}`"))
            })
        }
        (_, Dialect::Postgres) => Err(EvaluateError::runtime("the condition is not a boolean")),
        (Value::Text(text), _) => Ok(Some(to_float(&numeric_prefix(text)) != 0.0)),
        (Value::Bytes(bytes), _) => {
            Ok(Some(to_float(&numeric_prefix(&String::from_utf8_lossy(bytes))) != 0.0))
        }
        (value @ (Value::Integer(_) | Value::Decimal(_) | Value::Float(_)), _) => {
            Ok(Some(to_float(value) != 0.0))
        }
        (value, _) => Ok(Some(to_float(&mysql_number(value)) != 0.0)),
    }
}

impl<'a> Evaluator<'a> {
    /// `AND` (`all`) or `OR` over a chain, read along its left spine so that long chains need no depth.
    ///
    /// An error on one side is not raised when the other decides: servers may evaluate either first, and a row is
    /// only certainly refused when every order refuses it. MySQL reads from left to right.
    pub(super) fn conjunction(
        &self,
        left: &'a Expr,
        right: &'a Expr,
        all: bool,
    ) -> Result<Value, EvaluateError> {
        let op = if all { BinaryOp::And } else { BinaryOp::Or };
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
        let mut unknown = false;
        let mut failed = None;
        for term in terms.into_iter().rev() {
            match self.truth(term) {
                Ok(Some(truth)) if truth != all => return Ok(self.boolean(Some(truth))),
                Ok(Some(_)) => {}
                Ok(None) => unknown = true,
                Err(error) if self.cx.dialect() == Dialect::MySql => return Err(error),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(self.boolean(if unknown { None } else { Some(all) })),
        }
    }
}
