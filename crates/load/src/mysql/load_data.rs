//! Rows as files for `LOAD DATA LOCAL`, which the server asks this client for.

use super::insert::{Done, done};
use super::quoting::quoted;
use crate::loaded_table::LoadedTable;
use mysql::prelude::Queryable as _;
use mysql::{Conn, LocalInfileHandler};
use seedbed_datagen_core::Batch;
use seedbed_load_plan::MySqlConversion;
use seedbed_schema_model::Dialect;
use seedbed_text_encode::{LoadDataFormat, TextEncoder, UnsupportedColumn};
use std::io::Write as _;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

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
        connection: &mut Conn,
        outbox: &Outbox,
        batches: &mut dyn Iterator<Item = Batch>,
    ) -> Result<(Vec<Batch>, mysql::Result<Done>), UnsupportedColumn> {
        let statement = self.statement();
        let file = outbox.begin_file();
        let (loaded, sent) = thread::scope(|scope| {
            let loading = scope.spawn(|| {
                let loaded = connection.query_drop(statement);
                outbox.end_file();
                loaded
            });
            let sent = self.write(batches.take(BATCHES), file);
            (loading.join().unwrap_or_else(|panic| resume_unwind(panic)), sent)
        });
        let sent = sent?;
        let rows = sent.iter().map(|batch| batch.rows.num_rows() as u64).sum();
        Ok((sent, loaded.and_then(|()| done(connection, self.table.model(), rows))))
    }

    /// Writes batches until the last, or until nobody reads them.
    fn write(
        &mut self,
        batches: impl Iterator<Item = Batch>,
        file: SyncSender<Vec<u8>>,
    ) -> Result<Vec<Batch>, UnsupportedColumn> {
        let mut sent = Vec::new();
        for batch in batches {
            let mut bytes = Vec::new();
            self.encoder.push_batch(self.table.schema(), &batch, &mut bytes)?;
            sent.push(batch);
            if file.send(bytes).is_err() {
                break;
            }
        }
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
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox(Arc<Mutex<Option<Receiver<Vec<u8>>>>>);

impl Outbox {
    pub(super) fn open(connection: &mut Conn) -> Self {
        let outbox = Self::default();
        let inside = outbox.clone();
        connection.set_local_infile_handler(Some(LocalInfileHandler::new(move |_, writer| {
            let file = inside.file().take();
            file.into_iter().flatten().try_for_each(|bytes| writer.write_all(&bytes))
        })));
        outbox
    }

    /// A file for the next statement, with room for one batch that waits.
    fn begin_file(&self) -> SyncSender<Vec<u8>> {
        let (write, read) = sync_channel(1);
        *self.file() = Some(read);
        write
    }

    /// Lets nobody wait for a server that did not ask for the file.
    fn end_file(&self) {
        *self.file() = None;
    }

    fn file(&self) -> MutexGuard<'_, Option<Receiver<Vec<u8>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// ER_NOT_ALLOWED_COMMAND, ER_CLIENT_LOCAL_FILES_DISABLED, and MariaDB's ER_LOAD_INFILE_CAPABILITY_DISABLED.
pub(super) fn forbids_local_infile(error: &mysql::Error) -> bool {
    matches!(error, mysql::Error::MySqlError(e) if matches!(e.code, 1148 | 3948 | 4166))
}
