//! `seedbed serve`: datasets over HTTP.

use crate::advising;
use crate::args::ServeArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit, Outside};
use crate::workers::{databases, queries};
use seedbed::load::may_hold_login;
use seedbed_server::{ConfigError, Listener, ServeConfig, ServeError, begin_log, serve_on};
use seedbed_service::Service;
use seedbed_store_sqlite::SqliteStore;
use std::sync::Arc;
use std::time::Duration;

/// Serves until it is told to end.
///
/// # Errors
/// A configuration that is none, a port that is taken, a store that can't be opened.
pub(crate) fn run(args: &ServeArgs, console: &Console) -> Result<Exit, CommandError> {
    let file = advising::file()?;
    let environment = advising::environment;
    let config = ServeConfig::load(&args.options, environment, advising::named(file.as_deref()));
    let config = config.map_err(|error| {
        let error = without_login(error);
        CommandError::refused(error.code(), error.to_string(), error.hint())
    })?;
    for (option, path) in
        [("store", Some(&config.store)), ("gemini-key-file", config.advisor.key_file.as_ref())]
    {
        if path.is_some_and(|path| may_hold_login(&path.to_string_lossy()) && !path.exists()) {
            let told = format!("the option `{option}` is given what reads as a URL or a login of a database");
            return Err(CommandError::refused(
                "misplaced-url",
                told,
                Some("name a file or a folder".to_owned()),
            ));
        }
    }
    begin_log(&config).map_err(failed)?;
    // Before the store: a port that is taken is told at once.
    let listener = Listener::bind(&config).map_err(failed)?;
    let store = SqliteStore::open(&config.store)?.with_queries(queries()?).with_databases(databases()?);
    let advisor = advising::advisor(&config.advisor)?;
    let asked = advisor.is_some().then(|| config.advisor.model.clone());
    let service = Service::open_with(Arc::new(store), config.service_options(), advisor)?;
    let address = listener.address();
    console.say(&format!("listening on http://{address}, API at /docs, store in {}", config.store.display()));
    if let Some(model) = asked {
        console.say(&format!("sentences that are no commands go to the model `{model}`"));
    }
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

/// What was given for an option is quoted, unless it may be a login.
fn without_login(error: ConfigError) -> ConfigError {
    match error {
        ConfigError::Value { place, text, expected } if may_hold_login(&text) => {
            ConfigError::Value { place, text: "...".to_owned(), expected }
        }
        ConfigError::UnknownKey { place, key, .. } if may_hold_login(&key) => {
            ConfigError::UnknownKey { place, key: "...".to_owned(), similar: None }
        }
        ConfigError::Syntax { place, problem } if may_hold_login(&problem) => {
            ConfigError::Syntax { place, problem: "it is no TOML".to_owned() }
        }
        error => error,
    }
}

fn failed(error: ServeError) -> CommandError {
    CommandError::refused(error.code(), error.to_string(), error.hint())
}
