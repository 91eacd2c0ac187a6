//! Rows in tables of engines without transactions, which have to be deleted to be taken back.

use super::insert::Cells;
use super::{existing, quoted, refusal};
use crate::LoadError;
use mysql::Conn;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::{Batch, Shortfall, ShortfallCode, TablePlan};
use seedbed_export::UnsupportedColumn;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::ops::Range;

/// Rows deleted by one statement.
const ROWS: usize = 500;

/// What was written to one table and only a DELETE takes back.
#[derive(Debug)]
pub(super) struct WrittenForGood {
    table: TableId,
    /// The table's name, quoted.
    from: String,
    /// The columns that find its rows; `None` when all of the table's rows are ours.
    key: Option<Vec<ColumnIdx>>,
    /// Their names, quoted.
    key_names: Vec<String>,
    /// The keys of the rows that were sent, in brackets, in the order of sending.
    sent: Vec<String>,
    /// The table's rows before.
    rows_before: u64,
}

impl WrittenForGood {
    /// Makes ready to write to a table.
    ///
    /// # Errors
    /// A refusal when its rows could not be told from those that are there.
    pub(super) fn begin(
        connection: &mut Conn,
        schema: &Schema,
        table: &TablePlan,
        engine: &str,
    ) -> Result<Result<Self, Shortfall>, LoadError> {
        let owner = &schema[table.table];
        let key = crate::fed::key_of(owner, &table.columns);
        let rows_before = existing::count_one(connection, &quoted(&owner.name.name))?;
        if key.is_none() && rows_before > 0 {
            let reason = format!(
                "{engine} can't take rows back, and without a key ours could not be told from those that are there"
            );
            return Ok(Err(Shortfall::new(ShortfallCode::NotInsertable, reason)));
        }
        let names = key.iter().flatten().map(|c| quoted(&owner[*c].name)).collect();
        Ok(Ok(Self {
            table: table.table,
            from: quoted(&owner.name.name),
            key,
            key_names: names,
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
        let cells = Cells::new(schema, &schema[batch.table], batch, key)?;
        for row in rows {
            let mut tuple = String::new();
            cells.push_tuple(row, &mut tuple);
            self.sent.push(tuple);
        }
        Ok(())
    }

    /// Deletes the rows that were stored.
    pub(super) fn take_back(mut self, connection: &mut Conn) -> Result<(), LoadError> {
        let doing = || format!("deleting what was written to {}", self.from);
        if self.key.is_none() {
            return connection
                .query_drop(format!("DELETE FROM {}", self.from))
                .map_err(refusal::lost(doing()));
        }
        // A statement that fails stores the rows before the one that it fails at. That one's key may be another's.
        let stored = existing::count_one(connection, &self.from)?.saturating_sub(self.rows_before);
        self.sent.truncate(usize::try_from(stored).unwrap_or(usize::MAX));
        for some in self.sent.chunks(ROWS) {
            let names = self.key_names.join(", ");
            let sql = format!("DELETE FROM {} WHERE ({names}) IN ({})", self.from, some.join(", "));
            connection.query_drop(sql).map_err(refusal::lost(doing()))?;
        }
        Ok(())
    }
}
