//! Why a load has not done what it was asked for.

use crate::parameter::Parameter;
use crate::{Operation, ShownTarget};
#[cfg(any(feature = "mysql", feature = "postgres"))]
use rustls::CertificateError;
use seedbed_datagen_core::Canceled;
use seedbed_planner::PlanError;
use seedbed_schema_model::{Dialect, QualifiedName};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why a load ended without a report. The target is as it was before, but for [`RowsStay`](Self::RowsStay), and for
/// [`CommitUnknown`](Self::CommitUnknown), where that is not known: see [`LoadError::aftermath`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The URL can't be read.
    #[error("can't load to `{target}`: {fault}")]
    Url {
        /// As much of it as is sure.
        target: ShownTarget,
        /// What is wrong.
        fault: UrlFault,
    },
    /// A variable of the environment that completes the URL has no value that it may have.
    #[error("the variable `{variable}` of the environment is `{value}`: expected {expected}")]
    Variable {
        /// Its name.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A kind of database that can't be loaded to, or whose feature is off.
    #[error("unsupported target `{scheme}:`")]
    UnsupportedTarget {
        /// The URL's scheme.
        scheme: String,
    },
    /// The schema is of another dialect than the target.
    #[error("the schema is {schema}, the target is {target}")]
    DialectMismatch {
        /// The schema's dialect.
        schema: Dialect,
        /// The target's.
        target: Dialect,
    },
    /// No connection.
    #[error("can't connect to `{target}`")]
    Connect {
        /// The target.
        target: ShownTarget,
        /// What keeps us out, as far as the cause tells.
        obstacle: Obstacle,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server turned the user away.
    #[error("`{target}` turned the login away")]
    Authentication {
        /// The target.
        target: ShownTarget,
        /// The variable of the environment that the server's own clients take a password from.
        password_variable: &'static str,
        /// The server's message.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server takes encrypted connections only, and this one may not be.
    #[error("`{target}` takes encrypted connections only")]
    TlsNeeded {
        /// The target.
        target: ShownTarget,
        /// How TLS is asked for in its URL.
        setting: &'static str,
    },
    /// There is no encrypted connection as it was asked for.
    #[error("no encrypted connection to `{target}`: {fault}")]
    Tls {
        /// The target.
        target: ShownTarget,
        /// Why.
        fault: TlsFault,
        /// The cause, if there is a further one.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The schema's own statements failed in the new database.
    #[error("the schema can't be made in a new database: `{statement}`")]
    SchemaScript {
        /// The beginning of the statement.
        statement: String,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Tables that should get rows don't exist in the target.
    #[error("the target has no table{} {}", if tables.len() == 1 { "" } else { "s" }, quoted(tables))]
    MissingTables {
        /// Their names.
        tables: Vec<String>,
    },
    /// No plan.
    #[error("the rows can't be planned: {}", first(errors))]
    Plan {
        /// Every reason.
        errors: Vec<PlanError>,
    },
    /// The server failed, or refused something that no single table is to blame for.
    #[error("failed while {operation}")]
    Server {
        /// What was being done.
        operation: Operation,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Another load into the same database did not end in time, or another writer of the same file.
    #[error(
        "`{target}` was waited for {} s, and {} still has it",
        waited.as_secs(), holder.as_deref().unwrap_or("another load or writer")
    )]
    Busy {
        /// The target.
        target: ShownTarget,
        /// Who it is, as far as the server tells.
        holder: Option<String>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Another session has locked what a statement needs, and did not let go in time.
    #[error("failed while {operation}, as another session has it locked")]
    Locked {
        /// What was being done.
        operation: Operation,
        /// The server's message.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The connection was lost while the server committed, and what became of that can't be looked up.
    #[error("the answer of `{target}` to COMMIT was lost")]
    CommitUnknown {
        /// The target.
        target: ShownTarget,
        /// The query that tells, where there is one.
        how_to_look: Option<String>,
        /// How the answer was lost.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The load failed, and rows that only a DELETE takes back could not be deleted.
    #[error("the load failed")]
    RowsStay {
        /// The tables that hold rows of the load.
        tables: Vec<QualifiedName>,
        /// Why the load failed.
        source: Box<LoadError>,
    },
    /// The caller asked to stop.
    #[error("canceled")]
    Canceled,
}

/// What is in a target after a load has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// Nothing of the load.
    AsBefore,
    /// All of it, or nothing: that is not known.
    Unknown,
    /// The rows of these tables, some or all, and nothing else.
    RowsStay(Vec<QualifiedName>),
}

impl fmt::Display for Aftermath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsBefore => f.write_str("nothing was loaded"),
            Self::Unknown => f.write_str("it is unknown whether the rows are there, all of them, or none"),
            Self::RowsStay(tables) => {
                let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "nothing was loaded but rows of {}, which have no transactions and could not be emptied",
                    quoted(&names)
                )
            }
        }
    }
}

impl From<Canceled> for LoadError {
    fn from(_: Canceled) -> Self {
        Self::Canceled
    }
}

/// What is wrong with a target's URL. Nothing of the URL is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlFault {
    /// It names no file.
    #[error("a path to a file is needed")]
    NoPath,
    /// SQLite's path holds what only a URL of a server has.
    #[error("a path to a file is needed, without a login and parameters")]
    NoFile,
    /// It begins with none of the schemes that are known.
    #[error("it begins with no scheme that is known, such as `postgres://`")]
    NoScheme,
    /// It is of another kind of database than is wanted.
    #[error("it is no URL of {dialect}")]
    OtherDialect {
        /// The kind that is wanted.
        dialect: Dialect,
    },
    /// It is `key=value` pairs.
    #[error("a URL is needed, not `key=value` pairs")]
    ConnectionString,
    /// It has no `//` behind the scheme.
    #[error("`//` is missing behind the scheme")]
    NoAuthority,
    /// Characters that mean something in a URL stand where they would mean something else.
    #[error("a space, `#`, or an `@`, `/`, `:` or `?` where none belongs is in it")]
    Reserved,
    /// A `%` that begins no escape, or escapes of what is no text.
    #[error("a `%` in it begins no escape such as `%40`")]
    Escape,
    /// What should be a host is none.
    #[error("what stands for the host is no name and no address")]
    Host,
    /// What should be a port is none.
    #[error("what stands for the port is no number from 1 to 65535")]
    Port,
    /// It names more than one host, and the client knows one.
    #[error("it names several hosts, and MySQL's clients connect to one")]
    SeveralHosts,
    /// It names both a socket and another host.
    #[error("`socket` goes with `localhost` or no host at all")]
    SocketOfHost,
    /// It names no database.
    #[error("it names no database")]
    NoDatabase,
    /// What should be a database's name holds what belongs to a URL.
    #[error(
        "what stands for the database holds other than letters, digits, spaces and `_`, `-`, `.`, `$`, `~`, `+`"
    )]
    DatabaseName,
    /// Nobody knows a parameter; its name may be part of a password and is not told.
    #[error("its parameter number {position} is none that is known")]
    UnknownParameter {
        /// Which one, from 1.
        position: usize,
        /// Whose parameters there are.
        dialect: Dialect,
    },
    /// A parameter has no value that it may have.
    #[error("its parameter `{name}` is something else than {values}")]
    Parameter {
        /// Its name.
        name: &'static str,
        /// What it may be.
        values: String,
    },
}

/// Why a connection is not encrypted as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFault {
    /// The server speaks no TLS.
    #[error("the server speaks no TLS")]
    NotOffered,
    /// Certificates are to be checked, and nobody says by which.
    #[error("the certificate is to be checked, and `{setting}` names nobody to trust")]
    NoRoots {
        /// Which setting would.
        setting: &'static str,
    },
    /// A file of certificates or of a key can't be read, or holds none.
    #[error("the file that `{setting}` names can't be read, or holds no such thing in PEM")]
    File {
        /// Which setting names it.
        setting: &'static str,
    },
    /// A setting is without the one that it goes with.
    #[error("`{setting}` is missing, which goes with `{given}`")]
    Incomplete {
        /// The one that is there.
        given: &'static str,
        /// The one that is not.
        setting: &'static str,
    },
    /// A setting that can't be followed.
    #[error("`{setting}` can't be followed: {why}")]
    Unsupported {
        /// Which.
        setting: &'static str,
        /// Why.
        why: &'static str,
    },
    /// The certificate is of another host.
    #[error("the server's certificate is of another host")]
    WrongName,
    /// The certificate has expired, or isn't valid yet.
    #[error("the server's certificate has expired, or isn't valid yet")]
    Expired,
    /// Nobody who is trusted has signed the certificate.
    #[error("the server's certificate is signed by nobody who is trusted")]
    Untrusted,
    /// The certificate is of a form that can't be read, to be checked.
    #[error("the server's certificate is of version 1 of X.509, and can't be checked")]
    OldCertificate,
    /// Anything else.
    #[error("the handshake failed")]
    Handshake,
}

/// What keeps a load from a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The file is no database, or can't be opened or made.
    File,
    /// The server has no such database.
    NoDatabase,
    /// Anything else, such as that nobody answers.
    Unreachable,
}

impl LoadError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "load-url",
            Self::UnsupportedTarget { .. } => "load-unsupported-target",
            Self::DialectMismatch { .. } => "load-dialect-mismatch",
            Self::Connect { .. } => "load-connect",
            Self::Authentication { .. } => "load-authentication",
            Self::Variable { .. } => "load-variable",
            Self::TlsNeeded { .. } => "load-tls-needed",
            Self::Tls { .. } => "load-tls",
            Self::SchemaScript { .. } => "load-schema-script",
            Self::MissingTables { .. } => "load-missing-tables",
            Self::Plan { .. } => "load-plan",
            Self::Server { .. } => "load-server",
            Self::Busy { .. } => "load-busy",
            Self::Locked { .. } => "load-locked",
            Self::CommitUnknown { .. } => "load-commit-unknown",
            Self::RowsStay { .. } => "load-rows-stay",
            Self::Canceled => "load-canceled",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Url { fault, .. } => return Some(fault.hint()),
            Self::Variable { .. } => "set it to that, or unset it; what the URL says stands before it",
            Self::UnsupportedTarget { scheme } if scheme == "jdbc" => {
                "leave `jdbc:` out, and put `user:password@` before the host"
            }
            Self::UnsupportedTarget { .. } => {
                "`sqlite:`, `postgres:` and `mysql:` can be loaded to; for others write a bundle with `--zip`, which holds a load script"
            }
            Self::DialectMismatch { .. } => {
                "load to a database of the schema's own kind, or write files instead"
            }
            Self::Connect { obstacle: Obstacle::File, .. } => {
                "name a file of SQLite, or one that doesn't exist yet, in a folder that can be written to"
            }
            Self::Connect { obstacle: Obstacle::NoDatabase, .. } => {
                "make the database first, and load the schema into it"
            }
            Self::Connect { obstacle: Obstacle::Unreachable, .. } => {
                "is the server running, and are host, port and database right?"
            }
            Self::Authentication { password_variable, .. } => {
                return Some(format!("check the user and the password; `{password_variable}` serves too"));
            }
            Self::TlsNeeded { setting, .. } => return Some(format!("put `{setting}` into the URL")),
            Self::Tls { fault, .. } => fault.hint(),
            Self::SchemaScript { .. } => "make the database with its own client and load to that",
            Self::MissingTables { .. } => "load the schema into the target first",
            Self::Plan { errors } => return errors.first().and_then(PlanError::hint),
            Self::Busy { .. } => {
                "wait until it has ended, or end it; two loads at once would take each other's keys"
            }
            Self::Locked { .. } => "end the other session, or load when it has let go",
            Self::CommitUnknown { how_to_look: Some(query), .. } => {
                return Some(format!("`{query}` tells `committed` or `aborted`, once the server answers"));
            }
            Self::CommitUnknown { how_to_look: None, .. } => {
                "look for rows in the tables before you load again: either all are there, or none"
            }
            Self::RowsStay { tables, .. } => {
                let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
                return Some(format!("delete them before you load again: {}", quoted(&names)));
            }
            Self::Server { .. } | Self::Canceled => return None,
        };
        Some(hint.to_owned())
    }

    /// What is in the target now.
    pub fn aftermath(&self) -> Aftermath {
        match self {
            Self::CommitUnknown { .. } => Aftermath::Unknown,
            Self::RowsStay { tables, .. } => Aftermath::RowsStay(tables.clone()),
            _ => Aftermath::AsBefore,
        }
    }

    /// For `map_err` on what a server is asked to do.
    pub(crate) fn server<E: Into<Box<dyn Error + Send + Sync>>>(
        operation: Operation,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Server { operation, source: source.into() }
    }
}

impl UrlFault {
    fn hint(&self) -> String {
        let hint = match self {
            Self::Reserved | Self::Escape | Self::Host | Self::Port | Self::DatabaseName => {
                "in a user, a password and a name such characters are percent-encoded: `@` is `%40`, `/` is `%2F`, `:` is `%3A`, \
                 `?` is `%3F`, `#` is `%23`, `%` is `%25`, a space is `%20`"
            }
            Self::UnknownParameter { dialect, .. } => {
                let names: Vec<String> =
                    Parameter::all(*dialect).iter().map(|p| format!("`{}`", p.name)).collect();
                return format!("known are {}; `&` in a password is `%26`", names.join(", "));
            }
            Self::Parameter { .. } => "change the parameter, or leave it out",
            Self::SeveralHosts => "name one of them",
            Self::SocketOfHost => "leave out the host or the socket",
            _ => {
                "write `sqlite:PATH`, or `postgres://user:password@host:port/database`, or `mysql://` and the same"
            }
        };
        hint.to_owned()
    }
}

impl TlsFault {
    /// What has failed, by the library's word for it.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn of(error: &rustls::Error) -> Self {
        let rustls::Error::InvalidCertificate(why) = error else { return Self::Handshake };
        match why {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::Expired,
            // The library that reads certificates has a word for it that is known by its name alone.
            other if format!("{other:?}").contains("UnsupportedCertVersion") => Self::OldCertificate,
            _ => Self::Untrusted,
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::NotOffered => {
                "turn TLS on in the server, or off in the URL (`sslmode=disable`, for MySQL `ssl-mode=DISABLED`) where the \
                 network is trusted"
            }
            Self::NoRoots { .. } => "name a file of root certificates in PEM in the URL",
            Self::File { .. } => "certificates and keys are files in PEM; a key has no passphrase",
            Self::Incomplete { .. } => "a client's certificate and its key go together",
            Self::Unsupported { .. } => "change that setting or leave it out, or use a tunnel",
            Self::WrongName => {
                "connect by a name that is among the certificate's subject alternative names, or check its signature alone \
                 (`sslmode=verify-ca`)"
            }
            Self::OldCertificate => {
                "give the server one of version 3, which any extension makes it (`subjectAltName` is what names are checked by), or \
                 don't have it checked (`sslmode=require`)"
            }
            Self::Expired => "renew the certificate, or look at the clock",
            Self::Untrusted => {
                "name the certificate of who signed it in the URL (`sslrootcert=`, for MySQL `ssl-ca=`)"
            }
            Self::Handshake => {
                "does the server speak TLS 1.2 or 1.3, and does it want a client's certificate?"
            }
        }
    }
}

/// Names in backticks; of many, the first few.
fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut text: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    if names.len() > SHOWN {
        text.push(format!("and {} more", names.len() - SHOWN));
    }
    text.join(", ")
}

fn first(errors: &[PlanError]) -> String {
    errors.first().map_or_else(|| "no reason given".to_owned(), PlanError::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_fits_the_obstacle() {
        let hint = |obstacle| {
            let (target, source) = (ShownTarget::scheme("postgres"), "Connection refused".into());
            LoadError::Connect { target, obstacle, source }.hint().unwrap()
        };
        assert!(hint(Obstacle::File).starts_with("name a file of SQLite"));
        assert!(hint(Obstacle::NoDatabase).starts_with("make the database"));
        assert!(hint(Obstacle::Unreachable).contains("running"));
    }
}
