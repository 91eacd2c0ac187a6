//! Rows whose keys a trigger of another table has already put there: updated rather than inserted.

use super::{SqliteSession, existing, insert, refused};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::refusal::{Refusal, RefusalCause};
use crate::session::NotStored;
use std::ops::Range;

impl SqliteSession {
    /// The rows that a table holds and did not hold before the load.
    pub(super) fn rows_more_than_before(&self, table: LoadedTable<'_>) -> Result<u64, LoadError> {
        let rows = existing::count_one(&self.connection, table.name())?;
        Ok(rows.saturating_sub(table.existing_rows()))
    }

    /// Inserts the rows whose key isn't there and updates those whose key a trigger has put there, which `why` says.
    pub(super) fn upsert(
        &mut self,
        table: LoadedTable<'_>,
        rows: Range<u64>,
        why: Refusal,
    ) -> Result<u64, NotStored> {
        let keys_taken = |why| NotStored::Refused(Refusal::KeysTaken(Box::new(why)));
        let Some(key) = table.key_of_new_rows() else { return Err(keys_taken(why)) };
        let sent = rows.end.saturating_sub(rows.start);
        self.store(table, |session| {
            let inserted = table.batches_of(table.options.batch_rows, rows, |batches| {
                insert::rows(&session.connection, table, batches, key)
            });
            match inserted? {
                // Another key than this one may have led to a row, which then took two.
                Ok(_) if session.rows_more_than_before(table)? < sent => Err(keys_taken(why)),
                Ok(stored) => Ok(stored),
                Err(error) => Err(match refused(table, error)? {
                    why if why.cause() == RefusalCause::Key => keys_taken(why),
                    why => why.into(),
                }),
            }
        })
    }
}
