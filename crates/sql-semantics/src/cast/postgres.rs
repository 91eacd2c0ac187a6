//! PostgreSQL: by type, with errors for what does not fit.

use super::{convert, read, refused, text_to_array, typed_text};
use crate::compare::postgres::numeric_by_name;
use crate::function::range;
use crate::{Context, EvaluateError};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;
use seedbed_sql_values::column_value::normalize;
use seedbed_sql_values::literal::{decimal_fits, integer_fits};

/// `CAST(value AS target)`.
pub(crate) fn cast(
    value: Value,
    source: Option<&SqlType>,
    target: &SqlType,
    cx: &Context<'_>,
) -> Result<Value, EvaluateError> {
    let target = cx.schema.base_type(target);
    match target {
        SqlType::Varchar { length } | SqlType::Char { length } => {
            let text = typed_text(&value, source, cx);
            let length =
                if matches!(target, SqlType::Char { .. }) { Some(length.unwrap_or(1)) } else { *length };
            let kept: String = text.chars().take(length.map_or(usize::MAX, |l| l as usize)).collect();
            Ok(normalize(Value::Text(kept), target))
        }
        SqlType::Text { .. } | SqlType::Citext => Ok(Value::Text(typed_text(&value, source, cx))),
        SqlType::Array { element } => match value {
            Value::Array(items) => {
                let items = items.into_iter().map(|item| {
                    // An inner array has the whole array's type: PostgreSQL counts no dimensions.
                    let ty = if matches!(item, Value::Array(_)) { target } else { element };
                    super::cast(item, None, ty, cx)
                });
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            Value::Text(text) => text_to_array(&text, element, cx),
            other => Err(refused(&other, target)),
        },
        SqlType::Range { element, multi } => match value {
            Value::Text(text) => read(&text, target, cx),
            Value::Range(set) => range::retyped(&set, element, *multi, cx),
            other => Err(refused(&other, target)),
        },
        SqlType::Json { .. } => match value {
            Value::Text(text) => read(&text, target, cx),
            json @ Value::Json(_) => Ok(json),
            other => Err(refused(&other, target)),
        },
        _ => match value {
            Value::Text(text) => match (target, numeric_by_name(&text)) {
                (SqlType::Decimal { .. }, Some(named)) => Ok(named),
                _ => fit_number(read(&text, target, cx)?, target),
            },
            other => match convert(&other, target) {
                Some(value) => fit_number(value, target),
                None => Err(refused(&other, target)),
            },
        },
    }
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
