//! Rows whose keys a trigger of another table has already put there: updated rather than inserted.

use super::insert::{Done, Writer, insert};
use super::quoting::quoted;
use super::{MySqlSession, existing, refusal};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::NotStored;
use seedbed_schema_model::ColumnIdx;
use std::ops::Range;

/// Rows made at a time.
const ROWS: u64 = 1000;

impl MySqlSession {
    /// Whether a table holds rows that it did not hold before the load.
    pub(super) fn was_fed(&mut self, table: LoadedTable<'_>) -> Result<bool, LoadError> {
        Ok(existing::count_one(&mut self.connection, table.name())? > table.existing_rows())
    }

    /// Stores rows over those that a trigger has put in their place, which `why` says.
    pub(super) fn upsert(
        &mut self,
        table: LoadedTable<'_>,
        rows: Range<u64>,
        why: Refusal,
    ) -> Result<u64, NotStored> {
        let why = Refusal::KeysTaken(Box::new(why));
        let is_transactional = self.catalog.engine_without_transactions(table.model()).is_none();
        let Some(key) = table.key_of_new_rows().filter(|_| is_transactional) else { return Err(why.into()) };
        let writing = Operation::write(table.name());
        self.execute(&writing, "SAVEPOINT seedbed_table")?;
        let stored = self.insert_or_update(table, rows, key, &writing).and_then(|sent| {
            // Another key than this one may have led to a row, which then took two.
            let now = existing::count_one(&mut self.connection, table.name())?;
            if now < table.existing_rows() + sent { Err(why.into()) } else { Ok(sent) }
        });
        self.end_table(&writing, stored)
    }

    /// Inserts the rows whose key isn't there and updates those whose key is. Returns how many they are together.
    fn insert_or_update(
        &mut self,
        table: LoadedTable<'_>,
        rows: Range<u64>,
        key: &[ColumnIdx],
        writing: &Operation,
    ) -> Result<u64, NotStored> {
        let lost = |error| LoadError::server(writing.clone())(error);
        let (writer, update) = (Writer::new(table), on_duplicate(table, key));
        table.batches_of(ROWS, rows, |batches| {
            let mut sent = 0;
            for batch in batches {
                let batch = table.as_sent(batch);
                for (sql, some) in writer.inserts(&batch, self.insert_bytes, &update).map_err(lost)? {
                    sent += self.store_over(table, &sql, some.len() as u64, writing)?;
                }
            }
            Ok(sent)
        })?
    }

    /// Runs one statement of so many rows. What it left as it was is stored too, unless a warning says otherwise.
    fn store_over(
        &mut self,
        table: LoadedTable<'_>,
        sql: &str,
        rows: u64,
        writing: &Operation,
    ) -> Result<u64, NotStored> {
        match insert(&mut self.connection, sql, table.model(), rows) {
            Ok(Done::Less { warning: Some(warning), .. }) => {
                let triggers = self.catalog.insert_triggers(table.model());
                Err(Refusal::from(refusal::of_warning(&warning, &triggers)).into())
            }
            Ok(_) => Ok(rows),
            Err(error) => Err(self.refused(table, error, writing)?.into()),
        }
    }
}

/// What an INSERT does with a row whose key is there.
fn on_duplicate(table: LoadedTable<'_>, key: &[ColumnIdx]) -> String {
    let model = table.model();
    let written = table.load.columns.iter();
    let others: Vec<String> = written.filter(|c| !key.contains(c)).map(|c| quoted(&model[*c].name)).collect();
    let first_of_key = key.iter().take(1).map(|c| quoted(&model[*c].name));
    let sets: Vec<String> = match others.as_slice() {
        // There is nothing to change, and that has to be said.
        [] => first_of_key.map(|c| format!("{c} = {c}")).collect(),
        some => some.iter().map(|c| format!("{c} = VALUES({c})")).collect(),
    };
    format!(" ON DUPLICATE KEY UPDATE {}", sets.join(", "))
}
