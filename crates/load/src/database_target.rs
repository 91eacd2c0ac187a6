//! Where to load to, as a URL.

use crate::{LoadError, UrlFault};
use seedbed_schema_model::Dialect;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A database to load into.
///
/// ```
/// use seedbed_load::DatabaseTarget;
/// let target: DatabaseTarget = "sqlite:data/shop.db".parse().unwrap();
/// assert_eq!(target, DatabaseTarget::Sqlite { path: "data/shop.db".into() });
/// assert_eq!("oracle://x".parse::<DatabaseTarget>().unwrap_err().code(), "load-unsupported-target");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseTarget {
    /// `sqlite:PATH`.
    Sqlite {
        /// The database file; made from the schema when it doesn't exist.
        path: PathBuf,
    },
    /// `postgres://user:password@host:port/database`. What the URL leaves out comes from `PGHOST`, `PGPORT`, `PGUSER`,
    /// `PGPASSWORD` and `PGDATABASE`.
    Postgres {
        /// The URL.
        url: String,
    },
    /// `mysql://user:password@host:port/database`, or `mariadb://...`. A password that the URL leaves out comes from
    /// `MYSQL_PWD`; `?local_infile=0` sends rows by INSERT instead of `LOAD DATA LOCAL`.
    MySql {
        /// The URL.
        url: String,
    },
}

impl DatabaseTarget {
    /// Whose rules the target follows; the schema must be of the same dialect.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
            Self::MySql { .. } => Dialect::MySql,
        }
    }
}

impl FromStr for DatabaseTarget {
    type Err = LoadError;

    fn from_str(url: &str) -> Result<Self, LoadError> {
        let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" => {
                // `sqlite:///path` is how other tools write an absolute path.
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path == ":memory:" {
                    return Err(LoadError::Url { url: url.to_owned(), fault: UrlFault::NoPath });
                }
                Ok(Self::Sqlite { path: path.into() })
            }
            "postgres" | "postgresql" => Ok(Self::Postgres { url: url.to_owned() }),
            "mysql" | "mariadb" => Ok(Self::MySql { url: url.to_owned() }),
            other => Err(LoadError::UnsupportedTarget { scheme: other.to_owned() }),
        }
    }
}

impl fmt::Display for DatabaseTarget {
    /// The target without its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "sqlite:{}", path.display()),
            Self::Postgres { url } | Self::MySql { url } => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseTarget({self})")
    }
}

fn without_password(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(before, _)| before);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((login, place)) => {
            let user = login.split_once(':').map_or(login, |(user, _)| user);
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let target: DatabaseTarget = "postgres://me:p@ss@db:5433/shop?password=x".parse().expect("a target");
        assert_eq!(target.to_string(), "postgres://me@db:5433/shop");
        assert!(!format!("{target:?}").contains("ss"));
    }

    #[test]
    fn memory_and_strangers_are_refused_with_a_next_step() {
        assert_eq!("sqlite::memory:".parse::<DatabaseTarget>().expect_err("useless").code(), "load-url");
        let error = "mssql://sa@localhost/db".parse::<DatabaseTarget>().expect_err("not yet");
        assert!(error.hint().is_some_and(|h| h.contains("--zip")), "{error:?}");
    }
}
