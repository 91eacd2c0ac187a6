//! The SQL dialects a schema can come from.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A SQL dialect. MySQL and MariaDB are one here: they differ in details that the parser reads either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite 3.
    Sqlite,
}

impl Dialect {
    /// Every dialect, in the order in which help texts list them.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::Sqlite];

    /// The name used on the command line and in reports.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Whether tables live in named schemas (`public.film`), so that reports name them so.
    pub fn has_schemas(self) -> bool {
        self.facts().schemas
    }

    /// Whether a statement's references are checked after the triggers that it fires.
    pub fn checks_references_after_triggers(self) -> bool {
        self.facts().references_after_triggers
    }

    const fn facts(self) -> &'static Facts {
        match self {
            Self::Postgres => &Facts {
                name: "postgres",
                other_names: &["postgresql", "pg"],
                schemas: true,
                // Its checks are triggers themselves, and come before those whose names follow theirs.
                references_after_triggers: false,
            },
            Self::MySql => &Facts {
                name: "mysql",
                other_names: &["mariadb"],
                schemas: false,
                references_after_triggers: false,
            },
            Self::Sqlite => &Facts {
                name: "sqlite",
                other_names: &["sqlite3"],
                schemas: false,
                references_after_triggers: true,
            },
        }
    }
}

/// What the vocabulary has to know of a dialect; what its SQL means is described in `seedbed-sql-semantics`.
struct Facts {
    name: &'static str,
    /// What else it is called, in lower case.
    other_names: &'static [&'static str],
    schemas: bool,
    references_after_triggers: bool,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no dialect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect `{0}`; known are postgres, mysql (mariadb), sqlite")]
pub struct UnknownDialect(pub String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.to_ascii_lowercase();
        let is = |dialect: &Self| dialect.name() == name || dialect.facts().other_names.contains(&&*name);
        Self::ALL.into_iter().find(is).ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}
