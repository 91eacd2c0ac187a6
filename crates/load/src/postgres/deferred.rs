//! References that went in as NULL, filled in once their parents are there.

use super::{PostgresSession, quoted, quoted_column, refusal};
use crate::LoadError;
use crate::session::Failure;
use seedbed_datagen_core::{Batch, Plan, Shortfall};
use seedbed_export::{ColumnText, NullFirst};
use seedbed_schema_model::{ColumnIdx, Dialect, TableId};
use seedbed_sql_semantics::quote_text;
use std::collections::BTreeMap;

/// Rows in one UPDATE.
const ROWS: u64 = 1000;

/// Updates every table that left references for later. Returns what the server refused.
pub(super) fn fill_in(
    session: &mut PostgresSession,
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
            session.notes.push(format!("`{name}`: references of a cycle stay NULL, as {why}"));
            continue;
        };
        let wanted = Update { table: table.table, key, columns: later.columns };
        let doing = || format!("filling in references of `{name}`");
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
    fn run(&self, session: &mut PostgresSession, plan: &Plan, rows: u64) -> Result<(), Failure> {
        let name = &plan.schema()[self.table].name;
        let doing = || format!("filling in references of `{name}`");
        let types = self.types(session, plan)?;
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + ROWS);
            let batch = plan.batch(self.table, start..end);
            start = end;
            let Some(sql) = self.statement(plan, &batch, &types).map_err(LoadError::server(doing()))? else {
                continue;
            };
            if let Err(error) = session.client.batch_execute(&sql) {
                let refused = refusal::understand(&error, session.catalog.triggers(name));
                return Err(match refused {
                    Some(refused) => Failure::Refused(refused.why),
                    None => LoadError::server(doing())(error).into(),
                });
            }
        }
        Ok(())
    }

    /// The columns' types as the target names them, for casts: a list of values is text otherwise.
    fn types(
        &self,
        session: &mut PostgresSession,
        plan: &Plan,
    ) -> Result<BTreeMap<ColumnIdx, String>, LoadError> {
        let table = &plan.schema()[self.table];
        let sql = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
                   WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";
        let doing = || format!("reading the columns of `{}`", table.name);
        let rows = session.client.query(sql, &[&quoted(&table.name)]).map_err(LoadError::server(doing()))?;
        let types: BTreeMap<String, String> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
        let known = |c: &ColumnIdx| Some((*c, types.get(&table[*c].name)?.clone()));
        Ok(self.key.iter().chain(&self.columns).filter_map(known).collect())
    }

    /// The UPDATE for a batch; `None` when all its references are NULL anyway.
    fn statement(
        &self,
        plan: &Plan,
        batch: &Batch,
        types: &BTreeMap<ColumnIdx, String>,
    ) -> Result<Option<String>, seedbed_export::UnsupportedColumn> {
        let schema = plan.schema();
        let table = &schema[self.table];
        let wanted: Vec<ColumnIdx> = self.key.iter().chain(&self.columns).copied().collect();
        let mut cells = Vec::new();
        for column in &wanted {
            let Some(place) = batch.columns.iter().position(|c| c == column) else { return Ok(None) };
            let base = schema.base_type(&table[*column].ty);
            cells.push((base, ColumnText::new(Dialect::Postgres, base, batch.rows.column(place))?));
        }
        let lines: Vec<String> = (0..batch.rows.num_rows())
            .filter(|row| cells[self.key.len()..].iter().any(|(_, c)| !c.is_null(*row)))
            .map(|row| {
                let values: Vec<String> = cells.iter().map(|(_, c)| literal(c, row)).collect();
                format!("({})", values.join(", "))
            })
            .collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let cast = |i: usize, column: &ColumnIdx| match types.get(column) {
            Some(ty) => format!("v.c{i}::{ty}"),
            None => format!("v.c{i}"),
        };
        let pairs = |from: usize, columns: &[ColumnIdx], of: &str| -> Vec<String> {
            let pair = |(i, c): (usize, &ColumnIdx)| {
                format!("{of}{} = {}", quoted_column(&table[*c].name), cast(from + i, c))
            };
            columns.iter().enumerate().map(pair).collect()
        };
        let names: Vec<String> = (0..wanted.len()).map(|i| format!("c{i}")).collect();
        Ok(Some(format!(
            "UPDATE {} AS t SET {} FROM (VALUES {}) AS v ({}) WHERE {}",
            quoted(&table.name),
            pairs(self.key.len(), &self.columns, "").join(", "),
            lines.join(", "),
            names.join(", "),
            pairs(0, &self.key, "t.").join(" AND "),
        )))
    }
}

fn literal(cell: &ColumnText<'_>, row: usize) -> String {
    if cell.is_null(row) {
        return "NULL".to_owned();
    }
    let mut text = Vec::new();
    cell.push(row, &mut text);
    quote_text(Dialect::Postgres, &String::from_utf8_lossy(&text))
}
