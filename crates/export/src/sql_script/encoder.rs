//! Rows as the statements of a script, made on the threads that make rows.

use crate::ScriptForm;
use crate::load_script::{ConstantForms, RowConstants};
use arrow_array::{ArrayRef, RecordBatch};
use seedbed_datagen_core::{Batch, Encoder, SinkError};
use seedbed_schema_model::{ColumnIdx, Schema};
use seedbed_text_encode::{CopyFormat, TextEncoder, UnsupportedColumn};
use std::sync::Arc;

/// Rows of an INSERT at most.
pub(super) const STATEMENT_ROWS: usize = 500;

/// Bytes of an INSERT at most, but for its last row: far below what servers take at a time.
const STATEMENT_BYTES: usize = 1 << 16;

/// Rows of a chunk of INSERTs: statements begin anew with each.
const CHUNK_ROWS: u64 = 8 * STATEMENT_ROWS as u64;

/// The rows of one table, and the statements that they stand in.
#[derive(Debug)]
pub(super) struct StatementRows {
    pub(super) schema: Arc<Schema>,
    /// The columns that are written.
    pub(super) columns: Vec<ColumnIdx>,
    /// What is before the rows; `None` where the script has no place for any.
    pub(super) statement: Option<String>,
    /// Rows of an INSERT at most.
    pub(super) statement_rows: usize,
    pub(super) form: ScriptForm,
    pub(super) constants: ConstantForms,
}

impl StatementRows {
    /// What is written before the first row.
    pub(super) fn begin(&self) -> String {
        match (&self.statement, self.form) {
            (Some(statement), ScriptForm::Copy) => format!("{statement}\n"),
            _ => String::new(),
        }
    }

    /// What is written behind the last row.
    pub(super) fn end(&self) -> &'static str {
        match (&self.statement, self.form) {
            (Some(_), ScriptForm::Copy) => "\\.\n",
            _ => "",
        }
    }
}

/// Makes statements of batches.
#[derive(Debug)]
pub(super) struct RowsEncoder {
    rows: Arc<StatementRows>,
    copy: TextEncoder<CopyFormat>,
    text: Vec<u8>,
    /// Rows of the statement at hand.
    open_rows: usize,
    /// Where it begins.
    open_at: usize,
    scratch: Vec<u8>,
}

impl RowsEncoder {
    pub(super) fn new(rows: &Arc<StatementRows>) -> Self {
        Self {
            copy: TextEncoder::new(CopyFormat, rows.schema.dialect),
            rows: Arc::clone(rows),
            text: Vec::new(),
            open_rows: 0,
            open_at: 0,
            scratch: Vec::new(),
        }
    }

    fn push_inserts(
        &mut self,
        statement: &str,
        batch: &Batch,
        columns: &[(ColumnIdx, &ArrayRef)],
    ) -> Result<(), UnsupportedColumn> {
        let constants = RowConstants::new(&self.rows.schema, batch, columns, self.rows.constants)?;
        for row in 0..batch.rows.num_rows() {
            if self.open_rows == 0 {
                self.open_at = self.text.len();
                self.text.extend_from_slice(statement.as_bytes());
                self.text.push(b'\n');
            } else {
                self.text.extend_from_slice(b",\n");
            }
            constants.push(row, &mut self.scratch, &mut self.text);
            self.open_rows += 1;
            if self.open_rows == self.rows.statement_rows || self.text.len() - self.open_at >= STATEMENT_BYTES
            {
                self.end_statement();
            }
        }
        Ok(())
    }

    fn end_statement(&mut self) {
        if self.open_rows > 0 {
            self.text.extend_from_slice(b";\n");
            self.open_rows = 0;
        }
    }
}

impl Encoder for RowsEncoder {
    type Chunk = Vec<u8>;

    /// COPY's lines are the same wherever they are cut.
    fn chunk_rows(&self) -> Option<u64> {
        (self.rows.form == ScriptForm::Insert).then_some(CHUNK_ROWS)
    }

    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let rows = Arc::clone(&self.rows);
        let failed = |e: UnsupportedColumn| SinkError::new("making SQL", e);
        let Some(statement) = &rows.statement else {
            // Without a column there is nothing that a row says.
            return match rows.columns.is_empty() || batch.rows.num_rows() == 0 {
                true => Ok(()),
                false => Err(SinkError::new("making SQL", "it was to have no rows")),
            };
        };
        let place = |column: &ColumnIdx| {
            let at = batch.columns.iter().position(|of| of == column)?;
            Some((*column, batch.rows.columns().get(at)?))
        };
        let columns = rows.columns.iter().map(place).collect::<Option<Vec<_>>>();
        let columns = columns.ok_or_else(|| SinkError::new("making SQL", "its rows lack a column"))?;
        match rows.form {
            ScriptForm::Insert => self.push_inserts(statement, batch, &columns).map_err(failed),
            ScriptForm::Copy => {
                let batch = projected(batch, &columns)?;
                self.copy.push_batch(&rows.schema, &batch, &mut self.text).map_err(failed)
            }
        }
    }

    fn take(&mut self, spent: Option<Vec<u8>>) -> Result<Vec<u8>, SinkError> {
        self.end_statement();
        let mut next = spent.unwrap_or_default();
        next.clear();
        Ok(std::mem::replace(&mut self.text, next))
    }
}

/// The batch with these columns alone.
fn projected(batch: &Batch, columns: &[(ColumnIdx, &ArrayRef)]) -> Result<Batch, SinkError> {
    let named = columns.iter().enumerate().map(|(i, (_, array))| (format!("c{i}"), Arc::clone(array), true));
    let rows =
        RecordBatch::try_from_iter_with_nullable(named).map_err(|e| SinkError::new("making SQL", e))?;
    let columns = columns.iter().map(|(column, _)| *column).collect();
    Ok(Batch { table: batch.table, first_row: batch.first_row, columns, rows })
}
