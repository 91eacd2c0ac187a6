//! Processes of this program that answer strangers, and what they are started with.

use crate::exit::Outside;
use seedbed_store_sqlite::{QueryLimits, QueryPool, WorkerCommand, make_database, serve_queries};
use std::io;

/// What a process of this program is called with that answers queries of strangers.
const QUERY_WORKER: &str = "query-worker";

/// What one is called with that runs the statements of a stranger's schema.
const DATABASE_WORKER: &str = "database-worker";

/// Processes that answer queries.
///
/// # Errors
/// A system without another thread.
pub(crate) fn queries() -> Result<QueryPool, Outside> {
    let failed = |error| Outside::new("cannot start a process for queries", error);
    QueryPool::new(command(QUERY_WORKER)?, QueryLimits::default()).map_err(failed)
}

/// Processes that make databases.
///
/// # Errors
/// A program that can't find itself.
pub(crate) fn databases() -> Result<WorkerCommand, Outside> {
    command(DATABASE_WORKER)
}

fn command(what: &str) -> Result<WorkerCommand, Outside> {
    let program = std::env::current_exe().map_err(|error| Outside::new("cannot find this program", error))?;
    Ok(WorkerCommand { program, arguments: vec![what.into()] })
}

/// What a process does that was started to do nothing else; `None` for one that a person has started. It comes before
/// anything else: the process confines itself, and only one that has done nothing yet can.
pub(crate) fn worker() -> Option<io::Result<()>> {
    let (stdin, stdout) = (io::stdin().lock(), io::stdout().lock());
    match std::env::args_os().nth(1)?.to_str()? {
        QUERY_WORKER => Some(serve_queries(stdin, stdout)),
        DATABASE_WORKER => Some(make_database(stdin, stdout)),
        _ => None,
    }
}
