//! Where to load to, as a URL.

use crate::login_text::may_hold_login;
use crate::server_url::is_connection_string;
use crate::{LoadError, ServerUrl, ShownTarget, UrlFault};
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
    /// `postgres://user:password@host:port/database?name=value`, as libpq has it. What the URL leaves out comes from the
    /// variables of libpq, such as `PGHOST` and `PGPASSWORD`.
    Postgres(ServerUrl),
    /// `mysql://user:password@host:port/database?name=value`, or `mariadb://...`. What the URL leaves out comes from the
    /// variables of MySQL's clients, such as `MYSQL_PWD`; `?local-infile=0` sends rows by INSERT instead of `LOAD DATA
    /// LOCAL`.
    MySql(ServerUrl),
}

impl DatabaseTarget {
    /// The target of a URL that must be one of PostgreSQL.
    ///
    /// # Errors
    /// [`LoadError::Url`], [`LoadError::UnsupportedTarget`].
    pub fn postgres(url: &str) -> Result<Self, LoadError> {
        Self::of(url, Dialect::Postgres)
    }

    /// The target of a URL that must be one of MySQL or MariaDB.
    ///
    /// # Errors
    /// [`LoadError::Url`], [`LoadError::UnsupportedTarget`].
    pub fn mysql(url: &str) -> Result<Self, LoadError> {
        Self::of(url, Dialect::MySql)
    }

    fn of(url: &str, dialect: Dialect) -> Result<Self, LoadError> {
        let target: Self = url.parse()?;
        if target.dialect() != dialect {
            return Err(LoadError::Url { target: target.shown(), fault: UrlFault::OtherDialect { dialect } });
        }
        Ok(target)
    }

    /// Whose rules the target follows; the schema must be of the same dialect.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::MySql(_) => Dialect::MySql,
        }
    }

    /// What may be told of it: no login, no parameter.
    pub fn shown(&self) -> ShownTarget {
        match self {
            Self::Sqlite { path } => ShownTarget::file("sqlite", &path.display().to_string()),
            Self::Postgres(url) | Self::MySql(url) => url.shown().clone(),
        }
    }
}

impl FromStr for DatabaseTarget {
    type Err = LoadError;

    fn from_str(text: &str) -> Result<Self, LoadError> {
        let fault = |fault| Err(LoadError::Url { target: ShownTarget::unknown(), fault });
        if is_connection_string(text) {
            return fault(UrlFault::ConnectionString);
        }
        let Some((scheme, rest)) = text.trim().split_once(':') else { return fault(UrlFault::NoScheme) };
        let scheme = scheme.to_ascii_lowercase();
        match &*scheme {
            "sqlite" | "sqlite3" => sqlite(rest),
            "postgres" | "postgresql" => {
                ServerUrl::parse(&scheme, rest, Dialect::Postgres).map(Self::Postgres)
            }
            "mysql" | "mariadb" => ServerUrl::parse(&scheme, rest, Dialect::MySql).map(Self::MySql),
            // What stands before another `:` may be misspelt, and may as well be a user or a part of a password.
            other if OTHERS.contains(&other) => Err(LoadError::UnsupportedTarget { scheme }),
            _ => fault(UrlFault::NoScheme),
        }
    }
}

fn sqlite(rest: &str) -> Result<DatabaseTarget, LoadError> {
    let fault = |fault| Err(LoadError::Url { target: ShownTarget::scheme("sqlite"), fault });
    // `sqlite:///path` is how other tools write an absolute path.
    let path = rest.strip_prefix("//").unwrap_or(rest);
    match path {
        "" | ":memory:" => fault(UrlFault::NoPath),
        path if path.contains('?') || may_hold_login(path) => fault(UrlFault::NoFile),
        path => Ok(DatabaseTarget::Sqlite { path: path.into() }),
    }
}

/// Schemes of others, which a message may name.
const OTHERS: [&str; 16] = [
    "bigquery",
    "clickhouse",
    "cockroachdb",
    "db2",
    "duckdb",
    "file",
    "firebird",
    "http",
    "https",
    "jdbc",
    "mongodb",
    "mssql",
    "oracle",
    "redis",
    "snowflake",
    "sqlserver",
];

impl fmt::Display for DatabaseTarget {
    /// What may be told of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}

impl fmt::Debug for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseTarget({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_not_shown() {
        let target: DatabaseTarget = "postgres://me:p@ss@db:5433/shop?password=x".parse().expect("a target");
        assert_eq!(target.to_string(), "postgres://db:5433/shop");
        assert_eq!(format!("{target:?}"), "DatabaseTarget(postgres://db:5433/shop)");
    }

    #[test]
    fn a_url_of_another_server_is_no_target() {
        assert!(DatabaseTarget::mysql("mariadb://h/d").is_ok());
        let error = DatabaseTarget::postgres("mariadb://me:p@h/d").expect_err("another server");
        assert_eq!(error.to_string(), "can't load to `mariadb://h/d`: it is no URL of postgres");
    }

    #[test]
    fn memory_and_strangers_are_refused_with_a_next_step() {
        assert_eq!("sqlite::memory:".parse::<DatabaseTarget>().expect_err("useless").code(), "load-url");
        let error = "mssql://sa@localhost/db".parse::<DatabaseTarget>().expect_err("not yet");
        assert!(error.hint().is_some_and(|h| h.contains("--zip")), "{error:?}");
    }
}
