//! Values of a row file as a load would store them in a column of a SQLite schema.

use crate::row_file::{ColumnLayout, Storage};
use seedbed_schema_model::{Column, Schema, SqlType};
use seedbed_sql_values::affinity::Affinity;

/// What SQL stores in a column of the schema for a column of the row file.
pub(super) fn value_sql(schema: &Schema, model: &Column, stored: &ColumnLayout) -> String {
    let name = stored.sql();
    if stored.holds_text {
        return name;
    }
    let affinity = Affinity::of_column(model);
    let base = schema.base_type(&model.ty);
    let is_binary = matches!(base, SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. });
    match stored.storage {
        // Wider numbers are doubles in SQLite.
        Storage::Unsigned if stored.irregular => wide_sql(&name),
        Storage::Decimal { scale } if affinity == Affinity::Text => format!(
            "CASE typeof({name}) WHEN 'real' THEN printf('%.{scale}f', {name}) ELSE CAST({name} AS TEXT) END"
        ),
        Storage::Decimal { .. } if stored.irregular => wide_sql(&name),
        // A double that is no number is NULL in SQLite.
        Storage::Float => format!("nullif({name}, 'NaN')"),
        // SQLite's own texts have no zone.
        Storage::Timestamp { zoned: true } => format!("replace({name}, '+00:00', '')"),
        Storage::Uuid if affinity == Affinity::Blob || is_binary => {
            format!("unhex(replace({name}, '-', ''))")
        }
        _ => name,
    }
}

/// A number that may lie in the file as a text.
fn wide_sql(name: &str) -> String {
    format!("CASE typeof({name}) WHEN 'text' THEN CAST({name} AS NUMERIC) ELSE {name} END")
}
