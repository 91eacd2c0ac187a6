//! How a service works, and what it refuses.

use seedbed_job::CheckMemory;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;

/// How a service works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceOptions {
    /// Jobs that run at the same time; at least 1.
    pub max_jobs: usize,
    /// Jobs that may wait for their turn.
    pub queue: usize,
    /// How long a job may run.
    pub job_time: Duration,
    /// How long a plan may take that is only looked at.
    pub plan_time: Duration,
    /// What may be asked for.
    pub limits: RequestLimits,
    /// Rows of a preview, unless a request says otherwise.
    pub chunk_rows: usize,
    /// Threads of one job; at least 1.
    pub threads: usize,
    /// Memory for the keys of a job's check.
    pub check_memory: CheckMemory,
    /// Bytes of pages that are kept because they may be asked for again.
    pub page_memory: u64,
    /// Whether an advisor may see values of columns that have few, besides the schema.
    pub show_values: bool,
    /// For how long a key stands for a request that was carried out.
    pub key_time: Duration,
}

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Bytes of a schema's text.
    pub ddl_bytes: usize,
    /// Characters of instructions.
    pub instruction_chars: usize,
    /// Tables of a schema.
    pub tables: usize,
    /// Rows of one table.
    pub table_rows: u64,
    /// Rows of all tables of a job.
    pub job_rows: u64,
    /// Bytes of a row in memory.
    pub row_bytes: u64,
    /// Bytes of all rows of a table in memory, as its first row tells.
    pub table_bytes: u64,
    /// Bytes of a query.
    pub query_bytes: usize,
    /// Rows of a page, or of the answer to a query.
    pub page_rows: u64,
    /// How long a query may take.
    pub query_time: Duration,
    /// How long a question in words may take, with all that is asked on the way.
    pub ask_time: Duration,
    /// Edits of one request.
    pub edits: usize,
    /// Bytes of the edits of one request, as JSON.
    pub edit_bytes: usize,
    /// Characters of a condition or an expression of an edit.
    pub expression_chars: usize,
    /// Bytes of all edits that a dataset's rows came of, as JSON.
    pub recipe_edit_bytes: usize,
    /// Rows of a preview.
    pub chunk_rows: usize,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            max_jobs: 3,
            queue: 100,
            job_time: Duration::from_secs(600),
            plan_time: Duration::from_secs(20),
            limits: RequestLimits::default(),
            chunk_rows: 50,
            threads: available_parallelism().map_or(1, NonZeroUsize::get),
            check_memory: CheckMemory(24 << 20),
            page_memory: 8 << 20,
            show_values: false,
            key_time: Duration::from_secs(24 * 3600),
        }
    }
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            ddl_bytes: 2 << 20,
            instruction_chars: 4_000,
            tables: 2_000,
            table_rows: 10_000,
            job_rows: 1_000_000,
            row_bytes: 1 << 20,
            table_bytes: 8 << 30,
            query_bytes: 16 << 10,
            page_rows: 1_000,
            query_time: Duration::from_secs(5),
            ask_time: Duration::from_secs(60),
            edits: 100,
            edit_bytes: 64 << 10,
            expression_chars: 4_000,
            recipe_edit_bytes: 1 << 20,
            chunk_rows: 1_000,
        }
    }
}
