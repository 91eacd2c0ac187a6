//! How text becomes a value of a MySQL column whose type doesn't take it as it stands.

use seedbed_schema_model::{Column, Schema, SqlType};

/// What goes around a cell's text, a string constant or a variable, so that it becomes the value; `None` where the
/// server reads the text by itself.
///
/// Cells are as [`ColumnText`](crate::ColumnText) writes them: hexadecimal digits of binary strings, bits as zeros and
/// ones, geometries as well-known text.
///
/// ```
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
/// let (schema, raw) = (Schema::new(Dialect::MySql), Column::new("raw", SqlType::Blob { max_bytes: None }));
/// let (before, after) = seedbed_export::mysql_conversion(&schema, &raw).unwrap();
/// assert_eq!(format!("{before}@cell{after}"), "UNHEX(@cell)");
/// ```
pub fn mysql_conversion(schema: &Schema, column: &Column) -> Option<(&'static str, &'static str)> {
    match schema.base_type(&column.ty) {
        SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => Some(("UNHEX(", ")")),
        SqlType::Bit { .. } => Some(("CAST(CONV(", ", 2, 10) AS UNSIGNED)")),
        SqlType::Spatial { .. } => Some(("ST_GeomFromText(", ")")),
        // MariaDB's `inet6` holds an address of the older protocol only in the newer one's clothes.
        SqlType::Inet if column.declared_type.to_ascii_lowercase().starts_with("inet6") => {
            Some(("REGEXP_REPLACE(", r", '^([0-9.]+)$', '::ffff:\\1')"))
        }
        _ => None,
    }
}
