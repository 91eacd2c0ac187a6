//! `COPY ... FROM STDIN`.

use super::client::{PostgresClient, PostgresError};
use super::{quoted, quoted_column};
use crate::loaded_table::LoadedTable;
use crate::send_error::SendError;
use seedbed_datagen_core::Batch;
use seedbed_schema_model::Dialect;
use seedbed_text_encode::{CopyFormat, TextEncoder};

/// Why a COPY was not made.
pub(super) type CopyError = SendError<PostgresError>;

impl From<PostgresError> for CopyError {
    fn from(error: PostgresError) -> Self {
        Self::Server(error)
    }
}

/// Inserts no rows, which fires the triggers of the statement and has the server look at the relation, and takes that back.
///
/// An error of that kind in a COPY comes after the server has agreed to take data and before it has read any; the
/// client library then counts one answer too few and the connection is lost. Here it comes as an ordinary error.
pub(super) fn try_nothing(client: &mut PostgresClient, table: LoadedTable<'_>) -> Result<(), CopyError> {
    let name = quoted(table.name());
    let columns = match column_list(table) {
        list if list.is_empty() => list,
        list => format!("({list}) OVERRIDING SYSTEM VALUE"),
    };
    let nulls = vec!["NULL"; table.load.columns.len()].join(", ");
    let sql = format!(
        "SAVEPOINT seedbed_nothing; INSERT INTO {name} {columns} SELECT {nulls} FROM generate_series(1, 0); \
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
    client: &mut PostgresClient,
    table: LoadedTable<'_>,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, CopyError> {
    copy_to(client, &quoted(table.name()), table, batches)
}

/// The same, into another relation that has the written columns.
pub(super) fn copy_to(
    client: &mut PostgresClient,
    name: &str,
    table: LoadedTable<'_>,
    batches: &mut dyn Iterator<Item = Batch>,
) -> Result<u64, CopyError> {
    if table.load.columns.is_empty() {
        let rows: usize = batches.map(|b| b.rows.num_rows()).sum();
        let sql = format!("INSERT INTO {name} SELECT FROM generate_series(1, {rows})");
        return client.execute(&sql, &[]).map_err(CopyError::Server);
    }
    let sql = format!("COPY {name} ({}) FROM STDIN", column_list(table));
    let mut encoder = TextEncoder::new(CopyFormat, Dialect::Postgres);
    client.copy_in(sql, |pipe| {
        let mut buffer = Vec::new();
        for batch in batches {
            buffer.clear();
            encoder.push_batch(table.schema(), &table.as_sent(batch), &mut buffer)?;
            if !buffer.chunks(MESSAGE).all(|message| pipe.write(message.to_vec())) {
                return Ok(());
            }
        }
        pipe.finish();
        Ok(())
    })
}

/// The written columns, as a list for SQL.
pub(super) fn column_list(table: LoadedTable<'_>) -> String {
    let names = table.load.columns.iter().map(|c| quoted_column(&table.model()[*c].name));
    names.collect::<Vec<_>>().join(", ")
}
