//! Rows on their way into the store, with somebody who watches.

use crate::event::TableProgress;
use crate::live_job::{LiveJob, STORED};
use seedbed_datagen_core::{Batch, OpenTable, Sink, SinkError, TableSink};
use seedbed_schema_model::{Schema, TableId};
use seedbed_store::{Store, TableStatus};
use seedbed_text_encode::{JsonNumbers, JsonRows};
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two previews of the same table.
const PREVIEW_EVERY: Duration = Duration::from_millis(100);

/// Bytes of a preview: a message of Socket.IO that is too large closes the connection.
pub(crate) const CHUNK_BYTES: usize = 48 << 10;

/// A sink that tells of each table, and shows some of the rows.
pub(crate) struct WatchedSink<'a> {
    sink: Box<dyn Sink + 'a>,
    job: &'a LiveJob,
    store: &'a dyn Store,
    chunk_rows: usize,
    /// The tables in the order of the job's entries.
    tables: Vec<TableId>,
}

impl<'a> WatchedSink<'a> {
    pub(crate) fn new(
        sink: Box<dyn Sink + 'a>,
        job: &'a LiveJob,
        store: &'a dyn Store,
        chunk_rows: usize,
        tables: Vec<TableId>,
    ) -> Self {
        Self { sink, job, store, chunk_rows, tables }
    }
}

impl Sink for WatchedSink<'_> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let index = self.tables.iter().position(|t| *t == table).unwrap_or(usize::MAX);
        let name = schema[table].name.to_string();
        let mut total = 0;
        self.job.update_table(index, |entry| {
            entry.status = TableStatus::Running;
            total = entry.total;
        });
        let told = json!({"jobId": self.job.id, "table": name, "total": total});
        self.job
            .tell(self.store, "table:start", &told)
            .map_err(|e| SinkError::new("telling of a table", e))?;
        let open = self.sink.open(schema, table)?;
        Ok(OpenTable::batches(WatchedTable {
            open,
            job: self.job,
            store: self.store,
            preview: Preview::new(Arc::clone(schema), self.chunk_rows),
            index,
            name,
            delivered: 0,
            total,
            shown: None,
        }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.sink.finish()?;
        self.job.come_to(STORED);
        Ok(())
    }
}

struct WatchedTable<'a> {
    open: OpenTable<'a>,
    job: &'a LiveJob,
    store: &'a dyn Store,
    preview: Preview,
    index: usize,
    name: String,
    delivered: u64,
    total: u64,
    /// When rows were shown last.
    shown: Option<Instant>,
}

impl TableSink for WatchedTable<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.open.write(batch)?;
        let first_row = self.delivered;
        self.delivered += batch.rows.num_rows() as u64;
        self.job.update_table(self.index, |entry| entry.delivered = self.delivered);
        let is_last = self.delivered >= self.total;
        if is_last || self.shown.is_none_or(|shown| shown.elapsed() >= PREVIEW_EVERY) {
            self.shown = Some(Instant::now());
            let chunk = self.preview.of(batch);
            self.job.tell_passing(
                "table:progress",
                &TableProgress {
                    job_id: &self.job.id,
                    table: &self.name,
                    delivered: self.delivered,
                    total: self.total,
                    progress: self.job.progress(),
                    first_row,
                    chunk: &chunk,
                },
            );
        }
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), SinkError> {
        let Self { open, job, store, index, name, delivered, .. } = *self;
        open.close()?;
        job.update_table(index, |entry| entry.status = TableStatus::Done);
        let told = json!({"jobId": job.id, "table": name, "rows": delivered});
        job.tell(store, "table:complete", &told).map_err(|e| SinkError::new("telling of a table", e))
    }
}

/// Some rows of a batch as JSON, few and small enough for one message.
#[derive(Debug)]
pub(crate) struct Preview {
    schema: Arc<Schema>,
    rows: usize,
    encoder: Option<JsonRows>,
}

impl Preview {
    pub(crate) fn new(schema: Arc<Schema>, rows: usize) -> Self {
        Self { schema, rows, encoder: None }
    }

    /// The first rows of a batch, as many as fit. A column that has no form in JSON is none of ours.
    pub(crate) fn of(&mut self, batch: &Batch) -> Box<RawValue> {
        let encoder = self.encoder.get_or_insert_with(|| {
            JsonRows::new(&self.schema, batch.table, &batch.columns, JsonNumbers::AsNumbers)
                .separated_by(b',')
        });
        let mut text = b"[".to_vec();
        let all = self.rows.min(batch.rows.num_rows());
        // Most chunks are small: all at once, and one by one where that is too much.
        if encoder.push(batch, 0..all, &mut text).is_err() {
            text.truncate(1);
        } else if text.len() > CHUNK_BYTES {
            text.truncate(1);
            for row in 0..all {
                let before = text.len();
                if row > 0 {
                    text.push(b',');
                }
                if encoder.push(batch, row..row + 1, &mut text).is_err() || text.len() > CHUNK_BYTES {
                    text.truncate(before);
                    break;
                }
            }
        }
        text.push(b']');
        let text = String::from_utf8(text).unwrap_or_else(|_| "[]".to_owned());
        RawValue::from_string(text).unwrap_or_default()
    }
}
