//! Comparing values, as each dialect does.

use crate::collation::MySqlRules;
use crate::literal::parse_date;
use crate::number::{numeric_prefix, to_decimal, to_float};
use crate::typing::{Affinity, affinity_of, comparison_collation, type_of};
use crate::{
    Context, EvaluateError, Interval, Value, calendar, column_value, fold, format_value, parse_value,
};
use seedbed_schema_model::{Dialect, EnumTypeId, Expr, SqlType};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What the operands' static types say about their comparison.
#[derive(Clone, Debug)]
pub(crate) enum Rule<'a> {
    /// PostgreSQL: nothing special.
    Plain,
    /// PostgreSQL: by the order of labels.
    Enum(EnumTypeId),
    /// PostgreSQL `char(n)`: trailing spaces do not count.
    Blank,
    /// PostgreSQL `citext`.
    Citext,
    /// Affinity to apply to both operands, and the collation.
    Sqlite { affinity: Affinity, left_only: bool, collation: Option<&'a str> },
    /// The collation, and the labels of an enum that may meet its number.
    MySql { collation: Option<&'a str> },
}

impl<'a> Rule<'a> {
    /// The rule for `left op right`.
    pub(crate) fn of(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Self {
        match cx.dialect() {
            Dialect::Sqlite => Self::Sqlite {
                affinity: comparison_affinity(affinity_of(left, cx), affinity_of(right, cx)),
                left_only: false,
                collation: comparison_collation(left, right, cx),
            },
            Dialect::MySql => Self::MySql { collation: comparison_collation(left, right, cx) },
            _ => Self::postgres(left, right, cx),
        }
    }

    /// The rule for `left IN (..., right, ...)`: SQLite applies the left operand's affinity and collation alone.
    pub(crate) fn of_membership(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Self {
        match cx.dialect() {
            Dialect::Sqlite => Self::Sqlite {
                affinity: affinity_of(left, cx),
                left_only: true,
                collation: crate::typing::collation_name(left, cx),
            },
            _ => Self::of(left, right, cx),
        }
    }

    fn postgres(left: &'a Expr, right: &'a Expr, cx: &Context<'a>) -> Self {
        let (left, right) = (type_of(left, cx), type_of(right, cx));
        match (left.as_deref(), right.as_deref()) {
            (Some(SqlType::Enum(id)), _) | (_, Some(SqlType::Enum(id))) => Self::Enum(*id),
            (Some(SqlType::Citext), _) | (_, Some(SqlType::Citext)) => Self::Citext,
            (Some(SqlType::Char { .. }), None | Some(SqlType::Char { .. }))
            | (None, Some(SqlType::Char { .. })) => Self::Blank,
            _ => Self::Plain,
        }
    }
}

/// `sqlite3CompareAffinity`: a numeric side makes both numeric; a column against an expression lends its own.
fn comparison_affinity(left: Affinity, right: Affinity) -> Affinity {
    match (left, right) {
        (Affinity::None, other) | (other, Affinity::None) => other,
        (a, b) if a.is_numeric() || b.is_numeric() => Affinity::Numeric,
        _ => Affinity::Blob,
    }
}

/// The order of two values, `None` when either is NULL (or holds a NULL that decides, in a row).
pub(crate) fn compare(
    left: &Value,
    right: &Value,
    rule: &Rule<'_>,
    cx: &Context<'_>,
) -> Result<Option<Ordering>, EvaluateError> {
    if left.is_null() || right.is_null() {
        return Ok(None);
    }
    match rule {
        Rule::Sqlite { affinity, left_only, collation } => {
            Ok(Some(compare_sqlite(left, right, *affinity, *left_only, *collation)))
        }
        Rule::MySql { collation } => compare_mysql(left, right, *collation).map(Some),
        _ => compare_postgres(left, right, rule, cx).map(Some),
    }
}

fn compare_postgres(
    left: &Value,
    right: &Value,
    rule: &Rule<'_>,
    cx: &Context<'_>,
) -> Result<Ordering, EvaluateError> {
    let (left, right) = (typed_like(left, right, cx)?, typed_like(right, left, cx)?);
    Ok(match (&*left, &*right) {
        (Value::Text(a), Value::Text(b)) => match rule {
            Rule::Enum(id) => enum_order(a, *id, cx)?.cmp(&enum_order(b, *id, cx)?),
            Rule::Blank => a.trim_end_matches(' ').cmp(b.trim_end_matches(' ')),
            Rule::Citext => a.to_lowercase().cmp(&b.to_lowercase()),
            _ => a.cmp(b),
        },
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Bits(a), Value::Bits(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Interval(a), Value::Interval(b)) => interval_span(*a).cmp(&interval_span(*b)),
        (Value::Json(a), Value::Json(b)) if a == b => Ordering::Equal,
        (Value::Json(a), Value::Json(b)) => compare_json(a, b)?,
        (Value::Array(a), Value::Array(b)) | (Value::Row(a), Value::Row(b)) => compare_items(a, b, rule, cx)?,
        (a, b) => match (instant(a), instant(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => compare_numbers(a, b).ok_or_else(|| incomparable(a, b))?,
        },
    })
}

/// PostgreSQL takes a string constant for the type of what it is compared with.
pub(crate) fn typed_like<'v>(
    value: &'v Value,
    other: &Value,
    cx: &Context<'_>,
) -> Result<Cow<'v, Value>, EvaluateError> {
    let Value::Text(text) = value else { return Ok(Cow::Borrowed(value)) };
    let ty = match other {
        Value::Text(_) | Value::Null => return Ok(Cow::Borrowed(value)),
        Value::Array(items) => {
            SqlType::Array { element: Box::new(items.iter().find_map(natural_type).unwrap_or(SqlType::TEXT)) }
        }
        other => natural_type(other).unwrap_or(SqlType::TEXT),
    };
    parse_value(text, &ty, cx.schema).map(Cow::Owned).map_err(|e| EvaluateError::runtime(e.to_string()))
}

/// The widest type of a value's variant.
pub(crate) fn natural_type(value: &Value) -> Option<SqlType> {
    Some(match value {
        Value::Null => return None,
        Value::Boolean(_) => SqlType::Boolean,
        Value::Integer(_) => SqlType::BIGINT,
        Value::Decimal(_) => SqlType::Decimal { precision: None, scale: None, unsigned: false },
        Value::Float(_) => SqlType::Float { bits: 64, unsigned: false, digits: None },
        Value::Text(_) | Value::Row(_) => SqlType::TEXT,
        Value::Bytes(_) => SqlType::Blob { max_bytes: None },
        Value::Bits(_) => SqlType::Bit { length: None, varying: true },
        Value::Date(_) => SqlType::Date,
        Value::Time(_) => SqlType::Time { precision: None, zoned: false },
        Value::Timestamp(_) => SqlType::Timestamp { precision: None, zoned: true },
        Value::Interval(_) => SqlType::Interval { fields: None, precision: None },
        Value::Uuid(_) => SqlType::Uuid,
        Value::Json(_) => SqlType::Json { binary: true },
        Value::Array(items) => SqlType::Array { element: Box::new(items.iter().find_map(natural_type)?) },
    })
}

fn enum_order(label: &str, id: EnumTypeId, cx: &Context<'_>) -> Result<usize, EvaluateError> {
    let position = cx.schema.enums.get(id.position()).and_then(|e| e.labels.iter().position(|l| l == label));
    position.ok_or_else(|| EvaluateError::runtime(format!("invalid input value for enum: `{label}`")))
}

/// Element by element, then by length; NULL elements are equal to each other and above all else.
fn compare_items(
    a: &[Value],
    b: &[Value],
    rule: &Rule<'_>,
    cx: &Context<'_>,
) -> Result<Ordering, EvaluateError> {
    for (x, y) in a.iter().zip(b) {
        let order = match (x.is_null(), y.is_null()) {
            (false, false) => compare_postgres(x, y, rule, cx)?,
            (x, y) => x.cmp(&y),
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(a.len().cmp(&b.len()))
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

/// PostgreSQL compares intervals as if each month had 30 days of 24 hours.
fn interval_span(interval: Interval) -> i128 {
    (i128::from(interval.months) * 30 + i128::from(interval.days)) * i128::from(calendar::DAY)
        + i128::from(interval.micros)
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

fn compare_sqlite(
    left: &Value,
    right: &Value,
    affinity: Affinity,
    left_only: bool,
    collation: Option<&str>,
) -> Ordering {
    let has_text = matches!(left, Value::Text(_)) || matches!(right, Value::Text(_));
    let prepare = |value: &Value| match affinity {
        a if a.is_numeric() && matches!(value, Value::Text(_)) => {
            column_value::apply_affinity(value.clone(), Affinity::Numeric)
        }
        Affinity::Text if has_text || left_only => {
            column_value::apply_affinity(value.clone(), Affinity::Text)
        }
        _ => value.clone(),
    };
    let (a, b) = (prepare(left), prepare(right));
    match (&a, &b) {
        (Value::Text(a), Value::Text(b)) => {
            let key = |text| fold(text, collation, Dialect::Sqlite, &SqlType::TEXT);
            key(a).as_bytes().cmp(key(b).as_bytes())
        }
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Integer(a), Value::Float(b)) => compare_integer_float(*a, *b),
        (Value::Float(a), Value::Integer(b)) => compare_integer_float(*b, *a).reverse(),
        (a, b) => compare_numbers(a, b).unwrap_or_else(|| storage_class(a).cmp(&storage_class(b))),
    }
}

/// Exact, as SQLite compares: a float that is no 64-bit integer is compared by its whole part first.
fn compare_integer_float(integer: i128, float: f64) -> Ordering {
    if float.is_nan() {
        return Ordering::Greater;
    }
    let whole = libm::trunc(float);
    // `as` saturates, which keeps the order.
    integer.cmp(&(whole as i128)).then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal))
}

/// NULL, numbers, text, blobs (datatype3.html, §4.1).
fn storage_class(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Float(_) | Value::Decimal(_) | Value::Boolean(_) => 1,
        Value::Bytes(_) => 3,
        _ => 2,
    }
}

fn compare_mysql(left: &Value, right: &Value, collation: Option<&str>) -> Result<Ordering, EvaluateError> {
    let numeric = |v: &Value| matches!(v, Value::Integer(_) | Value::Decimal(_) | Value::Float(_));
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Ok(compare_mysql_text(a, b, collation)),
        (Value::Bytes(a), Value::Bytes(b)) => Ok(a.cmp(b)),
        (Value::Bytes(a), Value::Text(b)) => Ok(a.as_slice().cmp(b.as_bytes())),
        (Value::Text(a), Value::Bytes(b)) => Ok(a.as_bytes().cmp(b)),
        (Value::Time(a), Value::Time(b)) => Ok(a.cmp(b)),
        (Value::Json(a), Value::Json(b)) => {
            if a == b {
                Ok(Ordering::Equal)
            } else {
                compare_json(a, b)
            }
        }
        (a, Value::Text(text)) if instant(a).is_some() => Ok(instant(a).cmp(&mysql_instant(text))),
        (Value::Text(text), b) if instant(b).is_some() => Ok(mysql_instant(text).cmp(&instant(b))),
        (a, b) if instant(a).is_some() && instant(b).is_some() => Ok(instant(a).cmp(&instant(b))),
        (a, b) if numeric(a) && numeric(b) => compare_numbers(a, b).ok_or_else(|| incomparable(a, b)),
        (a, b) if numeric(a) || numeric(b) => {
            Ok(compare_floats(to_float(&mysql_number(a)), to_float(&mysql_number(b))))
        }
        (Value::Time(_), Value::Text(_)) | (Value::Text(_), Value::Time(_)) => {
            let text = |v: &Value| format_value(v, &SqlType::TEXT, Dialect::MySql);
            Ok(text(left).cmp(&text(right)))
        }
        (a, b) => Err(incomparable(a, b)),
    }
}

pub(crate) fn compare_mysql_text(a: &str, b: &str, collation: Option<&str>) -> Ordering {
    let rules = MySqlRules::of(collation);
    let key = |text| fold(text, collation, Dialect::MySql, &SqlType::TEXT).into_owned();
    let (a, b) = (key(a), key(b));
    // `_general_ci` weighs a letter as its capital, so that `_` and `^` come after the letters.
    if rules.general && !rules.case_sensitive {
        let weights = |text: &str| text.chars().flat_map(char::to_uppercase).collect::<String>();
        return weights(&a).cmp(&weights(&b));
    }
    a.cmp(&b)
}

fn mysql_instant(text: &str) -> Option<i64> {
    crate::literal::parse_timestamp(text, false)
        .or_else(|| parse_date(text).map(|d| i64::from(d).saturating_mul(calendar::DAY)))
}

/// MySQL's number in a string or a date (`20200131`).
pub(crate) fn mysql_number(value: &Value) -> Value {
    match value {
        Value::Text(text) => numeric_prefix(text),
        Value::Boolean(b) => Value::Integer((*b).into()),
        Value::Date(days) => {
            let (y, m, d) = calendar::civil_from_days(*days);
            Value::Integer((i128::from(y) * 100 + i128::from(m)) * 100 + i128::from(d))
        }
        other => other.clone(),
    }
}

fn incomparable(a: &Value, b: &Value) -> EvaluateError {
    EvaluateError::unsupported(format!("a comparison of {} with {}", kind(a), kind(b)))
}

/// A value's kind as a word for a message.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Boolean(_) => "boolean",
        Value::Integer(_) => "integer",
        Value::Decimal(_) => "numeric",
        Value::Float(_) => "float",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Bits(_) => "bits",
        Value::Date(_) => "date",
        Value::Time(_) => "time",
        Value::Timestamp(_) => "timestamp",
        Value::Interval(_) => "interval",
        Value::Uuid(_) => "uuid",
        Value::Json(_) => "json",
        Value::Array(_) => "array",
        Value::Row(_) => "row",
    }
}
