//! How text becomes a value of a MySQL column whose type doesn't take it as it stands.

use seedbed_schema_model::SqlType;

/// What goes around a cell's text, a string constant or a variable, so that it becomes the value; `None` where the
/// server reads the text by itself.
///
/// Cells are as [`ColumnText`](crate::ColumnText) writes them: hexadecimal digits of binary strings, bits as zeros and
/// ones, geometries as well-known text.
///
/// ```
/// use seedbed_schema_model::SqlType;
/// let (before, after) = seedbed_export::mysql_conversion(&SqlType::Blob { max_bytes: None }).unwrap();
/// assert_eq!(format!("{before}@cell{after}"), "UNHEX(@cell)");
/// ```
pub fn mysql_conversion(base: &SqlType) -> Option<(&'static str, &'static str)> {
    match base {
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => Some(("UNHEX(", ")")),
        SqlType::Bit { .. } => Some(("CAST(CONV(", ", 2, 10) AS UNSIGNED)")),
        SqlType::Spatial { .. } => Some(("ST_GeomFromText(", ")")),
        _ => None,
    }
}
