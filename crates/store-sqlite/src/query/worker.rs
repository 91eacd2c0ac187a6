//! The process that answers queries.

use super::answer::{QueryAnswer, QueryRequest};
use super::error::QueryError;
use super::frame;
use super::process_limits::{allow_processor_time, confine, processor_time};
use super::run::run_query;
use seedbed_datagen_core::CancelToken;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

/// The first message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    /// Bytes of memory that it may have.
    pub(crate) memory: u64,
}

/// What a worker says to that.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ready {
    /// The limits that the system refused.
    pub(crate) refused: Vec<String>,
}

/// A query to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) path: PathBuf,
    pub(crate) request: QueryRequest,
}

/// What a worker says to that.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) answer: Result<QueryAnswer, QueryError>,
    /// How long the worker has computed in its life.
    pub(crate) computed: Duration,
}

/// Answers queries one after the other, as long as there are any: what an executable does that a
/// [`QueryPool`](super::QueryPool) starts, with its standard input and output. It must do so before anything else, on its
/// only thread, and write nothing else there.
///
/// ```no_run
/// # fn main() -> std::io::Result<()> {
/// seedbed_store_sqlite::serve_queries(std::io::stdin().lock(), std::io::stdout().lock())
/// # }
/// ```
///
/// # Errors
/// The pipe's, after which the process had better end.
pub fn serve_queries(mut stdin: impl Read, mut stdout: impl Write) -> io::Result<()> {
    let Some(Hello { memory }) = frame::receive(&mut stdin)? else { return Ok(()) };
    frame::send(&mut stdout, &Ready { refused: confine(memory) })?;
    while let Some(Question { path, request }) = frame::receive(&mut stdin)? {
        allow_processor_time(request.time);
        let answer = run_query(&path, &request, &CancelToken::new());
        frame::send(&mut stdout, &Reply { answer, computed: processor_time() })?;
    }
    Ok(())
}
