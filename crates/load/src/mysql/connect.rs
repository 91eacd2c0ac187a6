//! Connecting to MySQL and MariaDB.

use super::connection::MySqlConnection;
use super::{MySqlSession, refusal};
use crate::remote::{Interrupt, Remote, Unanswered, silent};
use crate::waiting::{CONNECT_TIMEOUT, Waiting};
use crate::{DatabaseTarget, LoadError, Obstacle, UrlFault};
use mysql::prelude::Queryable as _;
use mysql::{Conn, Opts, OptsBuilder, UrlError};
use seedbed_datagen_core::CancelToken;
use std::env;
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

/// Opens a session.
///
/// # Errors
/// [`LoadError::Url`], [`LoadError::TlsNeeded`], [`LoadError::Authentication`] and [`LoadError::Connect`].
pub(crate) fn connect(
    url: &str,
    target: &DatabaseTarget,
    waiting: Waiting<'_>,
) -> Result<MySqlSession, LoadError> {
    let Login { options, local_infile } = Login::read(url, target)?;
    let options = Opts::from(options);
    let server =
        MySqlServer { options, local_infile, target: target.to_string(), patience: waiting.patience };
    let connected = server.connect(waiting.cancel).map_err(|why| silent(why, &server.target))?;
    let connection = connected.map_err(|error| understand(error, target))?;
    MySqlSession::new(connection, server)
}

/// A server, and how to log in to it.
#[derive(Clone, Debug)]
pub(super) struct MySqlServer {
    options: Opts,
    /// See [`Login::local_infile`].
    pub(super) local_infile: bool,
    /// The target, without its password.
    pub(super) target: String,
    /// How long a statement waits for a lock of somebody else.
    patience: Duration,
}

impl MySqlServer {
    /// Connects, on a thread that can be left to itself, and sets up the session.
    pub(super) fn connect(&self, cancel: &CancelToken) -> Result<mysql::Result<MySqlConnection>, Unanswered> {
        // For each of the addresses of a name, and for what client and server have to say to each other.
        let limit = self.options.get_tcp_connect_timeout().unwrap_or(CONNECT_TIMEOUT) * 2;
        let (options, patience) = (self.options.clone(), self.patience.as_secs().max(1));
        let opened = Remote::open(cancel, limit, move || {
            let mut connection = Conn::new(options.clone())?;
            connection.query_drop(SESSION)?;
            // Locks of tables are waited for a day otherwise. Whoever has set less means it.
            connection.query_drop(format!(
                "SET lock_wait_timeout = LEAST(@@lock_wait_timeout, {patience}), \
                 innodb_lock_wait_timeout = LEAST(@@innodb_lock_wait_timeout, {patience})"
            ))?;
            let statement = format!("KILL QUERY {}", connection.connection_id());
            // Whether it was of use is seen by the statement.
            let interrupt: Interrupt = Arc::new(move || {
                drop(Conn::new(options.clone()).and_then(|mut other| other.query_drop(&statement)));
            });
            Ok((connection, interrupt))
        });
        match opened? {
            Ok(remote) => MySqlConnection::new(remote).map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }
}

/// What a URL says.
struct Login {
    options: OptsBuilder,
    /// False for `?local_infile=0`: rows go in by INSERT, as some proxies need it.
    local_infile: bool,
}

impl Login {
    /// Takes our own parameters out of the URL and leaves the others to the client library.
    fn read(url: &str, target: &DatabaseTarget) -> Result<Self, LoadError> {
        let wrong = |fault| LoadError::Url { url: target.to_string(), fault };
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (_, place) = place.split_once("://").ok_or_else(|| wrong(UrlFault::NoAuthority))?;
        let mut local_infile = true;
        let mut kept: Vec<&str> = Vec::new();
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name.to_ascii_lowercase().as_str() {
                "local_infile" => local_infile = !matches!(value, "0" | "off" | "false"),
                "ssl-mode" | "sslmode" | "ssl_mode" => match value.to_ascii_lowercase().as_str() {
                    "disabled" | "disable" | "preferred" | "prefer" | "allow" => {}
                    _ => return Err(LoadError::TlsNeeded { target: target.to_string() }),
                },
                _ => kept.push(pair),
            }
        }
        let rest = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        let options = match Opts::from_url(&format!("mysql://{place}{rest}")) {
            Ok(options) => options,
            Err(UrlError::FeatureRequired(..)) => {
                return Err(LoadError::TlsNeeded { target: target.to_string() });
            }
            Err(error) => return Err(wrong(UrlFault::Unreadable(error.to_string()))),
        };
        if options.get_db_name().is_none() {
            return Err(wrong(UrlFault::NoDatabase));
        }
        let password = options.get_pass().map(str::to_owned).or_else(|| env::var(PASSWORD_VARIABLE).ok());
        let timeout = options.get_tcp_connect_timeout().unwrap_or(CONNECT_TIMEOUT);
        // A URL names a host: another way in could be another user.
        let options = OptsBuilder::from_opts(options)
            .pass(password)
            .prefer_socket(false)
            .tcp_connect_timeout(Some(timeout));
        Ok(Self { options, local_infile })
    }
}

/// What a failed connection says, by the codes of MySQL's error reference.
fn understand(error: mysql::Error, target: &DatabaseTarget) -> LoadError {
    let target = target.to_string();
    let code = if let mysql::Error::MySqlError(server) = &error { server.code } else { 0 };
    match code {
        // ER_SECURE_TRANSPORT_REQUIRED.
        3159 => LoadError::TlsNeeded { target },
        // ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR.
        1044 | 1045 | 1698 => LoadError::Authentication {
            target,
            password_variable: PASSWORD_VARIABLE,
            source: refusal::cause(error),
        },
        code => {
            // ER_BAD_DB_ERROR.
            let obstacle = if code == 1049 { Obstacle::NoDatabase } else { Obstacle::Unreachable };
            LoadError::Connect { target, obstacle, source: refusal::cause(error) }
        }
    }
}
