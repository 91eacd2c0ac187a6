//! The spec as JSON Schema: what `seedbed-datagen-core` reads.

use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// Wishes for rows, as in `seedbed.toml`.
#[derive(Debug)]
pub(super) struct SpecSchema;

impl PartialSchema for SpecSchema {
    fn schema() -> RefOr<Schema> {
        // What stands in an `Option` may be null as well.
        let count = json!({"oneOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": "^[0-9]+[kKmMgG]?$", "examples": ["5M"]},
        ]});
        let share = json!({"type": ["number", "null"], "minimum": 0, "maximum": 1});
        let literal = json!({"type": ["string", "integer", "number", "boolean"]});
        let value = json!({"oneOf": [literal, {
            "type": "object", "additionalProperties": false, "required": ["value", "weight"],
            "properties": {"value": literal, "weight": {"type": "integer", "minimum": 1}},
        }]});
        let bound = json!({"type": ["string", "integer", "number", "boolean", "null"]});
        let range = json!({
            "type": ["object", "null"], "additionalProperties": false,
            "properties": {"min": bound, "max": bound},
        });
        let column = json!({
            "type": "object", "additionalProperties": false,
            "description": "Wishes for a column: at most one of `values`, `range`, `provider` and `examples`",
            "properties": {
                "values": {"type": ["array", "null"], "items": value},
                "range": range,
                "null-rate": share,
                "provider": {"type": ["string", "null"]},
                "examples": {"type": ["array", "null"], "items": {"type": "string"}},
            },
        });
        let reference = json!({
            "type": "object", "additionalProperties": false, "required": ["columns", "to"],
            "properties": {
                "columns": {"type": "array", "items": {"type": "string"}},
                "to": {"type": "string"},
            },
        });
        let table = json!({
            "type": "object", "additionalProperties": false,
            "properties": {
                "rows": count,
                "columns": {"type": "object", "additionalProperties": column},
                "references": {"type": "array", "items": reference},
            },
        });
        let spec = json!({
            "type": "object", "additionalProperties": false,
            "description": "Wishes for rows, as in `seedbed.toml`",
            "properties": {
                "seed": {"type": ["integer", "null"], "minimum": 0},
                "rows": count,
                "null-rate": share,
                "infer-references": {"type": "boolean"},
                "locale": {"type": ["string", "null"]},
                "tables": {"type": "object", "additionalProperties": table},
            },
        });
        // A schema that utoipa can't read would be one of any value; the test below holds that it can.
        serde_json::from_value(spec).unwrap_or_default()
    }
}

impl ToSchema for SpecSchema {}
