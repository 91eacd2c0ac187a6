//! Rows in tables of engines without transactions, which have to be deleted to be taken back.

use super::constants::Constants;
use super::quoting::quoted;
use super::{existing, refusal};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::Refusal;
use mysql::Conn;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::{ColumnIdx, QualifiedName, Schema, TableId};
use seedbed_text_encode::UnsupportedColumn;
use std::ops::Range;

/// Rows deleted by one statement.
const ROWS: usize = 500;

/// What was written to one table and only a DELETE takes back.
#[derive(Debug)]
pub(super) struct WrittenRows {
    table: TableId,
    name: QualifiedName,
    /// The columns that find its rows; `None` when all of the table's rows are ours.
    key: Option<Vec<ColumnIdx>>,
    /// Their names, quoted.
    key_names: Vec<String>,
    /// The keys of the rows that were sent, in brackets, in the order of sending.
    sent: Vec<String>,
    /// The table's rows before.
    rows_before: u64,
}

impl WrittenRows {
    /// Makes ready to write to a table.
    ///
    /// # Errors
    /// A refusal when its rows could not be told from those that are there.
    pub(super) fn begin(
        connection: &mut Conn,
        table: LoadedTable<'_>,
        engine: &str,
    ) -> Result<Result<Self, Refusal>, LoadError> {
        let key = table.load.key.clone();
        let rows_before = existing::count_one(connection, table.name())?;
        if key.is_none() && rows_before > 0 {
            return Ok(Err(Refusal::NotTransactional { engine: engine.to_owned() }));
        }
        Ok(Ok(Self {
            table: table.id(),
            name: table.name().clone(),
            key_names: key.iter().flatten().map(|c| quoted(&table.model()[*c].name)).collect(),
            key,
            sent: Vec::new(),
            rows_before,
        }))
    }

    pub(super) fn is_of(&self, table: TableId) -> bool {
        self.table == table
    }

    /// Remembers rows that are about to be sent.
    pub(super) fn note(
        &mut self,
        schema: &Schema,
        batch: &Batch,
        rows: Range<usize>,
    ) -> Result<(), UnsupportedColumn> {
        let Some(key) = &self.key else { return Ok(()) };
        let cells = Constants::new(schema, batch, key)?;
        for row in rows {
            let mut tuple = String::new();
            cells.push_tuple(row, &mut tuple);
            self.sent.push(tuple);
        }
        Ok(())
    }

    /// Deletes the rows that were stored.
    pub(super) fn delete(mut self, connection: &mut Conn) -> Result<(), LoadError> {
        let lost = || refusal::lost(Operation::Delete(self.name.clone()));
        let from = quoted(&self.name.name);
        if self.key.is_none() {
            return connection.query_drop(format!("DELETE FROM {from}")).map_err(lost());
        }
        // A statement that fails stores the rows before the one that it fails at. That one's key may be another's.
        let stored = existing::count_one(connection, &self.name)?.saturating_sub(self.rows_before);
        self.sent.truncate(usize::try_from(stored).unwrap_or(usize::MAX));
        for some in self.sent.chunks(ROWS) {
            let names = self.key_names.join(", ");
            let sql = format!("DELETE FROM {from} WHERE ({names}) IN ({})", some.join(", "));
            connection.query_drop(sql).map_err(refusal::lost(Operation::Delete(self.name.clone())))?;
        }
        Ok(())
    }
}
