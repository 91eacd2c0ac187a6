//! How many edits there may be, and how long.

use crate::saving::edits_as_json;
use crate::{RequestLimits, ServiceError};
use seedbed_edit::Edit;
use serde_json::Value;

/// No more edits in a request than may be, and none longer.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::TooLong`].
pub(crate) fn check_edits(edits: &[Edit], limits: &RequestLimits) -> Result<(), ServiceError> {
    let count = edits.len();
    if count > limits.edits {
        let message = format!("{count} edits are more than the limit of {}", limits.edits);
        return Err(ServiceError::Invalid(message));
    }
    let edits = edits_as_json(edits)?;
    let (len, limit) = (bytes(&edits), limits.edit_bytes);
    if len > limit {
        return Err(ServiceError::TooLong { what: "the list of edits", len, limit, unit: "bytes" });
    }
    let (len, limit) = (edits.iter().map(longest_sql).max().unwrap_or(0), limits.expression_chars);
    match len > limit {
        true => Err(ServiceError::TooLong { what: "an expression", len, limit, unit: "characters" }),
        false => Ok(()),
    }
}

/// No more edits behind a dataset's rows than may be: all of them are carried out again whenever its rows are made again.
///
/// # Errors
/// [`ServiceError::NotPossible`].
pub(crate) fn check_recipe(edits: &[Value], limits: &RequestLimits) -> Result<(), ServiceError> {
    let (len, limit) = (bytes(edits), limits.recipe_edit_bytes);
    match len > limit {
        true => Err(ServiceError::NotPossible {
            what: format!("the edits of the dataset would have {len} bytes, more than the limit of {limit}"),
            hint: Some(
                "generate a dataset anew, with what has been changed in its spec or instructions".to_owned(),
            ),
        }),
        false => Ok(()),
    }
}

/// Bytes of edits as JSON.
fn bytes(edits: &[Value]) -> usize {
    edits.iter().map(|edit| edit.to_string().len() + 1).sum::<usize>() + 1
}

/// Characters of the longest condition or expression in an edit.
fn longest_sql(value: &Value) -> usize {
    match value {
        Value::Array(values) => values.iter().map(longest_sql).max().unwrap_or(0),
        Value::Object(fields) => {
            let of_field = |(name, value): (&String, &Value)| match (name.as_str(), value) {
                ("where" | "expression", Value::String(sql)) => sql.chars().count(),
                (_, value) => longest_sql(value),
            };
            fields.iter().map(of_field).max().unwrap_or(0)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(edits: Value) -> Option<String> {
        let edits: Vec<Edit> = serde_json::from_value(edits).expect("edits as JSON");
        check_edits(&edits, &RequestLimits::default()).err().map(|error| error.to_string())
    }

    #[test]
    fn edits_are_as_many_and_as_long_as_they_may_be() {
        let sql = |len: usize| "1".repeat(len);
        let set = |to: Value, sql: String| json!([{"edit": "set", "table": "t", "column": "c", "to": to, "rows": {"where": sql}}]);
        assert_eq!(refused(set(json!({"expression": sql(4_000)}), sql(4_000))), None);
        for edits in [set(json!({"expression": sql(4_001)}), sql(1)), set(json!({"value": 1}), sql(4_001))] {
            let message = "an expression has 4001 characters, more than the limit of 4000";
            assert_eq!(refused(edits).as_deref(), Some(message));
        }
        let long = refused(set(json!({"examples": ["x".repeat(70_000)]}), sql(1))).expect("too many bytes");
        assert!(long.starts_with("the list of edits has 70"), "{long}");
        assert!(refused(set(json!({"value": "x".repeat(60_000)}), sql(1))).is_none(), "values may be long");
    }

    #[test]
    fn all_edits_of_a_dataset_have_an_end() {
        let limits = RequestLimits { recipe_edit_bytes: 100, ..RequestLimits::default() };
        assert!(check_recipe(&[json!({"edit": "x".repeat(50)})], &limits).is_ok());
        let error = check_recipe(&[json!({"edit": "x".repeat(100)})], &limits).expect_err("too much");
        assert_eq!(error.code(), "not-possible");
        assert!(error.hint().is_some_and(|hint| hint.contains("generate a dataset anew")));
    }
}
