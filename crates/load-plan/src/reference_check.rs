//! Looking up references where the server's own checks were off.

use seedbed_schema_model::{BrokenReference, CycleBreak, ForeignKey, Schema, TableId};
use seedbed_sql_semantics::{HardCycle, semantics};
use seedbed_sql_values::{quote_identifier, quote_qualified};

/// A reference that is looked up by a query, as the server did not check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceCheck {
    /// The table that is referred to.
    pub parent: TableId,
    /// A query of one number: the rows whose whole reference finds no parent.
    pub broken_rows: String,
}

/// Every declared reference of a table that the server's checks have to be off for.
pub(crate) fn reference_checks(
    schema: &Schema,
    table: TableId,
    broken: &[BrokenReference],
) -> Vec<ReferenceCheck> {
    let unchecked = semantics(schema.dialect).constraints.hard_cycle == HardCycle::Unchecked;
    if !unchecked || broken.iter().all(|b| b.how == CycleBreak::NullFirst) {
        return Vec::new();
    }
    let declared = schema[table].foreign_keys.iter().filter(|r| r.origin.is_declared());
    let check =
        |fk: &ForeignKey| ReferenceCheck { parent: fk.parent, broken_rows: anti_join(schema, table, fk) };
    declared.map(check).collect()
}

fn anti_join(schema: &Schema, table: TableId, reference: &ForeignKey) -> String {
    let (child, parent) = (&schema[table], &schema[reference.parent]);
    let quoted = |name: &str| quote_identifier(schema.dialect, name);
    let own: Vec<String> =
        reference.columns.iter().map(|c| format!("c.{}", quoted(&child[*c].name))).collect();
    let theirs = reference.parent_columns.iter().map(|c| format!("p.{}", quoted(&parent[*c].name)));
    let present: Vec<String> = own.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let same: Vec<String> = theirs.zip(&own).map(|(p, c)| format!("{p} = {c}")).collect();
    format!(
        "SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
        quote_qualified(schema.dialect, &child.name),
        present.join(" AND "),
        quote_qualified(schema.dialect, &parent.name),
        same.join(" AND "),
    )
}
