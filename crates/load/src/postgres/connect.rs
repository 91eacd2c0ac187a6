//! Connecting to PostgreSQL.

use super::PostgresSession;
use super::client::PostgresClient;
use super::refusal;
use super::ssl_mode::SslMode;
use super::tls::{Connector, fault_of};
use crate::parameter::{Parameter, Values};
use crate::remote::{Interrupt, Remote, Unanswered, silent};
use crate::settings::Settings;
use crate::waiting::{CONNECT_TIMEOUT, NO_TIMEOUT, Waiting};
use crate::{LoadError, Obstacle, Operation, ServerUrl, ShownTarget, TlsFault};
use postgres::config::{Host, SslMode as Encryption};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Dialect;
use std::env;
use std::fmt;
use std::path::Path;
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

/// Where packages of PostgreSQL have their sockets, and where its source has them.
const SOCKET_FOLDERS: [&str; 3] = ["/var/run/postgresql", "/run/postgresql", "/tmp"];

/// Opens a session.
///
/// # Errors
/// [`LoadError::Url`], [`LoadError::Variable`], [`LoadError::TlsNeeded`], [`LoadError::Tls`],
/// [`LoadError::Authentication`] and [`LoadError::Connect`].
pub(crate) fn connect(url: &ServerUrl, waiting: Waiting<'_>) -> Result<PostgresSession, LoadError> {
    let settings = Settings::read(url, Dialect::Postgres, &|name| env::var_os(name))?;
    let mode = SslMode::of(&settings);
    let server = PostgresServer::of(&settings, mode)?;
    let connected = server.connect(waiting.cancel).map_err(|why| silent(why, &server.target))?;
    let mut client = connected.map_err(|error| understand(&error, &settings, mode))?;
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
#[derive(Clone)]
pub(super) struct PostgresServer {
    config: Config,
    /// The ways that `sslmode` allows, in its order.
    attempts: &'static [Encryption],
    /// What makes encrypted connections, where there may be any.
    connector: Option<Connector>,
    pub(super) target: ShownTarget,
}

impl PostgresServer {
    fn of(settings: &Settings<'_>, mode: SslMode) -> Result<Self, LoadError> {
        let config = config(settings)?;
        let is_socket = |host: &Host| !matches!(host, Host::Tcp(_));
        // A socket leads nowhere else: libpq doesn't look at `sslmode` there.
        let by_socket = config.get_hosts().iter().all(is_socket);
        let mode = if by_socket { SslMode::Disable } else { mode };
        if !by_socket {
            not_supported(settings, mode)?;
        }
        let connector = match mode {
            SslMode::Disable => None,
            mode => Some(Connector::new(settings, mode)?),
        };
        Ok(Self { config, attempts: mode.attempts(), connector, target: settings.shown() })
    }

    /// Connects, on a thread that can be left to itself.
    pub(super) fn connect(
        &self,
        cancel: &CancelToken,
    ) -> Result<Result<PostgresClient, postgres::Error>, Unanswered> {
        let server = self.clone();
        // For each of the addresses of a name, and for what client and server have to say to each other.
        let limit = self.config.get_connect_timeout().copied().unwrap_or(NO_TIMEOUT) * 2;
        let opened = Remote::open(cancel, limit, move || {
            let client = server.client()?;
            let statement = client.cancel_token();
            // Whether it was of use is seen by the statement.
            let interrupt: Interrupt = Arc::new(move || match server.connector.clone() {
                Some(connector) => drop(statement.cancel_query(connector)),
                None => drop(statement.cancel_query(NoTls)),
            });
            Ok((client, interrupt))
        });
        opened.map(|connected| connected.map(PostgresClient::new))
    }

    fn client(&self) -> Result<Client, postgres::Error> {
        let mut first_error = None;
        for encryption in self.attempts {
            match self.attempt(*encryption) {
                Err(error) if is_about_encryption(&error) => drop(first_error.get_or_insert(error)),
                ended => return ended,
            }
        }
        match first_error {
            Some(error) => Err(error),
            None => self.attempt(Encryption::Disable),
        }
    }

    fn attempt(&self, encryption: Encryption) -> Result<Client, postgres::Error> {
        let mut config = self.config.clone();
        config.ssl_mode(encryption);
        match self.connector.clone() {
            Some(connector) => config.connect(connector),
            None => config.connect(NoTls),
        }
    }
}

impl fmt::Debug for PostgresServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresServer({})", self.target)
    }
}

/// What can't be followed is said before anything is sent, and never done without.
fn not_supported(settings: &Settings<'_>, mode: SslMode) -> Result<(), LoadError> {
    let is = |name, word: &str| settings.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
    let (setting, why) = match mode {
        _ if is("channel_binding", "require") => {
            ("channel_binding", "passwords are not bound to certificates")
        }
        SslMode::Disable | SslMode::Allow | SslMode::Prefer if is("sslnegotiation", "direct") => {
            ("sslnegotiation", "`direct` goes with `sslmode=require` and what is stricter")
        }
        _ => return Ok(()),
    };
    let fault = TlsFault::Unsupported { setting, why };
    Err(LoadError::Tls { target: settings.shown(), fault, source: None })
}

/// Whether another attempt, with or without TLS, may go better: the handshake has failed, or no line of `pg_hba.conf` is for
/// this kind of connection. A wrong password is wrong for both, and isn't sent again in clear.
fn is_about_encryption(error: &postgres::Error) -> bool {
    fault_of(error).is_some()
        || error.code().is_some_and(|code| *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

/// What is said about the connection, as the client's library takes it.
fn config(settings: &Settings<'_>) -> Result<Config, LoadError> {
    // Its own reader of texts knows the less usual parameters; values are checked, so there is nothing to tell.
    let mut text = String::new();
    for (name, known_as) in PASSED_ON {
        if let Some(value) = settings.get(name) {
            let value = match Parameter::named(Dialect::Postgres, name).map(|parameter| &parameter.values) {
                Some(Values::Words(_)) => value.to_ascii_lowercase(),
                Some(Values::Number) => value.trim().to_owned(),
                _ => value.replace('\\', r"\\").replace('\'', r"\'"),
            };
            text += &format!("{known_as}='{value}' ");
        }
    }
    let unreadable =
        |_: postgres::Error| LoadError::Url { target: settings.shown(), fault: crate::UrlFault::Reserved };
    let mut config: Config = text.parse().map_err(unreadable)?;
    if config.get_hosts().is_empty() {
        let names: Vec<String> = match settings.get("hostaddr") {
            Some(addresses) => addresses.split(',').map(str::to_owned).collect(),
            None => vec![default_host(config.get_ports().first().copied().unwrap_or(5432))],
        };
        for name in names {
            config.host(&name);
        }
    }
    if let Some(password) = settings.get("password") {
        config.password(password);
    }
    if settings.get("connect_timeout").is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if settings.get("application_name").is_none() {
        config.application_name("seedbed");
    }
    // A server that has gone without a word is noticed, not waited for.
    if settings.get("keepalives_idle").is_none() {
        config.keepalives_idle(Duration::from_secs(30));
    }
    if settings.get("keepalives_interval").is_none() {
        config.keepalives_interval(Duration::from_secs(10));
    }
    if settings.get("keepalives_count").is_none() {
        config.keepalives_retries(3);
    }
    Ok(config)
}

/// What libpq and its Rust twin both know, and the latter's name for it.
const PASSED_ON: [(&str, &str); 16] = [
    ("host", "host"),
    ("hostaddr", "hostaddr"),
    ("port", "port"),
    ("dbname", "dbname"),
    ("user", "user"),
    ("application_name", "application_name"),
    ("channel_binding", "channel_binding"),
    ("connect_timeout", "connect_timeout"),
    ("load_balance_hosts", "load_balance_hosts"),
    ("options", "options"),
    ("sslnegotiation", "sslnegotiation"),
    ("target_session_attrs", "target_session_attrs"),
    ("keepalives", "keepalives"),
    ("keepalives_idle", "keepalives_idle"),
    ("keepalives_interval", "keepalives_interval"),
    ("keepalives_count", "keepalives_retries"),
];

/// The socket of a server on this machine, or where there is none, `localhost`.
fn default_host(port: u16) -> String {
    let has_socket = |folder: &&&str| Path::new(**folder).join(format!(".s.PGSQL.{port}")).exists();
    SOCKET_FOLDERS.iter().filter(|_| cfg!(unix)).find(has_socket).unwrap_or(&"localhost").to_string()
}

/// What a failed connection says, by SQLSTATE where the server answered.
fn understand(error: &postgres::Error, settings: &Settings<'_>, mode: SslMode) -> LoadError {
    let (target, source) = (settings.shown(), settings.told(error));
    let is_login = |code: &SqlState| {
        *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
    };
    let wants_tls = |message: &str| message.contains("no encryption") || message.contains("SSL off");
    let password_variable = PASSWORD_VARIABLE;
    if let Some(fault) = fault_of(error) {
        let source = Some(source).filter(|_| fault != TlsFault::NotOffered);
        return LoadError::Tls { target, fault, source };
    }
    match error.as_db_error() {
        // pg_hba.conf has only `hostssl` lines for this user: the message says how the connection was made.
        Some(db) if mode == SslMode::Disable && wants_tls(db.message()) && is_login(db.code()) => {
            LoadError::TlsNeeded { target, setting: "sslmode=require" }
        }
        Some(db) if is_login(db.code()) => LoadError::Authentication { target, password_variable, source },
        Some(db) if *db.code() == SqlState::INVALID_CATALOG_NAME => {
            LoadError::Connect { target, obstacle: Obstacle::NoDatabase, source }
        }
        None if error.to_string().contains("password missing") => {
            LoadError::Authentication { target, password_variable, source }
        }
        _ => LoadError::Connect { target, obstacle: Obstacle::Unreachable, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatabaseTarget;

    #[test]
    fn whatever_is_checked_is_understood_by_the_library() {
        let url = "postgres://o%27ne%5C@a,b:6/d%20e?application_name=x%27%20y&channel_binding=Prefer&connect_timeout=%207\
                   &load_balance_hosts=RANDOM&options=-c%20a%3D%27b%5C%27&sslnegotiation=Postgres&target_session_attrs=Read-Only\
                   &keepalives=1&keepalives_idle=2&keepalives_interval=3&keepalives_count=4&hostaddr=::1,127.0.0.1";
        let DatabaseTarget::Postgres(url) = url.parse().expect("a URL") else { panic!("no PostgreSQL") };
        let settings = Settings::read(&url, Dialect::Postgres, &|_| None).expect("settings");
        let config = config(&settings).expect("known to the library");
        assert_eq!((config.get_user(), config.get_dbname()), (Some(r"o'ne\"), Some("d e")));
        assert_eq!((config.get_options(), config.get_ports()), (Some(r"-c a='b\'"), &[5432, 6][..]));
        assert_eq!(config.get_application_name(), Some("x' y"));
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(7)));
        assert_eq!(config.get_keepalives_retries(), Some(4));
    }
}
