//! Edits, as JSON and as JSON Schema.

use crate::error::ApiError;
use crate::request::read_value;
use seedbed_edit::Edit;
use serde_json::{Map, Value, json};

/// What an edit is called in the description of the API; its parts have that before their own names.
const EDIT: &str = "Edit";

/// Reads edits. What is wrong with each is told, and not only with the first.
///
/// # Errors
/// 400 `invalid-field`.
pub(super) fn read_edits(values: Vec<Value>) -> Result<Vec<Edit>, ApiError> {
    let (mut edits, mut problems) = (Vec::new(), Vec::new());
    for (number, mut value) in values.into_iter().enumerate() {
        write_whole(&mut value);
        match read_value(value) {
            Ok(edit) => edits.push(edit),
            Err(error) => {
                let message = error.into_body().error.message;
                problems.push(json!({"message": message, "path": format!("edits[{number}]")}));
            }
        }
    }
    let Some(first) = problems.first() else { return Ok(edits) };
    let text = |key: &str| first[key].as_str().unwrap_or_default().to_owned();
    let message = format!("`{}`: {}", text("path"), text("message"));
    Err(ApiError::bad_request("invalid-field", message).details(Some(problems.into())))
}

/// Up to here a 64-bit float holds every whole number.
const GREATEST_SAFE: f64 = 9_007_199_254_740_991.0;

/// JSON knows no kinds of numbers: `10.0` is `10`.
fn write_whole(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(write_whole),
        Value::Object(fields) => fields.values_mut().for_each(write_whole),
        Value::Number(number) => {
            let whole = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() <= GREATEST_SAFE);
            if let Some(whole) = whole.filter(|_| number.is_f64()) {
                *value = (whole as i64).into();
            }
        }
        _ => {}
    }
}

/// The schema of an edit, and the schemas that it refers to, as the components of a document of OpenAPI.
pub(crate) fn edit_schemas() -> Map<String, Value> {
    let mut schema = seedbed_edit::json_schema();
    let parts = schema.get_mut("$defs").map(Value::take).unwrap_or_default();
    let component = |(name, part): (&String, &Value)| {
        let mut part = part.clone();
        as_component(&mut part);
        (component_name(name), part)
    };
    parts.as_object().into_iter().flatten().map(component).collect()
}

/// Names of parts are no other components' names.
fn component_name(part: &str) -> String {
    if part == EDIT { part.to_owned() } else { format!("{EDIT}{part}") }
}

/// References lead to components, and formats of numbers are bounds, which every reader knows.
fn as_component(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(as_component),
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("#/components/schemas/{}", component_name(name));
            }
            let bounds = match fields.get("format").and_then(Value::as_str) {
                Some("uint64") => Some((json!(0), json!(u64::MAX))),
                Some("uint32") => Some((json!(0), json!(u32::MAX))),
                Some("int64") => Some((json!(i64::MIN), json!(i64::MAX))),
                _ => None,
            };
            if let Some((least, greatest)) = bounds {
                fields.remove("format");
                fields.entry("minimum").or_insert(least);
                fields.entry("maximum").or_insert(greatest);
            }
            fields.values_mut().for_each(as_component);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_however_they_are_written() {
        let edit = json!({"edit": "rows", "table": "film", "count": 5.0});
        let read = read_edits(vec![edit]).expect("it is an edit");
        assert_eq!(serde_json::to_value(&read).expect("JSON")[0]["count"], 5);
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_place() {
        let good = json!({"edit": "rows", "table": "film", "count": 5});
        let bad = json!({"edit": "rows", "table": "film", "count": -1});
        let error =
            read_edits(vec![bad, good, json!({"edit": "drop"})]).expect_err("two are none").into_body();
        assert_eq!(error.error.code, "invalid-field");
        let details = error.error.details.expect("details");
        assert_eq!((&details[0]["path"], &details[1]["path"]), (&json!("edits[0]"), &json!("edits[2]")));
        assert!(error.error.message.starts_with("`edits[0]`: "), "{}", error.error.message);
    }

    #[test]
    fn every_kind_of_edit_is_described_and_every_reference_leads_somewhere() {
        let schemas = edit_schemas();
        let text = serde_json::to_string(&schemas).expect("JSON");
        for kind in ["set", "nulls", "shift", "scale", "rename", "add", "remove", "rows", "spread", "locale"]
        {
            assert!(text.contains(&format!("\"const\":\"{kind}\"")), "{kind}: {text}");
        }
        assert!(schemas.contains_key("Edit") && !text.contains("$defs"), "{text}");
        for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(schemas.contains_key(name), "{name}");
        }
    }
}
