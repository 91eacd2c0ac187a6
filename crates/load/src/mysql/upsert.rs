//! Rows whose keys a trigger of another table has already put there: updated rather than inserted.

use super::insert::{Done, InsertError, Writer, insert};
use super::{MySqlSession, existing, quoted};
use crate::LoadError;
use seedbed_datagen_core::{Plan, TablePlan};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::ops::Range;

/// Rows made at a time.
const ROWS: u64 = 1000;

/// Whether a table holds rows that it did not hold before the load.
pub(super) fn was_fed(session: &mut MySqlSession, plan: &Plan, table: TableId) -> Result<bool, LoadError> {
    let from = quoted(&plan.schema()[table].name.name);
    Ok(existing::count_one(&mut session.connection, &from)? > plan.existing_rows(table))
}

/// Inserts the rows whose key isn't there and updates those whose key is. Returns how many they are together.
pub(super) fn upsert(
    session: &mut MySqlSession,
    plan: &Plan,
    table: &TablePlan,
    rows: Range<u64>,
    key: &[ColumnIdx],
) -> Result<Result<u64, (u16, String)>, InsertError> {
    let owner = &plan.schema()[table.table];
    let written = table.columns.iter();
    let others: Vec<String> = written.filter(|c| !key.contains(c)).map(|c| quoted(&owner[*c].name)).collect();
    let first_of_key = key.iter().take(1).map(|c| quoted(&owner[*c].name));
    let sets: Vec<String> = match others.as_slice() {
        // There is nothing to change, and that has to be said.
        [] => first_of_key.map(|c| format!("{c} = {c}")).collect(),
        some => some.iter().map(|c| format!("{c} = VALUES({c})")).collect(),
    };
    let update = format!(" ON DUPLICATE KEY UPDATE {}", sets.join(", "));
    let writer = Writer::new(plan, table);
    let mut sent = 0;
    let mut start = rows.start;
    while start < rows.end {
        let end = rows.end.min(start + ROWS);
        let batch = writer.prepare(plan.batch(table.table, start..end));
        start = end;
        for (sql, some) in writer.inserts(&batch, session.insert_bytes, &update)? {
            let done = insert(&mut session.connection, &sql, some.len() as u64)?;
            if let Done::Less { warning: Some(warning), .. } = done {
                return Ok(Err(warning));
            }
            sent += some.len() as u64;
        }
    }
    Ok(Ok(sent))
}
