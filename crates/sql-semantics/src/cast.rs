//! Casts, and values as text.

use crate::calendar::DAY;
use crate::compare::{kind, mysql_number};
use crate::literal::{decimal_fits, integer_fits, round_micros};
use crate::number::{integer_prefix, numeric_prefix, to_decimal, to_float};
use crate::typing::Affinity;
use crate::{
    Context, Decimal, EvaluateError, Value, column_value, format_value, parse_value, split_timestamp,
};
use seedbed_schema_model::{Dialect, SqlType};

/// `CAST(value AS target)`; `source` is the operand's static type where it is known.
pub(crate) fn cast(
    value: Value,
    source: Option<&SqlType>,
    target: &SqlType,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    match cx.dialect() {
        Dialect::Sqlite => Ok(cast_sqlite(value, target)),
        Dialect::MySql => cast_mysql(value, target, cx),
        _ => cast_postgres(value, source, cx.schema.base_type(target), cx),
    }
}

/// A value as text, as the dialect converts it silently.
pub(crate) fn as_text(value: &Value, cx: &Context<'_>) -> String {
    typed_text(value, None, cx)
}

fn typed_text(value: &Value, source: Option<&SqlType>, cx: &Context<'_>) -> String {
    match (value, cx.dialect()) {
        (Value::Text(text), _) => text.clone(),
        (Value::Bytes(bytes), Dialect::MySql | Dialect::Sqlite) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        (value, dialect) => format_value(value, source.unwrap_or(&SqlType::Any), dialect),
    }
}

/// An array literal of an element type.
pub(crate) fn text_to_array(text: &str, element: &SqlType, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    read(text, &SqlType::Array { element: Box::new(element.clone()) }, cx)
}

/// A float as a 64-bit integer, cut off and saturated.
pub(crate) fn saturating_integer(f: f64) -> i128 {
    i128::from(f as i64)
}

fn read(text: &str, ty: &SqlType, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    parse_value(text, ty, cx.schema).map_err(|e| EvaluateError::runtime(e.to_string()))
}

fn cast_postgres(
    value: Value,
    source: Option<&SqlType>,
    target: &SqlType,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    let refused = |value: &Value| {
        EvaluateError::unsupported(format!("a cast of {} to {}", kind(value), type_name(target)))
    };
    match target {
        SqlType::Varchar { length } | SqlType::Char { length } => {
            let text = typed_text(&value, source, cx);
            let length =
                if matches!(target, SqlType::Char { .. }) { Some(length.unwrap_or(1)) } else { *length };
            let kept: String = text.chars().take(length.map_or(usize::MAX, |l| l as usize)).collect();
            Ok(column_value::normalize(Value::Text(kept), target))
        }
        SqlType::Text { .. } | SqlType::Citext => Ok(Value::Text(typed_text(&value, source, cx))),
        SqlType::Array { element } => match value {
            Value::Array(items) => {
                let items = items.into_iter().map(|item| {
                    // An inner array has the whole array's type: PostgreSQL counts no dimensions.
                    let ty = if matches!(item, Value::Array(_)) { target } else { element };
                    cast(item, None, ty, cx)
                });
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            Value::Text(text) => text_to_array(&text, element, cx),
            other => Err(refused(&other)),
        },
        SqlType::Json { .. } => match value {
            Value::Text(text) => read(&text, target, cx),
            json @ Value::Json(_) => Ok(json),
            other => Err(refused(&other)),
        },
        _ => match value {
            Value::Text(text) => {
                let value = read(&text, target, cx)?;
                fit_number(value, target)
            }
            other => match convert(&other, target) {
                Some(value) => fit_number(value, target),
                None => Err(refused(&other)),
            },
        },
    }
}

/// Conversions between variants; the result still has to fit the target's parameters.
fn convert(value: &Value, target: &SqlType) -> Option<Value> {
    Some(match (value, target) {
        (Value::Boolean(b), SqlType::Boolean) => Value::Boolean(*b),
        (Value::Integer(n), SqlType::Boolean) => Value::Boolean(*n != 0),
        (Value::Boolean(b), SqlType::Integer { .. }) => Value::Integer((*b).into()),
        (Value::Integer(_), SqlType::Integer { .. } | SqlType::Oid { .. }) => value.clone(),
        (Value::Decimal(d), SqlType::Integer { .. }) => Value::Integer(d.rounded(0)?.unscaled),
        // Floats round half to even (`rint`), numerics half away from zero.
        (Value::Float(f), SqlType::Integer { .. }) if f.abs() < 1e30 => {
            Value::Integer(libm::rint(*f) as i128)
        }
        (Value::Integer(_) | Value::Decimal(_), SqlType::Decimal { .. } | SqlType::Money) => {
            Value::Decimal(to_decimal(value)?)
        }
        (Value::Float(f), SqlType::Decimal { .. } | SqlType::Money) => Value::Decimal(float_to_numeric(*f)?),
        (Value::Integer(_) | Value::Decimal(_) | Value::Float(_), SqlType::Float { .. }) => {
            column_value::normalize(Value::Float(to_float(value)), target)
        }
        (Value::Date(d), SqlType::Date) => Value::Date(*d),
        (Value::Date(d), SqlType::Timestamp { .. }) => Value::Timestamp(i64::from(*d).checked_mul(DAY)?),
        (Value::Timestamp(t), SqlType::Timestamp { precision, .. }) => {
            Value::Timestamp(round_micros(*t, *precision))
        }
        (Value::Timestamp(t), SqlType::Date) => Value::Date(split_timestamp(*t).0),
        (Value::Timestamp(t), SqlType::Time { precision, .. }) => {
            Value::Time(round_micros(split_timestamp(*t).1, *precision))
        }
        (Value::Time(t), SqlType::Time { precision, .. }) => Value::Time(round_micros(*t, *precision)),
        (Value::Time(t), SqlType::Interval { .. }) => {
            Value::Interval(crate::Interval { micros: *t, ..crate::Interval::default() })
        }
        (Value::Interval(i), SqlType::Interval { .. }) => Value::Interval(*i),
        (Value::Interval(i), SqlType::Time { .. }) => Value::Time(i.micros.rem_euclid(DAY)),
        (Value::Uuid(u), SqlType::Uuid) => Value::Uuid(*u),
        (Value::Bytes(b), SqlType::Blob { .. }) => Value::Bytes(b.clone()),
        (Value::Bits(bits), SqlType::Bit { length, varying }) => {
            Value::Bits(fit_bits(bits, *length, *varying))
        }
        (Value::Integer(n), SqlType::Bit { length, varying: false }) => {
            let width = length.unwrap_or(1).min(64) as usize;
            let bits = format!("{:064b}", *n as i64);
            Value::Bits(bits[64 - width..].to_owned())
        }
        (Value::Bits(bits), SqlType::Integer { .. }) if bits.len() <= 64 => {
            Value::Integer(i128::from_str_radix(bits, 2).ok()?)
        }
        _ => return None,
    })
}

/// PostgreSQL turns a double into a numeric by its first 15 significant digits (`DBL_DIG`).
fn float_to_numeric(f: f64) -> Option<Decimal> {
    f.is_finite().then(|| Decimal::parse(&format!("{f:.14e}"))).flatten().map(trimmed)
}

/// Without zeros at the end of the fraction.
fn trimmed(mut d: Decimal) -> Decimal {
    while d.scale > 0 && d.unscaled % 10 == 0 {
        d = Decimal::new(d.unscaled / 10, d.scale - 1);
    }
    d
}

fn fit_bits(bits: &str, length: Option<u32>, varying: bool) -> String {
    let length = match (length, varying) {
        (None, true) => return bits.to_owned(),
        (length, _) => length.unwrap_or(1) as usize,
    };
    let mut kept: String = bits.chars().take(length).collect();
    if !varying {
        kept.extend(std::iter::repeat_n('0', length - kept.len()));
    }
    kept
}

/// Range and scale of the target.
fn fit_number(value: Value, target: &SqlType) -> Result<Value, EvaluateError> {
    match (value, target) {
        (Value::Integer(n), SqlType::Integer { bits, unsigned }) if !integer_fits(n, *bits, *unsigned) => {
            Err(EvaluateError::runtime("integer out of range"))
        }
        (Value::Decimal(d), SqlType::Decimal { precision, scale, .. })
            if precision.is_some() || scale.is_some() =>
        {
            let rounded =
                d.rounded(scale.unwrap_or(0).into()).filter(|d| decimal_fits(*d, *precision, *scale));
            rounded.map(Value::Decimal).ok_or_else(|| EvaluateError::runtime("numeric field overflow"))
        }
        (Value::Decimal(d), SqlType::Money) => {
            d.rounded(2).map(Value::Decimal).ok_or_else(|| EvaluateError::runtime("money out of range"))
        }
        (value, _) => Ok(value),
    }
}

fn cast_sqlite(value: Value, target: &SqlType) -> Value {
    match Affinity::of_type(target) {
        Affinity::Blob | Affinity::None => match value {
            Value::Text(text) => Value::Bytes(text.into_bytes()),
            number @ (Value::Integer(_) | Value::Float(_)) => {
                Value::Bytes(format_value(&number, &SqlType::Any, Dialect::Sqlite).into_bytes())
            }
            other => other,
        },
        Affinity::Text => match value {
            Value::Bytes(bytes) => Value::Text(String::from_utf8_lossy(&bytes).into_owned()),
            other => column_value::apply_affinity(other, Affinity::Text),
        },
        Affinity::Integer => Value::Integer(match value {
            Value::Integer(n) => n,
            Value::Text(text) => integer_prefix(&text),
            Value::Bytes(bytes) => integer_prefix(&String::from_utf8_lossy(&bytes)),
            other => saturating_integer(to_float(&other)),
        }),
        affinity => {
            let number = match value {
                Value::Text(text) => numeric_prefix(&text),
                Value::Bytes(bytes) => numeric_prefix(&String::from_utf8_lossy(&bytes)),
                other => return column_value::apply_affinity(other, real_only(affinity)),
            };
            column_value::apply_affinity(number, affinity)
        }
    }
}

/// A cast of a real to NUMERIC leaves it a real.
fn real_only(affinity: Affinity) -> Affinity {
    if affinity == Affinity::Real { affinity } else { Affinity::None }
}

fn cast_mysql(value: Value, target: &SqlType, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match target {
        SqlType::Char { length } | SqlType::Varchar { length } => {
            let limit = length.map_or(usize::MAX, |l| l as usize);
            Ok(Value::Text(as_text(&value, cx).chars().take(limit).collect()))
        }
        SqlType::Text { .. } => Ok(Value::Text(as_text(&value, cx))),
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => {
            Ok(Value::Bytes(match value {
                Value::Bytes(bytes) => bytes,
                other => as_text(&other, cx).into_bytes(),
            }))
        }
        SqlType::Integer { unsigned, .. } => {
            let n = match &value {
                Value::Text(text) => integer_prefix(text),
                other => match mysql_number(other) {
                    Value::Decimal(d) => d.rounded(0).map_or(0, |d| d.unscaled),
                    Value::Float(f) => saturating_integer(libm::rint(f)),
                    Value::Integer(n) => n,
                    _ => 0,
                },
            };
            Ok(Value::Integer(if *unsigned { (n as u64).into() } else { (n as i64).into() }))
        }
        SqlType::Decimal { precision, scale, .. } => {
            let number = mysql_number(&value);
            let decimal = to_decimal(&number).unwrap_or(Decimal::new(0, 0));
            let scale = scale.unwrap_or(0);
            let rounded = decimal
                .rounded(scale.into())
                .filter(|d| decimal_fits(*d, precision.or(Some(10)), Some(scale)));
            rounded
                .map(Value::Decimal)
                .ok_or_else(|| EvaluateError::unsupported("a decimal cut to its range"))
        }
        SqlType::Float { .. } => {
            Ok(column_value::normalize(Value::Float(to_float(&mysql_number(&value))), target))
        }
        SqlType::Date
        | SqlType::Time { .. }
        | SqlType::Timestamp { .. }
        | SqlType::Json { .. }
        | SqlType::Interval { .. } => {
            match &value {
                // MySQL answers NULL, with a warning, where the text is none.
                Value::Text(text) => Ok(parse_value(text, target, cx.schema).unwrap_or(Value::Null)),
                other => convert(other, target).ok_or_else(|| {
                    EvaluateError::unsupported(format!("a cast of {} to {}", kind(other), type_name(target)))
                }),
            }
        }
        _ => Err(EvaluateError::unsupported(format!("a cast to {}", type_name(target)))),
    }
}

/// A type as a word for a message.
pub(crate) fn type_name(ty: &SqlType) -> String {
    match ty {
        SqlType::Unknown { name }
        | SqlType::Oid { name }
        | SqlType::Geometric { name }
        | SqlType::Spatial { name } => {
            format!("`{name}`")
        }
        other => {
            let debug = format!("{other:?}");
            debug.split([' ', '(', '{']).next().unwrap_or_default().to_lowercase()
        }
    }
}

/// Whether some value can be cast to a type at all.
pub(crate) fn is_target(ty: &SqlType, cx: &Context<'_>) -> bool {
    match cx.schema.base_type(ty) {
        SqlType::Array { element } => is_target(element, cx),
        base => cx.dialect() == Dialect::Sqlite || !opaque(base),
    }
}

/// Types that are text here, without the meaning their server gives them.
fn opaque(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::Xml
            | SqlType::TsVector
            | SqlType::TsQuery
            | SqlType::Hstore
            | SqlType::Ltree
            | SqlType::PgLsn
            | SqlType::Geometric { .. }
            | SqlType::Spatial { .. }
            | SqlType::Range { .. }
            | SqlType::Composite(_)
            | SqlType::Unknown { .. }
    )
}
