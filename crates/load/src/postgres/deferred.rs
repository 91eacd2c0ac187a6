//! Filling in references: one UPDATE for many rows, from a list of values.

use super::{PostgresSession, quoted, quoted_column, refusal};
use crate::deferred::{ReferenceUpdate, UpdateSession};
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::NotStored;
use crate::{LoadError, LoadNote};
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, Dialect};
use seedbed_sql_values::quote_text;
use seedbed_text_encode::{ColumnText, UnsupportedColumn};
use std::collections::BTreeMap;

/// Rows in one UPDATE.
const ROWS: u64 = 1000;

impl UpdateSession for PostgresSession {
    fn execute(&mut self, operation: &Operation, sql: &str) -> Result<(), LoadError> {
        Self::execute(self, operation, sql)
    }

    fn note(&mut self, note: LoadNote) {
        self.notes.add(note);
    }

    fn update(&mut self, update: ReferenceUpdate<'_>) -> Result<(), NotStored> {
        let table = update.table;
        let types = update.types(self)?;
        table.batches_of(ROWS, 0..table.load.rows, |batches| {
            for batch in batches {
                self.update_rows(update, &batch, &types)?;
            }
            Ok(())
        })?
    }
}

impl PostgresSession {
    /// Updates the rows of a batch.
    fn update_rows(
        &mut self,
        update: ReferenceUpdate<'_>,
        batch: &Batch,
        types: &BTreeMap<ColumnIdx, String>,
    ) -> Result<(), NotStored> {
        let name = update.table.name();
        let lost = || Operation::FillIn(name.clone());
        let statement = update.statement(batch, types).map_err(LoadError::server(lost()))?;
        let Some(sql) = statement else { return Ok(()) };
        self.client.batch_execute(&sql).map_err(|error| {
            match refusal::understand(&error, self.catalog.triggers(name)) {
                Some(refused) => Refusal::from(refused).into(),
                None => refusal::lost(lost())(error).into(),
            }
        })
    }
}

impl ReferenceUpdate<'_> {
    /// The columns' types as the target names them, for casts: a list of values is text otherwise.
    fn types(&self, session: &mut PostgresSession) -> Result<BTreeMap<ColumnIdx, String>, LoadError> {
        let table = self.table.model();
        let sql = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
                   WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";
        let rows = session.client.query(sql, &[&quoted(&table.name)]);
        let rows = rows.map_err(refusal::lost(Operation::ReadColumns(table.name.clone())))?;
        let types: BTreeMap<String, String> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
        let known = |c: &ColumnIdx| Some((*c, types.get(&table[*c].name)?.clone()));
        Ok(self.key.iter().chain(self.columns).filter_map(known).collect())
    }

    /// The UPDATE for a batch; `None` when all its references are NULL anyway.
    fn statement(
        &self,
        batch: &Batch,
        types: &BTreeMap<ColumnIdx, String>,
    ) -> Result<Option<String>, UnsupportedColumn> {
        let (schema, table) = (self.table.schema(), self.table.model());
        let wanted: Vec<ColumnIdx> = self.key.iter().chain(self.columns).copied().collect();
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
            pairs(self.key.len(), self.columns, "").join(", "),
            lines.join(", "),
            names.join(", "),
            pairs(0, self.key, "t.").join(" AND "),
        )))
    }
}

/// A cell as a constant of no type: the casts give it one.
fn literal(cell: &ColumnText<'_>, row: usize) -> String {
    if cell.is_null(row) {
        return "NULL".to_owned();
    }
    let mut text = Vec::new();
    cell.push(row, &mut text);
    quote_text(Dialect::Postgres, &String::from_utf8_lossy(&text))
}
