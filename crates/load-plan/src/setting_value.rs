//! Values for the session settings that defaults read.

use crate::SettingSource;
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_text_encode::ColumnText;
use std::collections::BTreeMap;

/// A value for each setting that has a source, by name: what the source's column has in the first row.
pub fn session_settings(plan: &Plan, sources: &[SettingSource]) -> BTreeMap<String, String> {
    SettingSource::values(sources, |table, column| first_value(plan, table, column))
}

fn first_value(plan: &Plan, table: TableId, column: ColumnIdx) -> Option<String> {
    let schema = plan.schema();
    let batch = plan.batch(table, 0..1);
    let at = batch.columns.iter().position(|c| *c == column)?;
    let base = schema.base_type(&schema[table][column].ty);
    let text = ColumnText::new(schema.dialect, base, batch.rows.column(at)).ok()?;
    let mut value = Vec::new();
    (!text.is_null(0)).then(|| text.push(0, &mut value))?;
    Some(String::from_utf8_lossy(&value).into_owned())
}
