//! The form of edits in JSON, as a schema.

use crate::Edit;
use schemars::generate::SchemaSettings;

/// The JSON Schema (draft 2020-12) of a list of edits, for whoever proposes some in JSON.
///
/// ```
/// let schema = seedbed_edit::json_schema();
/// assert_eq!(schema["type"], "array");
/// assert_eq!(schema["items"]["$ref"], "#/$defs/Edit");
/// ```
pub fn json_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Vec<Edit>>().to_value()
}
