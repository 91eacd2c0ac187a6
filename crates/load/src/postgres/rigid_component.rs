//! Tables that only hold together: one statement inserts the rows of them all.
//!
//! PostgreSQL checks a reference that is not deferrable at the end of the statement, and a statement may insert into
//! several tables by data-modifying CTEs (PostgreSQL manual, 7.8.4). So a cycle of references that can neither wait nor be
//! NULL is filled at any number of rows, from stages.

use super::insert::CopyError;
use super::{PostgresSession, refusal, stage};
use crate::session::Failure;
use seedbed_datagen_core::{Plan, TablePlan};
use seedbed_schema_model::TableId;
use std::collections::BTreeMap;

/// Moves the staged rows of some tables to where they belong. Returns how many rows the server stored of each.
pub(super) fn insert(
    session: &mut PostgresSession,
    plan: &Plan,
    tables: &[TableId],
) -> Result<BTreeMap<TableId, u64>, (TableId, Failure)> {
    let staged: Vec<&TablePlan> = tables
        .iter()
        .filter_map(|t| plan.table(*t))
        .filter(|t| t.rows > 0 && !t.columns.is_empty())
        .collect();
    let Some(mut blamed) = staged.first().map(|t| t.table) else { return Ok(BTreeMap::new()) };
    let stored = session.store(plan, tables, |session| {
        let counts = session.client.query_one(&statement(plan, &staged), &[]);
        counts.map_err(|error| {
            let named = refusal::table(&error, plan.schema()).filter(|t| tables.contains(t));
            blamed = named.unwrap_or(blamed);
            session.failure(plan, blamed, CopyError::Server(error))
        })
    });
    let counts = stored.map_err(|failure| (blamed, failure))?;
    Ok(staged.iter().enumerate().map(|(i, t)| (t.table, counts.get::<_, i64>(i) as u64)).collect())
}

fn statement(plan: &Plan, tables: &[&TablePlan]) -> String {
    let part =
        |(i, t): (usize, &&TablePlan)| format!("i{i} AS ({} RETURNING 1)", stage::insert(plan, t, "true"));
    let parts: Vec<String> = tables.iter().enumerate().map(part).collect();
    let counts: Vec<String> = (0..tables.len()).map(|i| format!("(SELECT count(*) FROM i{i})")).collect();
    format!("WITH {} SELECT {}", parts.join(", "), counts.join(", "))
}
