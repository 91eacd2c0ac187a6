//! Sequences moved behind the rows that came with their numbers.

use super::{PostgresSession, refusal};
use crate::loaded_table::LoadedTable;
use crate::operation::Operation;
use crate::{LoadError, LoadNote};

impl PostgresSession {
    /// Moves the sequences of a table behind its rows. One that this user may not move is told, not fatal.
    pub(super) fn advance_sequences(&mut self, table: LoadedTable<'_>) -> Result<(), LoadError> {
        let advancing = Operation::AdvanceSequences;
        for advance in &table.load.sequences {
            self.execute(&advancing, "SAVEPOINT seedbed_sequence")?;
            if let Err(error) = self.client.batch_execute(&advance.statement) {
                if !refusal::is_refusal(&error) {
                    return Err(refusal::lost(advancing)(error));
                }
                self.notes.add(LoadNote::SequenceNotAdvanced {
                    table: table.name().clone(),
                    column: table.model()[advance.column].name.clone(),
                    message: refusal::message(&error),
                });
                self.execute(&advancing, "ROLLBACK TO SAVEPOINT seedbed_sequence")?;
            }
            self.execute(&advancing, "RELEASE SAVEPOINT seedbed_sequence")?;
        }
        Ok(())
    }
}
