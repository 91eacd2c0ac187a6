//! Filling in references: an UPDATE for each row, many in one message.

use super::MySqlSession;
use super::constants::Constants;
use super::quoting::quoted;
use crate::deferred::{ReferenceUpdate, UpdateSession};
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::NotStored;
use crate::{LoadError, LoadNote};
use mysql::Conn;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::ColumnIdx;
use seedbed_text_encode::UnsupportedColumn;

/// Rows updated in one message to the server.
const ROWS: u64 = 500;

impl UpdateSession for MySqlSession {
    fn execute(&mut self, operation: &Operation, sql: &str) -> Result<(), LoadError> {
        Self::execute(self, operation, sql)
    }

    fn note(&mut self, note: LoadNote) {
        self.notes.add(note);
    }

    fn update(&mut self, update: ReferenceUpdate<'_>) -> Result<(), NotStored> {
        let table = update.table;
        table.batches_of(ROWS, 0..table.load.rows, |batches| {
            for batch in batches {
                self.update_rows(update, &batch)?;
            }
            Ok(())
        })?
    }
}

impl MySqlSession {
    /// Updates the rows of a batch.
    fn update_rows(&mut self, update: ReferenceUpdate<'_>, batch: &Batch) -> Result<(), NotStored> {
        let filling = Operation::FillIn(update.table.name().clone());
        let statements = update.statements(batch).map_err(LoadError::server(filling.clone()))?;
        if statements.is_empty() {
            return Ok(());
        }
        let wanted = statements.len() as u64;
        let statements = statements.join(";");
        match self.connection.call(move |connection| run_all(connection, &statements)) {
            Ok(changed) if changed == wanted => Ok(()),
            Ok(changed) => Err(Refusal::NotFoundAgain { rows: wanted.saturating_sub(changed) }.into()),
            Err(error) => Err(self.refused(update.table, error, &filling)?.into()),
        }
    }
}

impl ReferenceUpdate<'_> {
    /// A statement for each row with a reference. One statement for many rows would compare the key with a list of
    /// constants under a collation of its own.
    fn statements(&self, batch: &Batch) -> Result<Vec<String>, UnsupportedColumn> {
        let (schema, model) = (self.table.schema(), self.table.model());
        let key = Constants::new(schema, batch, self.key)?;
        let values = Constants::new(schema, batch, self.columns)?;
        let assign = |cells: &Constants<'_>, columns: &[ColumnIdx], row: usize| -> Vec<String> {
            let pair = |(i, c): (usize, &ColumnIdx)| {
                format!("{} = {}", quoted(&model[*c].name), cells.constant(i, row))
            };
            columns.iter().enumerate().map(pair).collect()
        };
        let statement = |row: usize| {
            format!(
                "UPDATE {} SET {} WHERE {}",
                quoted(&model.name.name),
                assign(&values, self.columns, row).join(", "),
                assign(&key, self.key, row).join(" AND "),
            )
        };
        let has_reference = |row: &usize| (0..self.columns.len()).any(|c| !values.is_null(c, *row));
        Ok((0..batch.rows.num_rows()).filter(has_reference).map(statement).collect())
    }
}

/// Runs statements in one message; returns the sum of the rows that they changed.
fn run_all(connection: &mut Conn, statements: &str) -> mysql::Result<u64> {
    let mut results = connection.query_iter(statements)?;
    let mut changed = 0;
    while let Some(mut result) = results.iter() {
        changed += result.affected_rows();
        if let Some(Err(error)) = result.next() {
            return Err(error);
        }
    }
    Ok(changed)
}
