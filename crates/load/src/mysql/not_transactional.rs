//! Rows in tables of engines without transactions, which have to be deleted to be taken back.
//!
//! Without a key, ours may be equal to rows that were there. Which of such rows are deleted is all the same, as long as it
//! is one for each of ours.

use super::connection::MySqlConnection;
use super::constants::Constants;
use super::quoting::quoted;
use super::{existing, refusal};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
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
    /// How its rows are found.
    found_by: FoundBy,
    /// The names of the columns that find them, quoted.
    names: Vec<String>,
    /// What these held in the rows that were sent, in brackets, in the order of sending.
    sent: Vec<String>,
    /// The table's rows before.
    rows_before: u64,
}

/// How rows are found that were written to a table.
#[derive(Debug)]
enum FoundBy {
    /// All of the table's rows are ours.
    Being,
    /// By a key.
    Key(Vec<ColumnIdx>),
    /// By all that was written: any row that is the same will do.
    Sameness(Vec<ColumnIdx>),
}

impl FoundBy {
    fn columns(&self) -> &[ColumnIdx] {
        match self {
            Self::Being => &[],
            Self::Key(columns) | Self::Sameness(columns) => columns,
        }
    }
}

impl WrittenRows {
    /// Makes ready to write to a table.
    pub(super) fn begin(connection: &mut MySqlConnection, table: LoadedTable<'_>) -> Result<Self, LoadError> {
        let rows_before = existing::count_one(connection, table.name())?;
        let found_by = match &table.load.key {
            Some(key) => FoundBy::Key(key.clone()),
            None if rows_before == 0 => FoundBy::Being,
            None => FoundBy::Sameness(table.load.columns.clone()),
        };
        Ok(Self {
            table: table.id(),
            name: table.name().clone(),
            names: found_by.columns().iter().map(|c| quoted(&table.model()[*c].name)).collect(),
            found_by,
            sent: Vec::new(),
            rows_before,
        })
    }

    /// The table's name.
    pub(super) fn name(&self) -> &QualifiedName {
        &self.name
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
        if self.found_by.columns().is_empty() {
            return Ok(());
        }
        let cells = Constants::new(schema, batch, self.found_by.columns())?;
        for row in rows {
            let mut tuple = String::new();
            cells.push_tuple(row, &mut tuple);
            self.sent.push(tuple);
        }
        Ok(())
    }

    /// Deletes the rows that were stored.
    pub(super) fn delete(&mut self, connection: &mut MySqlConnection) -> Result<(), LoadError> {
        // A statement that fails stores the rows before the one that it fails at. That one's key may be another's.
        let stored = existing::count_one(connection, &self.name)?.saturating_sub(self.rows_before);
        self.sent.truncate(usize::try_from(stored).unwrap_or(usize::MAX));
        for sql in self.deletes() {
            connection.query_drop(sql).map_err(refusal::lost(Operation::Delete(self.name.clone())))?;
        }
        Ok(())
    }

    /// The statements that delete the rows.
    fn deletes(&self) -> Vec<String> {
        let (from, names) = (quoted(&self.name.name), self.names.join(", "));
        match self.found_by {
            FoundBy::Being => vec![format!("DELETE FROM {from}")],
            FoundBy::Key(_) => {
                let keys = self.sent.chunks(ROWS).map(|some| some.join(", "));
                keys.map(|keys| format!("DELETE FROM {from} WHERE ({names}) IN ({keys})")).collect()
            }
            FoundBy::Sameness(_) => {
                let rows = self.sent.iter();
                rows.map(|row| format!("DELETE FROM {from} WHERE ({names}) <=> {row} LIMIT 1")).collect()
            }
        }
    }
}
