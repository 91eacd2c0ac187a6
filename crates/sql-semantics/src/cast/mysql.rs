//! MySQL: to the nearest value of the target.

use super::{as_text, convert, refused, saturating_integer, type_name};
use crate::compare::mysql::number_of;
use crate::{Context, EvaluateError};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::column_value::normalize;
use seedbed_sql_values::literal::decimal_fits;
use seedbed_sql_values::number::{integer_prefix, to_decimal, to_float};
use seedbed_sql_values::{Decimal, Value, parse_value};

/// `CAST(value AS target)`.
pub(crate) fn cast(
    value: Value,
    _: Option<&SqlType>,
    target: &SqlType,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
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
            let n = integer(&value);
            Ok(Value::Integer(if *unsigned { (n as u64).into() } else { (n as i64).into() }))
        }
        SqlType::Decimal { precision, scale, .. } => decimal(&value, *precision, scale.unwrap_or(0)),
        SqlType::Float { .. } => Ok(normalize(Value::Float(to_float(&number_of(&value))), target)),
        SqlType::Date
        | SqlType::Time { .. }
        | SqlType::Timestamp { .. }
        | SqlType::Json { .. }
        | SqlType::Interval { .. } => {
            match &value {
                // MySQL answers NULL, with a warning, where the text is none.
                Value::Text(text) => Ok(parse_value(text, target, cx.schema).unwrap_or(Value::Null)),
                other => convert(other, target).ok_or_else(|| refused(other, target)),
            }
        }
        _ => Err(EvaluateError::unsupported(format!("a cast to {}", type_name(target)))),
    }
}

/// The integer of SIGNED and UNSIGNED, before its 64 bits are taken with a sign or without.
fn integer(value: &Value) -> i128 {
    match value {
        Value::Text(text) => integer_prefix(text),
        other => match number_of(other) {
            Value::Decimal(d) => d.rounded(0).map_or(0, |d| d.unscaled),
            Value::Float(f) => saturating_integer(libm::rint(f)),
            Value::Integer(n) => n,
            _ => 0,
        },
    }
}

/// DECIMAL has ten digits where nothing is said. What does not fit MySQL cuts to the end of the range, with a warning.
fn decimal(value: &Value, precision: Option<u16>, scale: i16) -> Result<Value, EvaluateError> {
    let decimal = to_decimal(&number_of(value)).unwrap_or(Decimal::new(0, 0));
    let rounded =
        decimal.rounded(scale.into()).filter(|d| decimal_fits(*d, precision.or(Some(10)), Some(scale)));
    rounded.map(Value::Decimal).ok_or_else(|| EvaluateError::unsupported("a decimal cut to its range"))
}
