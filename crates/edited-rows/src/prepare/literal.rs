//! Values that people wrote, as values of a column.

use crate::EditFault;
use crate::cells::{replaced, values};
use arrow_array::new_null_array;
use seedbed_datagen_core::arrow_type;
use seedbed_edit::Literal;
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType, TableId};
use seedbed_sql_values::{KeyPartRule, Value, parse_value, push_key_part, stored_value};

/// A literal as its column keeps it.
///
/// # Errors
/// [`EditFault::NotOfType`].
pub(crate) fn value_of(
    literal: &Literal,
    schema: &Schema,
    table: TableId,
    column: ColumnIdx,
) -> Result<Value, EditFault> {
    let model = &schema[table][column];
    let base = schema.base_type(&model.ty);
    let no = || EditFault::NotOfType {
        table: schema[table].name.to_string(),
        column: model.name.clone(),
        value: shown(literal),
        ty: model.declared_type.clone(),
    };
    let value = match (literal, base) {
        (Literal::Float(number), _) if !number.is_finite() => return Err(no()),
        (Literal::Boolean(b), SqlType::Boolean) => Value::Boolean(*b),
        (Literal::Boolean(b), _) if !base.is_text() => Value::Integer(i128::from(*b)),
        (Literal::Integer(n), SqlType::Boolean) if (0..=1).contains(n) => Value::Boolean(*n == 1),
        (literal, SqlType::Enum(id)) => {
            Value::Text(as_declared(shown(literal), &schema[*id].labels, schema, model))
        }
        (literal, SqlType::InlineEnum(labels)) => {
            Value::Text(as_declared(shown(literal), labels, schema, model))
        }
        (literal, _) if base.is_text() => Value::Text(shown(literal)),
        (literal, _) => parse_value(&shown(literal), base, schema).map_err(|_| no())?,
    };
    let value = stored_value(value, model, schema);
    let blank = new_null_array(&arrow_type(schema, &model.ty), 1);
    match replaced(&blank, &[0], std::slice::from_ref(&value), model, schema) {
        // As it is read again: with the digits of its column.
        Ok((array, refused)) if refused.is_empty() => {
            Ok(values(&array, model, schema).into_iter().next().unwrap_or(value))
        }
        _ => Err(no()),
    }
}

/// A label as it is declared: a server that does not tell its letters from those keeps the declared ones.
fn as_declared(text: String, labels: &[String], schema: &Schema, column: &Column) -> String {
    let key = |text: &str| comparable(&Value::Text(text.to_owned()), column, schema);
    let wanted = key(&text);
    labels.iter().find(|label| **label == text || key(label) == wanted).cloned().unwrap_or(text)
}

/// A value as its column compares it: equal bytes for values that the server takes for equal.
pub(crate) fn comparable(value: &Value, column: &Column, schema: &Schema) -> Vec<u8> {
    let mut key = Vec::new();
    push_key_part(&mut key, value, KeyPartRule::of_column(column), schema);
    key
}

/// A literal as text.
pub(crate) fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Boolean(b) => b.to_string(),
        Literal::Integer(n) => n.to_string(),
        Literal::Float(f) => f.to_string(),
        Literal::Text(text) => text.clone(),
    }
}
