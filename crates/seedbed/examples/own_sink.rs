//! A sink of one's own: what takes the rows of a run when neither files nor a database should. This one counts the rows of
//! each table. It prints
//!
//! ```text
//! author: 20 rows
//! book: 50 rows
//! ```

use seedbed::Seedbed;
use seedbed::datagen::{Batch, OpenTable, Sink, SinkError};
use seedbed::job::JobError;
use seedbed::schema::{Schema, TableId};
use std::collections::BTreeMap;
use std::sync::Arc;

const DDL: &str = "CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author, title text);";

/// Rows by table.
#[derive(Default)]
struct RowCounts(BTreeMap<String, usize>);

impl Sink for RowCounts {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let count = self.0.entry(schema[table].name.name.clone()).or_default();
        Ok(OpenTable::batches(|batch: &Batch| {
            *count += batch.rows.num_rows();
            Ok(())
        }))
    }
}

/// The counts of a run, a line for each table.
pub(crate) fn counted() -> Result<String, JobError> {
    let mut counts = RowCounts::default();
    Seedbed::from_ddl(DDL).rows(20).rows_of("book", 50).threads(2).to_sink(&mut counts)?;
    Ok(counts.0.iter().map(|(table, rows)| format!("{table}: {rows} rows\n")).collect())
}

#[expect(clippy::print_stdout, reason = "an example shows what it makes")]
fn main() -> Result<(), JobError> {
    print!("{}", counted()?);
    Ok(())
}
