//! Rows whose keys a trigger of another table has already put there: updated rather than inserted.
//!
//! Only rows that came up in this transaction are ever updated. What the target held before stays as it was.

use super::insert::CopyError;
use super::{PostgresSession, quoted, quoted_column, stage};
use crate::loaded_table::LoadedTable;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, Numbering, Table};

/// The row `t` was stored by this transaction or by one of its savepoints: their numbers follow its own.
const OURS: &str = "age(t.xmin) <= age(pg_current_xact_id()::xid)";

/// Inserts the rows of a table whose key isn't there and updates those whose key is. Returns how many they are together;
/// `None` if the table has no key to tell by.
pub(super) fn upsert(
    session: &mut PostgresSession,
    table: LoadedTable<'_>,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<Option<u64>, CopyError> {
    let Some(key) = &table.load.key else { return Ok(None) };
    stage::fill(session, table, batches)?;
    let mut run = |sql: &str| session.client.execute(sql, &[]).map_err(CopyError::Server);
    let updated = match update(table, key) {
        Some(sql) => run(&sql)?,
        None => 0,
    };
    let same = same_key(table.model(), key);
    let missing = format!("NOT EXISTS (SELECT FROM {} AS t WHERE {same})", quoted(table.name()));
    Ok(Some(updated + run(&stage::insert(table, &missing))?))
}

/// Sets the columns outside the key, but for those that the server numbers always.
fn update(table: LoadedTable<'_>, key: &[ColumnIdx]) -> Option<String> {
    let model = table.model();
    let may_be_set = |c: &&ColumnIdx| {
        !key.contains(c) && !matches!(model[**c].numbering, Some(Numbering::Identity { always: true, .. }))
    };
    let set = |c: &ColumnIdx| {
        let name = quoted_column(&model[*c].name);
        format!("{name} = s.{name}")
    };
    let sets: Vec<String> = table.load.columns.iter().filter(may_be_set).map(set).collect();
    (!sets.is_empty()).then(|| {
        format!(
            "UPDATE {} AS t SET {} FROM {} AS s WHERE {} AND {OURS}",
            quoted(&model.name),
            sets.join(", "),
            stage::name(table.id()),
            same_key(model, key),
        )
    })
}

fn same_key(table: &Table, key: &[ColumnIdx]) -> String {
    let pair = |c: &ColumnIdx| {
        let name = quoted_column(&table[*c].name);
        format!("t.{name} = s.{name}")
    };
    key.iter().map(pair).collect::<Vec<_>>().join(" AND ")
}
