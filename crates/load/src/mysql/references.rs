//! Looking up every reference of a table, where the server's own checks were off.

use super::connection::MySqlConnection;
use super::{MySqlSession, refusal};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::Loading;
use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// References that find no row.
#[derive(Debug)]
pub(super) struct BrokenRows {
    /// How many.
    pub(super) rows: u64,
    /// A table that is referred to in vain.
    parent: TableId,
}

/// The references of a table that find no row, if there are any.
pub(super) fn broken(
    connection: &mut MySqlConnection,
    table: LoadedTable<'_>,
) -> Result<Option<BrokenRows>, LoadError> {
    let mut found: Option<BrokenRows> = None;
    for check in &table.load.reference_checks {
        let checking = Operation::CheckReferences(table.name().clone());
        let rows: Option<u64> =
            connection.query_first(check.broken_rows.as_str()).map_err(refusal::lost(checking))?;
        if let Some(rows @ 1..) = rows {
            let before = found.map_or(0, |broken| broken.rows);
            found = Some(BrokenRows { rows: before + rows, parent: check.parent });
        }
    }
    Ok(found)
}

/// Looks up every reference of the tables that were written without the server's checks. Returns the tables with more
/// broken ones than before.
pub(super) fn look_up_unchecked(
    session: &mut MySqlSession,
    load: Loading<'_>,
) -> Result<BTreeMap<TableId, Refusal>, LoadError> {
    let mut refused = BTreeMap::new();
    for (id, before) in std::mem::take(&mut session.unchecked) {
        let Some(table) = load.table(id) else { continue };
        load.cancel.check()?;
        if let Some(broken) = broken(&mut session.connection, table)?.filter(|b| b.rows > before) {
            let parent = load.schema()[broken.parent].name.to_string();
            refused.insert(id, Refusal::BrokenReferences { rows: broken.rows - before, parent });
        }
    }
    Ok(refused)
}
