//! Rows whose keys a trigger of another table has already put there: updated rather than inserted.
//!
//! Only rows that came up in this transaction are ever updated. What the target held before stays as it was.

use super::insert::CopyError;
use super::{PostgresSession, quoted, quoted_column, stage};
use seedbed_datagen_core::{Batch, Plan, TablePlan};
use seedbed_schema_model::{ColumnIdx, Numbering, Table, UniqueKey};

/// The row `t` was stored by this transaction or by one of its savepoints: their numbers follow its own.
const OURS: &str = "age(t.xmin) <= age(pg_current_xact_id()::xid)";

/// Inserts the rows of a table whose key isn't there and updates those whose key is. Returns how many they are together;
/// `None` if the table has no key to tell by.
pub(super) fn upsert(
    session: &mut PostgresSession,
    plan: &Plan,
    table: &TablePlan,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<Option<u64>, CopyError> {
    let schema = plan.schema();
    let Some(key) = key(&schema[table.table], &table.columns) else { return Ok(None) };
    stage::fill(session, plan, table, batches)?;
    let mut run = |sql: &str| session.client.execute(sql, &[]).map_err(CopyError::Server);
    let updated = match update(&schema[table.table], table, &key) {
        Some(sql) => run(&sql)?,
        None => 0,
    };
    let same = same_key(&schema[table.table], &key);
    let missing = format!("NOT EXISTS (SELECT FROM {} AS t WHERE {same})", quoted(&schema[table.table].name));
    Ok(Some(updated + run(&stage::insert(plan, table, &missing))?))
}

/// Sets the columns outside the key, but for those that the server numbers always.
fn update(table: &Table, planned: &TablePlan, key: &[ColumnIdx]) -> Option<String> {
    let may_be_set = |c: &&ColumnIdx| {
        !key.contains(c) && !matches!(table[**c].numbering, Some(Numbering::Identity { always: true, .. }))
    };
    let set = |c: &ColumnIdx| {
        let name = quoted_column(&table[*c].name);
        format!("{name} = s.{name}")
    };
    let sets: Vec<String> = planned.columns.iter().filter(may_be_set).map(set).collect();
    (!sets.is_empty()).then(|| {
        format!(
            "UPDATE {} AS t SET {} FROM {} AS s WHERE {} AND {OURS}",
            quoted(&table.name),
            sets.join(", "),
            stage::name(planned.table),
            same_key(table, key),
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

/// The primary key, or the first unique key that is whole and never NULL.
fn key(table: &Table, written: &[ColumnIdx]) -> Option<Vec<ColumnIdx>> {
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    let uniques = table.uniques.iter().filter(|u| u.predicate.is_none()).filter_map(UniqueKey::plain_columns);
    primary.chain(uniques).find(|k| k.iter().all(|c| written.contains(c) && !table[*c].nullable))
}
