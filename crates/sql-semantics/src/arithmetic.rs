//! `+ - * / %` and kin, on numbers and on dates.
//!
//! An operator's way: NULL in, NULL out; dates and times by `temporal`, bits by `bits`, everything else by the
//! dialect's own file, which brings both operands to one kind of number first.

mod bits;
mod float;
pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;
mod temporal;

use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::{BinaryOp, Expr, UnaryOp};
use seedbed_sql_values::{Decimal, Value};

pub(crate) use bits::{BitOperators, ComplementOfFloat, shift_modulo, shift_out, shift_out_unsigned};
pub(crate) use float::{power, remainder};

/// How a dialect calculates.
#[derive(Debug)]
pub(crate) struct Arithmetic {
    /// The number that an operand of another type is taken for; the value itself where it is taken for none.
    pub(crate) operand: fn(Value) -> Value,
    /// `a op b` on operands that are not NULL.
    pub(crate) operate: fn(BinaryOp, Value, Value, &Context<'_>) -> Result<Value, EvaluateError>,
    /// Refuses a result for the width or sign that the operands' types give it.
    pub(crate) check_result: CheckResult,
    /// The integers there are.
    pub(crate) integers: IntegerRange,
    /// What an integer becomes beyond that range.
    pub(crate) overflow: Overflow,
    /// `& | # << >> ~`.
    pub(crate) bits: BitOperators,
    /// Whether dates and times calculate by themselves, or only with an interval and as numbers without one.
    pub(crate) dates: DateArithmetic,
    /// What `||` is.
    pub(crate) double_pipe: DoublePipe,
    /// What `||` makes of two binary strings.
    pub(crate) binary_strings: BinaryConcatenation,
}

/// Looks at the result of an operator with the expressions of both operands.
pub(crate) type CheckResult = fn(&Value, BinaryOp, &Expr, &Expr, &Context<'_>) -> Result<(), EvaluateError>;

/// The integers of a dialect's widest arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntegerRange {
    /// Those of 64 bits with a sign.
    Signed,
    /// Those, and those of 64 bits without one.
    SignedOrUnsigned,
}

impl IntegerRange {
    /// Whether the dialect has the integer.
    fn holds(self, n: i128) -> bool {
        let unsigned = self == Self::SignedOrUnsigned && u64::try_from(n).is_ok();
        unsigned || i64::try_from(n).is_ok()
    }
}

/// What happens to an integer that leaves its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// The statement fails.
    Error,
    /// The result is a float.
    Float,
}

/// What dates and times are to operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateArithmetic {
    /// Dates and times: a difference is an interval or a count of days.
    Temporal,
    /// Numbers such as 20200131, unless an interval takes part.
    Numeric,
}

/// The meaning of `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DoublePipe {
    /// Strings are put together.
    Concatenation,
    /// The same as OR.
    Or,
}

/// What two binary strings make together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryConcatenation {
    /// A binary string.
    Binary,
    /// Text.
    Text,
}

/// `+a`, `-a`, `~a`.
pub(crate) fn unary(op: UnaryOp, value: Value, rules: &Arithmetic) -> Result<Value, EvaluateError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if op == UnaryOp::Plus {
        return Ok(value);
    }
    match (op, (rules.operand)(value)) {
        (UnaryOp::BitNot, operand) => bits::complement(operand, &rules.bits),
        (UnaryOp::Minus, Value::Integer(n)) => integer_result(Some(-n), -(n as f64), rules),
        (UnaryOp::Minus, Value::Decimal(d)) => {
            Ok(Value::Decimal(Decimal::new(-d.unscaled.max(-i128::MAX), d.scale)))
        }
        (UnaryOp::Minus, Value::Float(f)) => Ok(Value::Float(-f)),
        (UnaryOp::Minus, Value::Interval(i)) => temporal::negate(i),
        (_, other) => Err(no_operand(&other)),
    }
}

/// The operand of a unary operator is of no kind that it takes.
fn no_operand(value: &Value) -> EvaluateError {
    EvaluateError::unsupported(format!("a unary operator on {}", value.kind()))
}

/// `a op b` for everything but logic, comparisons, JSON and arrays.
pub(crate) fn binary(op: BinaryOp, a: Value, b: Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let rules = &cx.semantics.arithmetic;
    if op == BinaryOp::Concat {
        return Ok(concat(a, b, cx));
    }
    if let Some(result) = temporal::binary(op, &a, &b, cx) {
        return result;
    }
    if bits::is_bitwise(op) {
        return bits::binary(op, &a, &b, &rules.bits);
    }
    (rules.operate)(op, a, b, cx)
}

/// An integer if it is in the dialect's range.
fn integer_result(exact: Option<i128>, float: f64, rules: &Arithmetic) -> Result<Value, EvaluateError> {
    match (exact.filter(|n| rules.integers.holds(*n)), rules.overflow) {
        (Some(n), _) => Ok(Value::Integer(n)),
        (None, Overflow::Float) => Ok(Value::Float(float)),
        (None, Overflow::Error) => Err(EvaluateError::runtime("integer out of range")),
    }
}

/// The dialect has the operator for other types alone.
fn no_operator() -> EvaluateError {
    EvaluateError::unsupported("this operator")
}

/// The operands are not numbers and are not taken for any.
fn no_numbers(a: &Value, b: &Value) -> EvaluateError {
    EvaluateError::unsupported(format!("arithmetic on {} and {}", a.kind(), b.kind()))
}

/// `a || b`: binary strings and bit strings stay what they are, anything else becomes text.
fn concat(a: Value, b: Value, cx: &Context<'_>) -> Value {
    let binary = cx.semantics.arithmetic.binary_strings == BinaryConcatenation::Binary;
    match (a, b) {
        (Value::Bytes(mut a), Value::Bytes(b)) if binary => {
            a.extend(b);
            Value::Bytes(a)
        }
        (Value::Bits(a), Value::Bits(b)) => Value::Bits(a + &b),
        (a, b) => Value::Text(cast::as_text(&a, cx) + &cast::as_text(&b, cx)),
    }
}
