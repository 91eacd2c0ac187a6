//! Connecting to PostgreSQL.

use super::PostgresSession;
use crate::{DatabaseTarget, LoadError, Obstacle, Operation, UrlFault};
use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};
use std::env;
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
pub(crate) fn connect(url: &str, target: &DatabaseTarget) -> Result<PostgresSession, LoadError> {
    let config = config(url, target)?;
    let failed = |error| understand(error, target);
    let mut client: Client = config.connect(NoTls).map_err(failed)?;
    client.batch_execute(SESSION).map_err(LoadError::server(Operation::SetUpSession))?;
    PostgresSession::new(client)
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
        config.connect_timeout(Duration::from_secs(15));
    }
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
