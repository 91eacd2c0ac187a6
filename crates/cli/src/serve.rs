//! `seedbed serve`: datasets over HTTP.

use crate::args::ServeArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit, Outside};
use seedbed_server::{Listener, ServeConfig, ServeError, begin_log, serve_on};
use seedbed_service::Service;
use seedbed_store_sqlite::{QueryLimits, QueryPool, SqliteStore, WorkerCommand, serve_queries};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// The file that may hold a table `[server]`.
const FILE: &str = "seedbed.toml";

/// What the process is called with that answers queries of strangers.
pub(crate) const QUERY_WORKER: &str = "query-worker";

/// Serves until it is told to end.
///
/// # Errors
/// A configuration that is none, a port that is taken, a store that can't be opened.
pub(crate) fn run(args: &ServeArgs, console: &Console) -> Result<Exit, CommandError> {
    let file = match std::fs::read_to_string(FILE) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Outside::new(format!("cannot read `{FILE}`"), error).into()),
    };
    let environment = |name: &str| std::env::var(name).ok();
    let config = ServeConfig::load(&args.options, environment, file.as_deref().map(|text| (FILE, text)));
    let config =
        config.map_err(|error| CommandError::refused(error.code(), error.to_string(), error.hint()))?;
    begin_log(&config).map_err(failed)?;
    // Before the store: a port that is taken is told at once.
    let listener = Listener::bind(&config).map_err(failed)?;
    let store = SqliteStore::open(&config.store)?.with_queries(queries()?);
    let service = Service::open(Arc::new(store), config.service_options())?;
    let address = listener.address();
    console
        .say(&format!("listening on http://{address}, API at /docs, store in {}", config.store.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Outside::new("cannot start threads", error))?;
    let ended = runtime.block_on(serve_on(listener, config, service));
    runtime.shutdown_timeout(Duration::from_secs(1));
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(ServeError::EndedAtOnce) => Ok(Exit::Done),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: ServeError) -> CommandError {
    CommandError::refused(error.code(), error.to_string(), error.hint())
}

/// The processes that answer queries: this very program.
fn queries() -> Result<QueryPool, CommandError> {
    let program = std::env::current_exe().map_err(|error| Outside::new("cannot find this program", error))?;
    let command = WorkerCommand { program, arguments: vec![QUERY_WORKER.into()] };
    let pool = QueryPool::new(command, QueryLimits::default());
    Ok(pool.map_err(|error| Outside::new("cannot start a process for queries", error))?)
}

/// What such a process does, and nothing else.
pub(crate) fn answer_queries() -> io::Result<()> {
    serve_queries(io::stdin().lock(), io::stdout().lock())
}
