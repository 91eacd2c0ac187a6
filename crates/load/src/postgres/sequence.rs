//! Sequences moved behind the rows that came with their numbers.

use super::{PostgresSession, refusal};
use crate::LoadError;
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;

impl PostgresSession {
    /// Moves the sequences of a table behind its rows. One that this user may not move is told, not fatal.
    pub(super) fn advance_sequences(&mut self, table: LoadedTable<'_>) -> Result<(), LoadError> {
        let advancing = Operation::AdvanceSequences;
        for advance in &table.load.sequences {
            self.execute(&advancing, "SAVEPOINT seedbed_sequence")?;
            if let Err(error) = self.client.batch_execute(&advance.statement) {
                if error.as_db_error().is_none() {
                    return Err(LoadError::server(advancing)(error));
                }
                let (name, column) = (table.name(), &table.model()[advance.column].name);
                let message = refusal::message(&error);
                let note = format!("the sequence of `{name}.{column}` was not advanced: {message}");
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
                self.execute(&advancing, "ROLLBACK TO SAVEPOINT seedbed_sequence")?;
            }
            self.execute(&advancing, "RELEASE SAVEPOINT seedbed_sequence")?;
        }
        Ok(())
    }
}
