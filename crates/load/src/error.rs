//! Why a load has not done what it was asked for.

use crate::Operation;
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
    #[error("can't load to `{url}`: {fault}")]
    Url {
        /// The URL, without its password.
        url: String,
        /// What is wrong.
        fault: UrlFault,
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
        /// The target, without its password.
        target: String,
        /// What keeps us out, as far as the cause tells.
        obstacle: Obstacle,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server turned the user away.
    #[error("`{target}` turned the login away")]
    Authentication {
        /// The target, without its password.
        target: String,
        /// The variable of the environment that the server's own clients take a password from.
        password_variable: &'static str,
        /// The server's message.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The URL or the server wants an encrypted connection.
    #[error("`{target}` asks for TLS, which this version doesn't speak")]
    TlsNeeded {
        /// The target, without its password.
        target: String,
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
        /// The target, without its password.
        target: String,
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
        /// The target, without its password.
        target: String,
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

/// What is wrong with a target's URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlFault {
    /// It names no file.
    #[error("a path to a file is needed")]
    NoPath,
    /// It has no `//` behind the scheme.
    #[error("`//` is missing")]
    NoAuthority,
    /// It names no database.
    #[error("it names no database")]
    NoDatabase,
    /// The database client can't read it, in its words.
    #[error("{0}")]
    Unreadable(String),
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
            Self::TlsNeeded { .. } => "load-tls-needed",
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
            Self::Url { .. } => {
                "write `sqlite:PATH`, or `postgres://user:password@host:port/database`, or `mysql://` and the same"
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
            Self::TlsNeeded { .. } => {
                "turn TLS off in the URL (`sslmode=disable`) where the network is trusted, or use a tunnel"
            }
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
            let (target, source) = ("postgres://h/x".to_owned(), "Connection refused".into());
            LoadError::Connect { target, obstacle, source }.hint().unwrap()
        };
        assert!(hint(Obstacle::File).starts_with("name a file of SQLite"));
        assert!(hint(Obstacle::NoDatabase).starts_with("make the database"));
        assert!(hint(Obstacle::Unreachable).contains("running"));
    }
}
