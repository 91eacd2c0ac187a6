//! `&&`, `@>`, `<@`, `<<`, `>>`, `+`, `*` and `-` on ranges and multiranges.
//!
//! PostgreSQL's (manual, §9.20). A string constant beside a range is a range of the same type; what is no range beside
//! `@>` or `<@` is an element.

use crate::typing::type_of;
use crate::{Context, EvaluateError};
use seedbed_schema_model::{BinaryOp, Expr, SqlType};
use seedbed_sql_values::{RangeError, RangeSet, Value, parse_value};
use std::cmp::Ordering;

/// Whether the operator is one of ranges for these operands.
pub(crate) fn handles(op: BinaryOp, a: &Value, b: &Value) -> bool {
    use BinaryOp::{Add, ContainedBy, Contains, Mul, Overlaps, ShiftLeft, ShiftRight, Sub};
    let range = matches!(a, Value::Range(_)) || matches!(b, Value::Range(_));
    range && matches!(op, Contains | ContainedBy | Overlaps | ShiftLeft | ShiftRight | Add | Sub | Mul)
}

/// `a op b`, each with its expression, whose type says what a string constant on the other side is.
pub(crate) fn apply(
    op: BinaryOp,
    (left, a): (&Expr, Value),
    (right, b): (&Expr, Value),
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let (a, b) = match (&a, &b) {
        (Value::Text(_), _) => (typed_as(a, right, &b, cx)?, b),
        (_, Value::Text(_)) => {
            let b = typed_as(b, left, &a, cx)?;
            (a, b)
        }
        _ => (a, b),
    };
    match op {
        BinaryOp::Contains => contains(&a, &b),
        BinaryOp::ContainedBy => contains(&b, &a),
        _ => {
            let (Value::Range(a), Value::Range(b)) = (&a, &b) else { return Err(no_operator()) };
            operate(op, a, b)
        }
    }
}

/// The order of two ranges.
pub(crate) fn order(a: &RangeSet, b: &RangeSet) -> Result<Ordering, EvaluateError> {
    a.compare(b).map_err(error)
}

/// An operation that a server refuses, or one that is not known here.
pub(crate) fn error(error: RangeError) -> EvaluateError {
    match error {
        RangeError::NoOrder => EvaluateError::unsupported(error.to_string()),
        RangeError::EndsReversed | RangeError::NotContiguous => EvaluateError::runtime(error.to_string()),
    }
}

fn operate(op: BinaryOp, a: &RangeSet, b: &RangeSet) -> Result<Value, EvaluateError> {
    let truth = |answer: Result<bool, RangeError>| answer.map(Value::Boolean).map_err(error);
    let range = |answer: Result<RangeSet, RangeError>| answer.map(Value::Range).map_err(error);
    match op {
        BinaryOp::Overlaps => truth(a.overlaps(b)),
        BinaryOp::ShiftLeft => truth(a.is_before(b)),
        BinaryOp::ShiftRight => truth(b.is_before(a)),
        BinaryOp::Add => range(a.union(b)),
        BinaryOp::Mul => range(a.intersection(b)),
        BinaryOp::Sub => range(a.difference(b)),
        _ => Err(no_operator()),
    }
}

/// `whole @> part`, of a range or of an element.
fn contains(whole: &Value, part: &Value) -> Result<Value, EvaluateError> {
    let Value::Range(whole) = whole else { return Err(no_operator()) };
    let answer = match part {
        Value::Range(part) => whole.contains(part),
        element => whole.holds(element),
    };
    answer.map(Value::Boolean).map_err(error)
}

fn no_operator() -> EvaluateError {
    EvaluateError::unsupported("this operator on a range")
}

/// A string constant as a range of the type of the other side.
fn typed_as(value: Value, other: &Expr, beside: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let Value::Text(text) = &value else { return Ok(value) };
    let ty = match type_of(other, cx).map(|ty| ty.into_owned()) {
        Some(ty @ SqlType::Range { .. }) => ty,
        _ => match beside.widest_type() {
            Some(ty @ SqlType::Range { .. }) => ty,
            _ => return Ok(value),
        },
    };
    parse_value(text, &ty, cx.schema).map_err(|e| EvaluateError::runtime(e.to_string()))
}
