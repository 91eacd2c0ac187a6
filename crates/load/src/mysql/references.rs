//! Looking up every reference of a table, where the server's own checks were off.

use super::refusal;
use crate::LoadError;
use mysql::Conn;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::Plan;
use seedbed_export::mysql_anti_join;
use seedbed_schema_model::{CycleBreak, Schema, TableId};

/// Whether the table has a reference whose parents come later and that can't be NULL until then.
pub(super) fn in_hard_cycle(plan: &Plan, table: TableId) -> bool {
    plan.load_order().broken.iter().any(|b| b.foreign_key.table == table && b.how != CycleBreak::NullFirst)
}

/// The references of a table that find no row, with the parent of one of them.
pub(super) fn broken(
    connection: &mut Conn,
    schema: &Schema,
    table: TableId,
) -> Result<(u64, String), LoadError> {
    let owner = &schema[table];
    let mut found = (0, String::new());
    for reference in owner.foreign_keys.iter().filter(|r| r.origin.is_declared()) {
        let sql = mysql_anti_join(schema, table, reference);
        let doing = format!("checking the references of `{}`", owner.name);
        let rows: Option<u64> = connection.query_first(sql).map_err(refusal::lost(doing))?;
        if let Some(rows @ 1..) = rows {
            found = (found.0 + rows, schema[reference.parent].name.to_string());
        }
    }
    Ok(found)
}
