//! JSON that a schema takes: what the server answers when it has nothing to say.

use serde_json::{Map, Value, json};

/// How deep it follows a schema.
const DEEPEST: u32 = 8;

/// The simplest instance with all properties that are asked for.
pub(super) fn instance(schema: &Value) -> Value {
    at(schema, DEEPEST)
}

fn at(schema: &Value, depth: u32) -> Value {
    if let Some(first) = schema["enum"].as_array().and_then(|e| e.first()) {
        return first.clone();
    }
    if let Some(first) = schema["anyOf"].as_array().and_then(|e| e.first()) {
        return at(first, depth);
    }
    let kind =
        schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("string").to_lowercase();
    match kind.as_str() {
        "object" if depth > 0 => {
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let named = schema["properties"].as_object().into_iter().flatten();
            let wanted = named.filter(|(name, _)| required.is_empty() || required.contains(&name.as_str()));
            Value::Object(wanted.map(|(name, s)| (name.clone(), at(s, depth - 1))).collect::<Map<_, _>>())
        }
        "array" if depth > 0 => json!([at(&schema["items"], depth - 1)]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => json!("text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_is_there() {
        let schema = json!({"type": "OBJECT", "required": ["n"], "properties": {
            "n": {"type": "array", "items": {"type": "integer"}}, "x": {"type": "string"}}});
        assert_eq!(instance(&schema), json!({"n": [1]}));
    }
}
