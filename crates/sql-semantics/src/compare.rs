//! Comparing values, as each dialect does.
//!
//! The static types of both operands decide on what basis they are compared ([`Basis`]); it is looked up once per
//! comparison. Then the dialect's file puts the two values in order.

pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::{Context, EvaluateError};
use seedbed_schema_model::{EnumTypeId, Expr};
use seedbed_sql_values::Value;
use seedbed_sql_values::affinity::Affinity;
use seedbed_sql_values::calendar;
use seedbed_sql_values::number::{to_decimal, to_float};
use std::cmp::Ordering;

/// How a dialect compares.
#[derive(Debug)]
pub(crate) struct Comparisons {
    /// The basis for `left op right`.
    pub(crate) basis: BasisOf,
    /// The basis for `left IN (..., right, ...)`.
    pub(crate) membership: BasisOf,
    /// Whether a string constant takes the type of what it meets, or keeps its own.
    pub(crate) constants: ConstantType,
    /// What texts are compared by that have no collation of their own.
    pub(crate) texts: TextOrder,
    /// Whether the right side is looked at, and can raise an error, beside a NULL on the left.
    pub(crate) beside_null: BesideNull,
}

/// Reads the basis of a comparison off both operands.
pub(crate) type BasisOf = for<'a> fn(&'a Expr, &'a Expr, &Context<'a>) -> Basis<'a>;

/// What texts are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextOrder {
    /// Their bytes, which is the order of code points. Functions of text count characters and know the case of ASCII.
    Bytes,
    /// A collation, under which different texts may be equal.
    Collation,
}

/// What type a string constant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConstantType {
    /// That of what it meets: `'2020-01-01'` is a date beside a date, `'{a}'` an array beside an array.
    Untyped,
    /// Text.
    Text,
}

/// What happens to the right side of a comparison whose left side is NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BesideNull {
    /// It is evaluated.
    Evaluated,
    /// Nobody looks at it, whatever would be found.
    Skipped,
}

/// What the operands' static types say about their comparison.
#[derive(Clone, Debug)]
pub(crate) enum Basis<'a> {
    /// Values of one type by that type's order.
    Plain,
    /// By the order of an enum's labels.
    Labels(EnumTypeId),
    /// `char(n)`: trailing spaces do not count.
    Blank,
    /// `citext`: case does not count.
    Citext,
    /// SQLite: an affinity is applied first, to both operands or to the left one, then a collation.
    Affinity { affinity: Affinity, left_only: bool, collation: Option<&'a str> },
    /// MySQL: strings under a collation; other types meet as numbers.
    Collation(Option<&'a str>),
}

impl<'a> Basis<'a> {
    /// The basis for `left op right`.
    pub(crate) fn of(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Self {
        (cx.semantics.comparisons.basis)(left, right, cx)
    }

    /// The basis for `left IN (..., right, ...)`.
    pub(crate) fn of_membership(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Self {
        (cx.semantics.comparisons.membership)(left, right, cx)
    }
}

/// The order of two values, `None` when either is NULL (or holds a NULL that decides, in a row).
pub(crate) fn compare(
    left: &Value,
    right: &Value,
    basis: &Basis<'_>,
    cx: &Context<'_>,
) -> Result<Option<Ordering>, EvaluateError> {
    if left.is_null() || right.is_null() {
        return Ok(None);
    }
    match basis {
        Basis::Affinity { affinity, left_only, collation } => {
            Ok(Some(sqlite::order(left, right, *affinity, *left_only, *collation)))
        }
        Basis::Collation(collation) => mysql::order(left, right, *collation).map(Some),
        Basis::Plain | Basis::Labels(_) | Basis::Blank | Basis::Citext => {
            postgres::order(left, right, basis, cx).map(Some)
        }
    }
}

/// Numbers of any kind: exact unless a float takes part. NaN is above all and equal to itself.
pub(crate) fn compare_numbers(a: &Value, b: &Value) -> Option<Ordering> {
    let number = |v: &Value| matches!(v, Value::Integer(_) | Value::Decimal(_) | Value::Float(_));
    if !number(a) || !number(b) {
        return None;
    }
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Float(_), _) | (_, Value::Float(_)) => Some(compare_floats(to_float(a), to_float(b))),
        _ => Some(to_decimal(a)?.compare(to_decimal(b)?)),
    }
}

/// Order of floats, NaN above all and equal to itself, as in PostgreSQL (manual, §8.1.3).
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// A date or timestamp as microseconds, so that the two compare.
fn instant(value: &Value) -> Option<i64> {
    match value {
        Value::Date(i32::MAX) => Some(i64::MAX),
        Value::Date(i32::MIN) => Some(i64::MIN),
        Value::Date(days) => Some(i64::from(*days).saturating_mul(calendar::DAY)),
        Value::Timestamp(micros) => Some(*micros),
        _ => None,
    }
}

/// `jsonb` equality: numbers by value. Its order is not known here.
fn compare_json(a: &serde_json::Value, b: &serde_json::Value) -> Result<Ordering, EvaluateError> {
    if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) {
        return Ok(compare_floats(a, b));
    }
    if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
        return Ok(a.cmp(b));
    }
    Err(EvaluateError::unsupported("the order of `jsonb` values"))
}

/// The two kinds have no order here; the server may know one.
fn incomparable(a: &Value, b: &Value) -> EvaluateError {
    EvaluateError::unsupported(format!("a comparison of {} with {}", a.kind(), b.kind()))
}
