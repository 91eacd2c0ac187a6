//! Rows as files for `LOAD DATA LOCAL`, which the server asks this client for.

use super::insert::{Done, done};
use super::quoting::quoted;
use crate::loaded_table::LoadedTable;
use crate::send_error::SendError;
use mysql::prelude::Queryable as _;
use mysql::{Conn, LocalInfileHandler};
use seedbed_datagen_core::Batch;
use seedbed_load_plan::MySqlConversion;
use seedbed_schema_model::Dialect;
use seedbed_text_encode::{LoadDataFormat, TextEncoder};
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Writes the rows of one table as files.
pub(super) struct FileWriter<'a> {
    table: LoadedTable<'a>,
    encoder: TextEncoder<LoadDataFormat>,
}

impl<'a> FileWriter<'a> {
    pub(super) fn new(table: LoadedTable<'a>) -> Self {
        Self { table, encoder: TextEncoder::new(LoadDataFormat, Dialect::MySql) }
    }

    /// Sends a batch as a file.
    pub(super) fn send(
        &mut self,
        connection: &mut Conn,
        outbox: &Outbox,
        batch: &Batch,
    ) -> Result<Done, SendError<mysql::Error>> {
        {
            let mut bytes = outbox.bytes();
            bytes.clear();
            self.encoder.push_batch(self.table.schema(), batch, &mut bytes)?;
        }
        let loaded = connection.query_drop(self.statement());
        loaded.and_then(|()| done(connection, batch.rows.num_rows() as u64)).map_err(SendError::Server)
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

/// What the server gets when it asks for a file: these bytes, whatever name it asks for, and nothing of this machine's.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox(Arc<Mutex<Vec<u8>>>);

impl Outbox {
    pub(super) fn open(connection: &mut Conn) -> Self {
        let outbox = Self::default();
        let inside = outbox.clone();
        connection.set_local_infile_handler(Some(LocalInfileHandler::new(move |_, writer| {
            let mut bytes = inside.bytes();
            writer.write_all(&bytes)?;
            bytes.clear();
            Ok(())
        })));
        outbox
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// ER_NOT_ALLOWED_COMMAND, ER_CLIENT_LOCAL_FILES_DISABLED, and MariaDB's ER_LOAD_INFILE_CAPABILITY_DISABLED.
pub(super) fn forbids_local_infile(error: &mysql::Error) -> bool {
    matches!(error, mysql::Error::MySqlError(e) if matches!(e.code, 1148 | 3948 | 4166))
}
