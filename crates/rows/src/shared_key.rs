//! Values of columns as bytes to look up.

use crate::filled::Filled;
use seedbed_sql_values::Value;

/// The values of shared columns as bytes to look up; `None` if one of them is NULL.
pub fn shared_key<'f>(
    columns: impl IntoIterator<Item = &'f Filled>,
    index: usize,
    into: &mut Vec<u8>,
) -> Option<()> {
    for column in columns {
        if !column.is_present(index) {
            return None;
        }
        let text = match column.value(index) {
            Value::Integer(n) => n.to_string(),
            Value::Text(t) => t,
            other => format!("{other:?}"),
        };
        into.extend_from_slice(&(text.len() as u32).to_le_bytes());
        into.extend_from_slice(text.as_bytes());
    }
    Some(())
}
