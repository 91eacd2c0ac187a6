//! How text becomes a value of a MySQL column whose type doesn't take it as it stands.

use seedbed_schema_model::{Column, Schema, SqlType};

/// A function of the server's that makes a cell's text the column's value.
///
/// Cells are as text formats write them: hexadecimal digits of binary strings, bits as zeros and ones, geometries as
/// well-known text.
///
/// ```
/// use seedbed_load_plan::MySqlConversion;
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
/// let (schema, raw) = (Schema::new(Dialect::MySql), Column::new("raw", SqlType::Blob { max_bytes: None }));
/// assert_eq!(MySqlConversion::of(&schema, &raw).unwrap().applied_to("@cell"), "UNHEX(@cell)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MySqlConversion {
    before: &'static str,
    /// The spatial reference system that a geometry is made in.
    srid: Option<u32>,
    after: &'static str,
}

impl MySqlConversion {
    /// What a column's cells need; `None` where the server reads the text by itself.
    pub fn of(schema: &Schema, column: &Column) -> Option<Self> {
        let mut system = None;
        let (before, after) = match schema.base_type(&column.ty) {
            SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. } => ("UNHEX(", ")"),
            SqlType::Bit { .. } => ("CAST(CONV(", ", 2, 10) AS UNSIGNED)"),
            SqlType::Spatial { srid, .. } => {
                system = *srid;
                ("ST_GeomFromText(", ")")
            }
            // MariaDB's `inet6` holds an address of the older protocol only in the newer one's clothes.
            SqlType::Inet if column.declared_type.to_ascii_lowercase().starts_with("inet6") => {
                ("REGEXP_REPLACE(", r", '^([0-9.]+)$', '::ffff:\\1')")
            }
            _ => return None,
        };
        Some(Self { before, srid: system, after })
    }

    /// The SQL expression for a string constant or a variable that holds the text.
    pub fn applied_to(self, text: &str) -> String {
        match self.srid {
            Some(srid) => format!("{}{text}, {srid}{}", self.before, self.after),
            None => format!("{}{text}{}", self.before, self.after),
        }
    }
}
