//! Connecting to MySQL and MariaDB.

use super::connection::MySqlConnection;
use super::ssl_mode::SslMode;
use super::{MySqlSession, refusal};
use crate::parameter::Values;
use crate::remote::{Interrupt, Remote, Unanswered, silent};
use crate::settings::Settings;
use crate::waiting::{CONNECT_TIMEOUT, NO_TIMEOUT, Waiting};
use crate::{LoadError, Obstacle, ServerUrl, ShownTarget, TlsFault};
use mysql::prelude::Queryable as _;
use mysql::{Conn, DriverError, Error, Opts, OptsBuilder};
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Dialect;
use std::env;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What the text sent and everything read back depend on, and what makes the server refuse instead of mend. Checks of
/// references and of uniqueness stand as they do by default; a server that was configured without them gets them back.
const SESSION: &str = "SET NAMES utf8mb4; SET time_zone = '+00:00', autocommit = 1, foreign_key_checks = 1, \
                       unique_checks = 1, sql_safe_updates = 0, max_error_count = 65535, sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,\
                       NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,\
                       NO_ENGINE_SUBSTITUTION'";

/// Where the clients of MySQL and MariaDB find a password.
const PASSWORD_VARIABLE: &str = "MYSQL_PWD";

/// Where packages of MySQL and MariaDB have their socket, and where their source has it.
const SOCKETS: [&str; 4] = [
    "/run/mysqld/mysqld.sock",
    "/var/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/tmp/mysql.sock",
];

/// Opens a session.
///
/// # Errors
/// [`LoadError::Variable`], [`LoadError::TlsNeeded`], [`LoadError::Tls`], [`LoadError::Authentication`] and
/// [`LoadError::Connect`].
pub(crate) fn connect(url: &ServerUrl, waiting: Waiting<'_>) -> Result<MySqlSession, LoadError> {
    let settings = Settings::read(url, Dialect::MySql, &|name| env::var_os(name))?;
    let server = MySqlServer::of(&settings, waiting)?;
    let connected = server.connect(waiting.cancel).map_err(|why| silent(why, &server.target))?;
    let connection = connected.map_err(|error| understand(error, &settings))?;
    MySqlSession::new(connection, server)
}

/// A server, and how to log in to it.
#[derive(Clone)]
pub(super) struct MySqlServer {
    /// The ways that `ssl-mode` allows, in its order.
    attempts: Vec<Opts>,
    /// False for `?local-infile=0`: rows go in by INSERT, as some proxies need it.
    pub(super) local_infile: bool,
    pub(super) target: ShownTarget,
    /// How long a statement waits for a lock of somebody else.
    patience: Duration,
}

impl MySqlServer {
    fn of(settings: &Settings<'_>, waiting: Waiting<'_>) -> Result<Self, LoadError> {
        let mode = SslMode::of(settings);
        let socket = socket(settings);
        let ssl = mode.options(settings, socket.is_some())?;
        let options = options(settings, socket);
        let mut attempts = vec![Opts::from(options.clone().ssl_opts(ssl.clone()))];
        if ssl.is_some() && mode == SslMode::Preferred {
            attempts.push(options.into());
        }
        let local_infile = !settings.get("local-infile").is_some_and(Values::is_off);
        Ok(Self { attempts, local_infile, target: settings.shown(), patience: waiting.patience })
    }

    /// Connects, on a thread that can be left to itself, and sets up the session.
    pub(super) fn connect(&self, cancel: &CancelToken) -> Result<mysql::Result<MySqlConnection>, Unanswered> {
        // For each of the addresses of a name, and for what client and server have to say to each other.
        let timeout = self.attempts.first().and_then(Opts::get_tcp_connect_timeout);
        let limit = timeout.unwrap_or(NO_TIMEOUT) * 2;
        let (server, patience) = (self.clone(), self.patience.as_secs().max(1));
        let opened = Remote::open(cancel, limit, move || {
            let mut connection = server.log_in()?;
            connection.query_drop(SESSION)?;
            // Locks of tables are waited for a day otherwise. Whoever has set less means it.
            connection.query_drop(format!(
                "SET lock_wait_timeout = LEAST(@@lock_wait_timeout, {patience}), \
                 innodb_lock_wait_timeout = LEAST(@@innodb_lock_wait_timeout, {patience})"
            ))?;
            let statement = format!("KILL QUERY {}", connection.connection_id());
            // Whether it was of use is seen by the statement.
            let interrupt: Interrupt = Arc::new(move || {
                drop(server.log_in().and_then(|mut other| other.query_drop(&statement)));
            });
            Ok((connection, interrupt))
        });
        match opened? {
            Ok(remote) => MySqlConnection::new(remote).map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Tries one way after the other, as long as it is the encryption that fails.
    fn log_in(&self) -> mysql::Result<Conn> {
        let mut attempts = self.attempts.iter().cloned();
        let first = Conn::new(attempts.next().unwrap_or_default());
        attempts.fold(first, |tried, options| match tried {
            Err(error) if fault_of(&error).is_some() => Conn::new(options),
            tried => tried,
        })
    }
}

impl fmt::Debug for MySqlServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MySqlServer({})", self.target)
    }
}

/// The socket, where it is the way in: it is named, or no host is and a server on this machine has one. `localhost` is a
/// host like others, reached by TCP, as a server in a container is.
fn socket(settings: &Settings<'_>) -> Option<String> {
    if settings.is_in_url("socket") {
        return settings.get("socket").map(str::to_owned);
    }
    if settings.get("host").is_some() || settings.is_in_url("port") {
        return None;
    }
    let usual = || SOCKETS.iter().filter(|_| cfg!(unix)).find(|socket| Path::new(socket).exists());
    settings.get("socket").or_else(|| usual().copied()).map(str::to_owned)
}

fn options(settings: &Settings<'_>, socket: Option<String>) -> OptsBuilder {
    let port = settings.get("port").and_then(|port| port.parse().ok());
    let timeout =
        settings.number("connect-timeout").map_or(CONNECT_TIMEOUT, |s| Duration::from_secs(s.into()));
    OptsBuilder::default()
        .ip_or_hostname(Some(settings.get("host").unwrap_or("localhost")))
        .tcp_port(port.unwrap_or(3306))
        .socket(socket)
        .user(settings.get("user"))
        .pass(settings.get("password"))
        .db_name(settings.get("dbname"))
        // A URL names a host: another way in could be another user.
        .prefer_socket(false)
        .tcp_connect_timeout(Some(timeout).filter(|timeout| !timeout.is_zero()))
}

/// What a failed connection says about TLS, if that is what has failed.
fn fault_of(error: &Error) -> Option<TlsFault> {
    let of_io = |error: &io::Error| Some(TlsFault::of(error.get_ref()?.downcast_ref()?));
    match error {
        Error::DriverError(DriverError::TlsNotSupported) => Some(TlsFault::NotOffered),
        Error::TlsError(_) => Some(TlsFault::Handshake),
        Error::IoError(error) => of_io(error),
        Error::CodecError(error) => of_io(error.source()?.downcast_ref()?),
        _ => None,
    }
}

/// What a failed connection says, by the codes of MySQL's error reference.
fn understand(error: Error, settings: &Settings<'_>) -> LoadError {
    let target = settings.shown();
    let fault = fault_of(&error);
    let code = if let Error::MySqlError(server) = &error { server.code } else { 0 };
    let source = settings.told(&*refusal::cause(error));
    match (fault, code) {
        (Some(fault), _) => {
            let source = Some(source).filter(|_| fault != TlsFault::NotOffered);
            LoadError::Tls { target, fault, source }
        }
        // ER_SECURE_TRANSPORT_REQUIRED.
        (None, 3159) => LoadError::TlsNeeded { target, setting: "ssl-mode=REQUIRED" },
        // ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR.
        (None, 1044 | 1045 | 1698) => {
            LoadError::Authentication { target, password_variable: PASSWORD_VARIABLE, source }
        }
        (None, code) => {
            // ER_BAD_DB_ERROR.
            let obstacle = if code == 1049 { Obstacle::NoDatabase } else { Obstacle::Unreachable };
            LoadError::Connect { target, obstacle, source }
        }
    }
}
