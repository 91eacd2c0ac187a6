//! References that went in as NULL, filled in once their parents are there.
//!
//! Which columns these are and which key finds their rows is the load plan's to say; the servers differ only in how an
//! UPDATE of many rows is written.

use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::session::{Loading, NotStored};
use crate::{LoadError, LoadNote};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::BTreeMap;

/// An UPDATE of some columns, row by row found by a key.
#[derive(Clone, Copy)]
pub(crate) struct ReferenceUpdate<'a> {
    pub(crate) table: LoadedTable<'a>,
    pub(crate) key: &'a [ColumnIdx],
    pub(crate) columns: &'a [ColumnIdx],
}

/// A session that can update rows.
pub(crate) trait UpdateSession {
    /// Runs a statement without parameters.
    fn execute(&mut self, operation: &Operation, sql: &str) -> Result<(), LoadError>;

    /// Keeps what a person should know.
    fn note(&mut self, note: LoadNote);

    /// Updates all rows of a table.
    fn update(&mut self, update: ReferenceUpdate<'_>) -> Result<(), NotStored>;
}

/// Updates every table that left references for later, of those with `rows`. Returns what the server refused.
///
/// # Errors
/// The server's, and [`LoadError::Canceled`].
pub(crate) fn fill_in(
    session: &mut impl UpdateSession,
    load: Loading<'_>,
    rows: &BTreeMap<TableId, u64>,
) -> Result<BTreeMap<TableId, Refusal>, LoadError> {
    let mut refused = BTreeMap::new();
    for table in load.filled().filter(|t| rows.get(&t.id()).is_some_and(|n| *n > 0)) {
        let (Some(deferred), name) = (&table.load.deferred, table.name()) else { continue };
        let Some(key) = &deferred.key else {
            session.note(LoadNote::ReferencesStayNull { table: name.clone() });
            continue;
        };
        let filling = Operation::FillIn(name.clone());
        session.execute(&filling, "SAVEPOINT seedbed_later")?;
        match session.update(ReferenceUpdate { table, key, columns: &deferred.columns }) {
            Ok(()) => session.execute(&filling, "RELEASE SAVEPOINT seedbed_later")?,
            Err(NotStored::Fatal(error)) => return Err(error),
            Err(NotStored::AnotherPass) => {}
            Err(NotStored::Refused(why)) => {
                session.execute(&filling, "ROLLBACK TO SAVEPOINT seedbed_later")?;
                refused.insert(table.id(), why);
            }
        }
    }
    Ok(refused)
}
