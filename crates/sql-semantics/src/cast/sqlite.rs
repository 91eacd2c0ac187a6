//! SQLite: the target is an affinity.

use super::saturating_integer;
use crate::{Context, EvaluateError};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;
use seedbed_sql_values::affinity::{Affinity, sqlite_number_text};
use seedbed_sql_values::number::{integer_prefix, numeric_prefix, to_float};

/// `CAST(value AS target)`, which never fails.
pub(crate) fn cast(
    value: Value,
    _: Option<&SqlType>,
    target: &SqlType,
    _: &Context<'_>,
) -> Result<Value, EvaluateError> {
    Ok(by_affinity(value, Affinity::of_type(target)))
}

/// The conversions of lang_expr.html#castexpr, which are forced, where storing a value tries them only.
fn by_affinity(value: Value, target: Affinity) -> Value {
    match target {
        Affinity::Blob | Affinity::None => match value {
            Value::Text(text) => Value::Bytes(text.into_bytes()),
            number @ (Value::Integer(_) | Value::Float(_)) => {
                Value::Bytes(sqlite_number_text(&number).into_bytes())
            }
            other => other,
        },
        Affinity::Text => match value {
            Value::Bytes(bytes) => Value::Text(String::from_utf8_lossy(&bytes).into_owned()),
            other => Affinity::Text.apply(other),
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
                other => return real_only(affinity).apply(other),
            };
            affinity.apply(number)
        }
    }
}

/// A cast of a real to NUMERIC leaves it a real.
fn real_only(affinity: Affinity) -> Affinity {
    if affinity == Affinity::Real { affinity } else { Affinity::None }
}
