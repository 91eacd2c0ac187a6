//! `seedbed serve`: datasets over HTTP.

use crate::args::ServeArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit, Outside};
use seedbed_server::{Listener, ServeConfig, ServeError, begin_log, serve_on};
use seedbed_service::Service;
use seedbed_store_sqlite::{
    QueryLimits, QueryPool, SqliteStore, WorkerCommand, make_database, serve_queries,
};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// The file that may hold a table `[server]`.
const FILE: &str = "seedbed.toml";

/// What a process of this program is called with that answers queries of strangers.
const QUERY_WORKER: &str = "query-worker";

/// What one is called with that runs the statements of a stranger's schema.
const DATABASE_WORKER: &str = "database-worker";

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
    let program = std::env::current_exe().map_err(|error| Outside::new("cannot find this program", error))?;
    let worker = |what: &str| WorkerCommand { program: program.clone(), arguments: vec![what.into()] };
    let queries = QueryPool::new(worker(QUERY_WORKER), QueryLimits::default());
    let queries = queries.map_err(|error| Outside::new("cannot start a process for queries", error))?;
    let store =
        SqliteStore::open(&config.store)?.with_queries(queries).with_databases(worker(DATABASE_WORKER));
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
