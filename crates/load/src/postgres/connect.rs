//! Connecting to PostgreSQL.

use super::PostgresSession;
use super::client::PostgresClient;
use super::refusal;
use crate::remote::{Interrupt, Remote, Unanswered, silent};
use crate::waiting::{CONNECT_TIMEOUT, Waiting};
use crate::{DatabaseTarget, LoadError, Obstacle, Operation, UrlFault};
use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};
use seedbed_datagen_core::CancelToken;
use std::env;
use std::sync::Arc;
use std::time::Duration;

/// What COPY's text and everything read back depend on. Row-level security, triggers and the search path stay as the
/// server has them.
const SESSION: &str = "SET client_encoding = 'UTF8'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; \
                       SET timezone = 'UTC'; SET standard_conforming_strings = on; SET xmloption = content; \
                       SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                       SET client_min_messages = warning";

/// Where the clients of PostgreSQL find a password.
const PASSWORD_VARIABLE: &str = "PGPASSWORD";

/// Opens a session.
///
/// # Errors
/// [`LoadError::Url`], [`LoadError::TlsNeeded`], [`LoadError::Authentication`] and [`LoadError::Connect`].
pub(crate) fn connect(
    url: &str,
    target: &DatabaseTarget,
    waiting: Waiting<'_>,
) -> Result<PostgresSession, LoadError> {
    let server = PostgresServer { config: config(url, target)?, target: target.to_string() };
    let connected = server.connect(waiting.cancel).map_err(|why| silent(why, &server.target))?;
    let mut client = connected.map_err(|error| understand(error, target))?;
    client.batch_execute(SESSION).map_err(refusal::lost(Operation::SetUpSession))?;
    client
        .execute(LOCK_TIMEOUT, &[&waiting.patience.as_millis().to_string()])
        .map_err(refusal::lost(Operation::SetUpSession))?;
    PostgresSession::new(client, server)
}

/// How long a statement waits for a lock of somebody else, unless the URL or the server's settings say it.
const LOCK_TIMEOUT: &str =
    "SELECT set_config('lock_timeout', $1, false) WHERE current_setting('lock_timeout') = '0'";

/// A server, and how to log in to it.
#[derive(Clone, Debug)]
pub(super) struct PostgresServer {
    config: Config,
    /// The target, without its password.
    pub(super) target: String,
}

impl PostgresServer {
    /// Connects, on a thread that can be left to itself.
    pub(super) fn connect(
        &self,
        cancel: &CancelToken,
    ) -> Result<Result<PostgresClient, postgres::Error>, Unanswered> {
        let config = self.config.clone();
        // For each of the addresses of a name, and for what client and server have to say to each other.
        let limit = self.config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT) * 2;
        let opened = Remote::open(cancel, limit, move || {
            let client: Client = config.connect(NoTls)?;
            let statement = client.cancel_token();
            // Whether it was of use is seen by the statement.
            let interrupt: Interrupt = Arc::new(move || drop(statement.cancel_query(NoTls)));
            Ok((client, interrupt))
        });
        opened.map(|connected| connected.map(PostgresClient::new))
    }
}

/// The URL, completed from the environment as `psql` does.
fn config(url: &str, target: &DatabaseTarget) -> Result<Config, LoadError> {
    let mut config: Config = url.parse().map_err(|e: postgres::Error| LoadError::Url {
        url: target.to_string(),
        fault: UrlFault::Unreadable(
            std::error::Error::source(&e).map_or_else(|| e.to_string(), ToString::to_string),
        ),
    })?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(LoadError::TlsNeeded { target: target.to_string() });
    }
    let from_environment = |name: &str| env::var(name).ok().filter(|v| !v.is_empty());
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host(&from_environment("PGHOST").unwrap_or_else(|| "localhost".to_owned()));
    }
    if config.get_ports().is_empty()
        && let Some(port) = from_environment("PGPORT").and_then(|p| p.parse().ok())
    {
        config.port(port);
    }
    if config.get_user().is_none()
        && let Some(user) = from_environment("PGUSER")
    {
        config.user(&user);
    }
    if config.get_password().is_none()
        && let Some(password) = from_environment(PASSWORD_VARIABLE)
    {
        config.password(password);
    }
    if config.get_dbname().is_none()
        && let Some(database) = from_environment("PGDATABASE")
    {
        config.dbname(&database);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    // A server that has gone without a word is noticed, not waited for.
    config.keepalives_idle(Duration::from_secs(30)).keepalives_interval(Duration::from_secs(10));
    config.keepalives_retries(3);
    config.application_name("seedbed");
    Ok(config)
}

/// What a failed connection says, by SQLSTATE where the server answered.
fn understand(error: postgres::Error, target: &DatabaseTarget) -> LoadError {
    let target = target.to_string();
    let is_login = |code: &SqlState| {
        *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
    };
    let wants_tls = |message: &str| message.contains("no encryption") || message.contains("SSL off");
    let password_variable = PASSWORD_VARIABLE;
    match error.as_db_error() {
        // pg_hba.conf has only `hostssl` lines for this user: the message says how the connection was made.
        Some(db) if wants_tls(db.message()) && is_login(db.code()) => LoadError::TlsNeeded { target },
        Some(db) if is_login(db.code()) => {
            LoadError::Authentication { target, password_variable, source: error.into() }
        }
        Some(db) if *db.code() == SqlState::INVALID_CATALOG_NAME => {
            LoadError::Connect { target, obstacle: Obstacle::NoDatabase, source: error.into() }
        }
        None if error.to_string().contains("password missing") => {
            LoadError::Authentication { target, password_variable, source: error.into() }
        }
        _ => LoadError::Connect { target, obstacle: Obstacle::Unreachable, source: error.into() },
    }
}
