//! Looking up references where MySQL's own checks were off.

use seedbed_schema_model::{Dialect, ForeignKey, Schema, TableId};
use seedbed_sql_semantics::{quote_identifier, quote_qualified};

/// A query that counts the rows of a table whose whole reference finds no parent.
pub fn mysql_anti_join(schema: &Schema, table: TableId, reference: &ForeignKey) -> String {
    let (child, parent) = (&schema[table], &schema[reference.parent]);
    let quoted = |name: &str| quote_identifier(Dialect::MySql, name);
    let own: Vec<String> =
        reference.columns.iter().map(|c| format!("c.{}", quoted(&child[*c].name))).collect();
    let theirs = reference.parent_columns.iter().map(|c| format!("p.{}", quoted(&parent[*c].name)));
    let present: Vec<String> = own.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let same: Vec<String> = theirs.zip(&own).map(|(p, c)| format!("{p} = {c}")).collect();
    format!(
        "SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
        quote_qualified(Dialect::MySql, &child.name),
        present.join(" AND "),
        quote_qualified(Dialect::MySql, &parent.name),
        same.join(" AND "),
    )
}
