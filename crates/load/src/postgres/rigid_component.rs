//! Tables of a rigid component, which only hold together: one statement inserts the rows of them all.
//!
//! PostgreSQL checks a reference that is not deferrable at the end of the statement, and a statement may insert into
//! several tables by data-modifying CTEs (PostgreSQL manual, 7.8.4). So a cycle of references that can neither wait nor be
//! NULL is filled at any number of rows, from stages.

use super::{PostgresSession, refusal, stage};
use crate::loaded_table::LoadedTable;
use crate::send_error::SendError;
use crate::session::NotStored;
use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// Moves the staged rows of some tables to where they belong. Returns how many rows the server stored of each.
pub(super) fn insert(
    session: &mut PostgresSession,
    tables: &[LoadedTable<'_>],
) -> Result<BTreeMap<TableId, u64>, (TableId, NotStored)> {
    let staged = tables.iter().filter(|t| t.load.rows > 0 && !t.load.columns.is_empty());
    let staged: Vec<LoadedTable<'_>> = staged.copied().collect();
    let Some(mut blamed) = staged.first().copied() else { return Ok(BTreeMap::new()) };
    let stored = session.store(tables, |session| {
        let counts = session.client.query_one(&statement(&staged), &[]);
        counts.map_err(|error| {
            let named = refusal::table(&error, blamed.schema());
            let named = tables.iter().find(|t| Some(t.id()) == named);
            blamed = named.copied().unwrap_or(blamed);
            session.failure(blamed, SendError::Server(error))
        })
    });
    let counts = stored.map_err(|failure| (blamed.id(), failure))?;
    Ok(staged.iter().enumerate().map(|(i, t)| (t.id(), counts.get::<_, i64>(i) as u64)).collect())
}

fn statement(tables: &[LoadedTable<'_>]) -> String {
    let part =
        |(i, t): (usize, &LoadedTable<'_>)| format!("i{i} AS ({} RETURNING 1)", stage::insert(*t, "true"));
    let parts: Vec<String> = tables.iter().enumerate().map(part).collect();
    let counts: Vec<String> = (0..tables.len()).map(|i| format!("(SELECT count(*) FROM i{i})")).collect();
    format!("WITH {} SELECT {}", parts.join(", "), counts.join(", "))
}
