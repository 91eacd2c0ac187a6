//! `COPY ... FROM STDIN`.

use super::{quoted, quoted_column};
use postgres::Client;
use seedbed_datagen_core::{Batch, Plan, TablePlan};
use seedbed_export::{CopyFormat, NullFirst, TextEncoder, UnsupportedColumn};
use seedbed_schema_model::Dialect;
use std::io::Write as _;

/// Why a COPY was not made.
#[derive(Debug)]
pub(super) enum CopyError {
    /// The server said no, or nothing any more.
    Server(postgres::Error),
    /// A batch holds what can't be written.
    Column(UnsupportedColumn),
}

/// Inserts no rows, which fires the triggers of the statement, and takes that back.
///
/// An error of such a trigger in a COPY comes after the server has agreed to take data and before it has read any; the
/// client library then counts one answer too few and the connection is lost. Here it comes as an ordinary error.
pub(super) fn try_nothing(client: &mut Client, plan: &Plan, table: &TablePlan) -> Result<(), CopyError> {
    let name = quoted(&plan.schema()[table.table].name);
    let sql = format!(
        "SAVEPOINT seedbed_nothing; INSERT INTO {name} SELECT FROM generate_series(1, 0); \
         ROLLBACK TO SAVEPOINT seedbed_nothing; RELEASE SAVEPOINT seedbed_nothing"
    );
    client.batch_execute(&sql).map_err(CopyError::Server)
}

/// Bytes sent at a time. The client library copies them twice more, which costs less while they stay in a core's caches,
/// and the server is woken for each message, which costs more the shorter they are.
const MESSAGE: usize = 1 << 17;

/// Sends the batches of a table in one COPY, without the references that are filled in later. Returns how many rows
/// the server stored.
pub(super) fn copy(
    client: &mut Client,
    plan: &Plan,
    table: &TablePlan,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, CopyError> {
    copy_to(client, &quoted(&plan.schema()[table.table].name), plan, table, batches)
}

/// The same, into another relation that has the written columns.
pub(super) fn copy_to(
    client: &mut Client,
    name: &str,
    plan: &Plan,
    table: &TablePlan,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, CopyError> {
    let schema = plan.schema();
    if table.columns.is_empty() {
        let rows: usize = batches.map(|b| b.rows.num_rows()).sum();
        let sql = format!("INSERT INTO {name} SELECT FROM generate_series(1, {rows})");
        return client.execute(&sql, &[]).map_err(CopyError::Server);
    }
    let later = NullFirst::of(schema, plan.load_order(), table.table, &table.columns);
    let columns = column_list(plan, table);
    let sql = format!("COPY {name} ({columns}) FROM STDIN");
    let mut writer = client.copy_in(&sql).map_err(CopyError::Server)?;
    let mut encoder = TextEncoder::new(CopyFormat, Dialect::Postgres);
    let mut buffer = Vec::new();
    for batch in batches {
        let batch = match &later {
            Some(later) => later.hide(batch),
            None => batch,
        };
        buffer.clear();
        encoder.push_batch(schema, &batch, &mut buffer).map_err(CopyError::Column)?;
        if let Err(error) = buffer.chunks(MESSAGE).try_for_each(|message| writer.write_all(message)) {
            // A statement trigger may refuse before the first row: the server's reason then comes with a write, once.
            match error.into_inner().map(|inner| inner.downcast::<postgres::Error>()) {
                Some(Ok(server)) => return Err(CopyError::Server(*server)),
                _ => break,
            }
        }
    }
    writer.finish().map_err(CopyError::Server)
}

/// The written columns, as a list for SQL.
pub(super) fn column_list(plan: &Plan, table: &TablePlan) -> String {
    let names = table.columns.iter().map(|c| quoted_column(&plan.schema()[table.table][*c].name));
    names.collect::<Vec<_>>().join(", ")
}
