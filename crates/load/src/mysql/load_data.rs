//! Rows as files for `LOAD DATA LOCAL`, which the server asks this client for.

use super::connection::MySqlConnection;
use super::insert::{Done, done};
use super::quoting::quoted;
use crate::loaded_table::LoadedTable;
use crate::pipe::{PipeReader, PipeWriter, pipe};
use mysql::LocalInfileHandler;
use mysql::prelude::Queryable as _;
use seedbed_datagen_core::Batch;
use seedbed_load_plan::MySqlConversion;
use seedbed_schema_model::Dialect;
use seedbed_text_encode::{LoadDataFormat, TextEncoder, UnsupportedColumn};
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Batches in a file. The server need not wait for the next one while a file lasts; all of them are kept until it has
/// answered, in case that an INSERT has to say more.
const BATCHES: usize = 16;

/// Writes the rows of one table as files.
pub(super) struct FileWriter<'a> {
    table: LoadedTable<'a>,
    encoder: TextEncoder<LoadDataFormat>,
}

impl<'a> FileWriter<'a> {
    pub(super) fn new(table: LoadedTable<'a>) -> Self {
        Self { table, encoder: TextEncoder::new(LoadDataFormat, Dialect::MySql) }
    }

    /// Sends some batches as one file, each of them while the server stores those before. Returns them, and what the server
    /// did with their rows.
    pub(super) fn send(
        &mut self,
        connection: &mut MySqlConnection,
        outbox: &Outbox,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<(Vec<Batch>, mysql::Result<Done>), UnsupportedColumn> {
        let statement = self.statement();
        let (file, bytes) = pipe(1, connection.remote().token());
        outbox.put(bytes);
        let loading = connection.start({
            let outbox = outbox.clone();
            move |connection| {
                let loaded = connection.query_drop(statement);
                // Lets nobody wait for a server that did not ask for the file.
                outbox.clear();
                loaded
            }
        });
        let (sent, loaded) = match loading {
            Ok(loading) => (self.write(batches.take(BATCHES), file), connection.end(loading, None)),
            Err(error) => (Ok(Vec::new()), Err(error)),
        };
        let sent = sent?;
        let rows = sent.iter().map(|batch| batch.rows.num_rows() as u64).sum();
        Ok((sent, loaded.and_then(|()| done(connection, self.table.model(), rows))))
    }

    /// Writes batches until the last, or until nobody reads them or wants them any more.
    fn write(
        &mut self,
        batches: impl Iterator<Item = Batch>,
        file: PipeWriter,
    ) -> Result<Vec<Batch>, UnsupportedColumn> {
        let mut sent = Vec::new();
        for batch in batches {
            let mut bytes = Vec::new();
            self.encoder.push_batch(self.table.schema(), &batch, &mut bytes)?;
            sent.push(batch);
            if !file.write(bytes) {
                return Ok(sent);
            }
        }
        file.finish();
        Ok(sent)
    }

    fn statement(&self) -> String {
        let model = self.table.model();
        let (mut targets, mut assignments) = (Vec::new(), Vec::new());
        for (i, column) in self.table.load.columns.iter().enumerate() {
            let name = quoted(&model[*column].name);
            match MySqlConversion::of(self.table.schema(), &model[*column]) {
                None => targets.push(name),
                Some(conversion) => {
                    let variable = format!("@seedbed_{i}");
                    assignments.push(format!("{name} = {}", conversion.applied_to(&variable)));
                    targets.push(variable);
                }
            }
        }
        let set =
            if assignments.is_empty() { String::new() } else { format!(" SET {}", assignments.join(", ")) };
        format!(
            r"LOAD DATA LOCAL INFILE 'seedbed' INTO TABLE {} CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' ({}){set}",
            quoted(&model.name.name),
            targets.join(", "),
        )
    }
}

/// What the server gets when it asks for a file: these bytes as they come, whatever name it asks for, and nothing of this
/// machine's.
#[derive(Clone, Default)]
pub(super) struct Outbox(Arc<Mutex<Option<PipeReader>>>);

impl Outbox {
    pub(super) fn open(connection: &mut MySqlConnection) -> mysql::Result<Self> {
        let outbox = Self::default();
        let inside = outbox.clone();
        let handler = LocalInfileHandler::new(move |_, writer| {
            let Some(file) = inside.file().take() else { return Ok(()) };
            // Also a file that was left has to end, for the statement to: whoever left it takes it back.
            file.read(|bytes| writer.write_all(bytes)).map(drop)
        });
        connection.call(move |connection| {
            connection.set_local_infile_handler(Some(handler));
            Ok(())
        })?;
        Ok(outbox)
    }

    /// A file for the next statement.
    fn put(&self, file: PipeReader) {
        *self.file() = Some(file);
    }

    fn clear(&self) {
        *self.file() = None;
    }

    fn file(&self) -> MutexGuard<'_, Option<PipeReader>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// ER_NOT_ALLOWED_COMMAND, ER_CLIENT_LOCAL_FILES_DISABLED, and MariaDB's ER_LOAD_INFILE_CAPABILITY_DISABLED.
pub(super) fn forbids_local_infile(error: &mysql::Error) -> bool {
    matches!(error, mysql::Error::MySqlError(e) if matches!(e.code, 1148 | 3948 | 4166))
}
