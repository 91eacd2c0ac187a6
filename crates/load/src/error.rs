//! Why nothing was loaded.

use seedbed_datagen_core::PlanError;
use seedbed_schema_model::Dialect;
use std::error::Error;

/// Why a load ended without a commit. The target is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The URL can't be read.
    #[error("can't load to `{url}`: {reason}")]
    Url {
        /// The URL, without its password.
        url: String,
        /// What is wrong.
        reason: String,
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
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server turned the user away.
    #[error("`{target}` turned the login away")]
    Authentication {
        /// The target, without its password.
        target: String,
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
    #[error("failed while {doing}")]
    Server {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The caller asked to stop.
    #[error("canceled")]
    Canceled,
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
            Self::Connect { target, .. } if target.starts_with("sqlite:") => {
                "name a file of SQLite, or one that doesn't exist yet, in a folder that can be written to"
            }
            Self::Connect { source, .. }
                if says(source.as_ref(), "does not exist") || says(source.as_ref(), "Unknown database") =>
            {
                "make the database first, and load the schema into it"
            }
            Self::Connect { .. } => "is the server running, and are host, port and database right?",
            Self::Authentication { target, .. } if target.starts_with("postgres") => {
                "check the user and the password; `PGPASSWORD` serves too"
            }
            Self::Authentication { .. } => "check the user and the password; `MYSQL_PWD` serves too",
            Self::TlsNeeded { .. } => {
                "turn TLS off in the URL (`sslmode=disable`) where the network is trusted, or use a tunnel"
            }
            Self::SchemaScript { .. } => "make the database with its own client and load to that",
            Self::MissingTables { .. } => "load the schema into the target first",
            Self::Plan { errors } => return errors.first().and_then(PlanError::hint),
            Self::Server { .. } | Self::Canceled => return None,
        };
        Some(hint.to_owned())
    }

    /// For `map_err` on what a server is asked to do.
    pub(crate) fn server<E: Into<Box<dyn Error + Send + Sync>>>(
        doing: impl Into<String>,
    ) -> impl FnOnce(E) -> Self {
        let doing = doing.into();
        move |source| Self::Server { doing, source: source.into() }
    }
}

/// Whether the error or one of its causes says this.
fn says(error: &(dyn Error + 'static), words: &str) -> bool {
    error.to_string().contains(words) || error.source().is_some_and(|cause| says(cause, words))
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
    fn a_hint_fits_the_target() {
        let hint = |target: &str, cause: &str| {
            LoadError::Connect { target: target.to_owned(), source: cause.into() }.hint().unwrap()
        };
        assert!(hint("sqlite:x.db", "file is not a database").starts_with("name a file of SQLite"));
        assert!(hint("postgres://h/x", "database \"x\" does not exist").starts_with("make the database"));
        assert!(hint("postgres://h/x", "Connection refused").contains("running"));
    }
}
