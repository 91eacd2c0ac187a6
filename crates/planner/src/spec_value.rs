//! Values of the spec, as constants of a column's type.

use seedbed_datagen_core::WeightedValue;
use seedbed_schema_model::{Schema, SqlType};
use seedbed_sql_values::{Value, parse_value};

/// A spec's value as a constant of the column's type, and its weight, 1 unless it says otherwise. Text that is no value
/// of the type stays text, for a check to find.
pub(super) fn constant(value: &WeightedValue, base: &SqlType, schema: &Schema) -> (Value, u64) {
    let text = |t: &str| parse_value(t, base, schema).unwrap_or_else(|_| Value::Text(t.to_owned()));
    match value {
        WeightedValue::Text(t) => (text(t), 1),
        WeightedValue::Integer(n) => (Value::Integer((*n).into()), 1),
        WeightedValue::Float(f) => (text(&f.to_string()), 1),
        WeightedValue::Boolean(b) => (Value::Boolean(*b), 1),
        WeightedValue::Weighted { value, weight } => (constant(value, base, schema).0, u64::from(*weight)),
    }
}

/// A value for a message.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Text(t) => t.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(d) => d.to_string(),
        Value::Float(f) => f.to_string(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::Dialect;

    #[test]
    fn a_weight_stands_beside_its_value() {
        let schema = Schema::new(Dialect::Sqlite);
        let three = Box::new(WeightedValue::Text("3".to_owned()));
        let weighted = WeightedValue::Weighted { value: three, weight: 4 };
        let (value, weight) = constant(&weighted, &SqlType::INTEGER, &schema);
        assert_eq!((shown(&value).as_str(), weight), ("3", 4));
    }
}
