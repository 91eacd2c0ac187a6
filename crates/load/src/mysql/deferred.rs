//! References that went in as NULL, filled in once their parents are there.

use super::insert::Cells;
use super::{MySqlSession, quoted, refusal};
use crate::LoadError;
use crate::session::Failure;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::{Plan, Shortfall, ShortfallCode};
use seedbed_export::{NullFirst, UnsupportedColumn};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::BTreeMap;

/// Rows updated in one message to the server.
const ROWS: u64 = 500;

/// Updates every table that left references for later. Returns what the server refused.
pub(super) fn fill_in(
    session: &mut MySqlSession,
    plan: &Plan,
    rows: &BTreeMap<TableId, u64>,
) -> Result<BTreeMap<TableId, Shortfall>, LoadError> {
    let mut refused = BTreeMap::new();
    for table in plan.tables().iter().filter(|t| rows.get(&t.table).is_some_and(|n| *n > 0)) {
        let Some(later) = NullFirst::of(plan.schema(), plan.load_order(), table.table, &table.columns) else {
            continue;
        };
        let name = &plan.schema()[table.table].name;
        let Some(key) = later.key else {
            let why = "no key finds its rows again";
            session.notes.insert(format!("`{name}`: references of a cycle stay NULL, as {why}"));
            continue;
        };
        let doing = || format!("filling in references of `{name}`");
        let wanted = Update { table: table.table, key, columns: later.columns };
        session.execute(&doing(), "SAVEPOINT seedbed_later")?;
        match wanted.run(session, plan, table.rows) {
            Ok(()) => session.execute(&doing(), "RELEASE SAVEPOINT seedbed_later")?,
            Err(Failure::Lost(error)) => return Err(error),
            Err(Failure::Again) => {}
            Err(Failure::Refused(why)) => {
                session.execute(&doing(), "ROLLBACK TO SAVEPOINT seedbed_later")?;
                refused.insert(table.table, why);
            }
        }
    }
    Ok(refused)
}

/// An UPDATE of some columns, row by row found by a key.
struct Update {
    table: TableId,
    key: Vec<ColumnIdx>,
    columns: Vec<ColumnIdx>,
}

impl Update {
    fn run(&self, session: &mut MySqlSession, plan: &Plan, rows: u64) -> Result<(), Failure> {
        let table = &plan.schema()[self.table];
        let doing = || format!("filling in references of `{}`", table.name);
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + ROWS);
            let statements = self.statements(plan, start..end).map_err(LoadError::server(doing()))?;
            start = end;
            if statements.is_empty() {
                continue;
            }
            match run_all(session, &statements) {
                Ok(changed) if changed == statements.len() as u64 => {}
                Ok(changed) => {
                    let lost = statements.len() as u64 - changed.min(statements.len() as u64);
                    let reason =
                        format!("{lost} rows were not found again by their key to fill in references");
                    return Err(Failure::Refused(Shortfall::new(ShortfallCode::Trigger, reason)));
                }
                Err(error) => {
                    let why = refusal::understand(&error, &session.catalog.insert_triggers(table));
                    return Err(match why {
                        Some(why) => Failure::Refused(why),
                        None => refusal::lost(doing())(error).into(),
                    });
                }
            }
        }
        Ok(())
    }

    /// A statement for each row with a reference. One statement for many rows would compare the key with a list of
    /// constants under a collation of its own.
    fn statements(&self, plan: &Plan, rows: std::ops::Range<u64>) -> Result<Vec<String>, UnsupportedColumn> {
        let (schema, table) = (plan.schema(), &plan.schema()[self.table]);
        let batch = plan.batch(self.table, rows);
        let key = Cells::new(schema, table, &batch, &self.key)?;
        let values = Cells::new(schema, table, &batch, &self.columns)?;
        let assign = |cells: &Cells<'_>, columns: &[ColumnIdx], row: usize| -> Vec<String> {
            let pair = |(i, c): (usize, &ColumnIdx)| {
                format!("{} = {}", quoted(&table[*c].name), cells.constant(i, row))
            };
            columns.iter().enumerate().map(pair).collect()
        };
        let statement = |row: usize| {
            format!(
                "UPDATE {} SET {} WHERE {}",
                quoted(&table.name.name),
                assign(&values, &self.columns, row).join(", "),
                assign(&key, &self.key, row).join(" AND "),
            )
        };
        let has_reference = |row: &usize| (0..self.columns.len()).any(|c| !values.is_null(c, *row));
        Ok((0..batch.rows.num_rows()).filter(has_reference).map(statement).collect())
    }
}

/// Runs statements in one message; returns the sum of the rows that they changed.
fn run_all(session: &mut MySqlSession, statements: &[String]) -> mysql::Result<u64> {
    let mut results = session.connection.query_iter(statements.join(";"))?;
    let mut changed = 0;
    while let Some(mut result) = results.iter() {
        changed += result.affected_rows();
        if let Some(Err(error)) = result.next() {
            return Err(error);
        }
    }
    Ok(changed)
}
