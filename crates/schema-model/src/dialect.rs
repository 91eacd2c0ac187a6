//! The SQL dialects a schema can come from.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The enum of dialects, its list, and what is known of each, from one entry a dialect.
macro_rules! dialects {
    ($($(#[$doc:meta])* $variant:ident: $facts:expr,)+) => {
        /// A SQL dialect. MySQL and MariaDB are one here: they differ in details that the parser reads either way.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Dialect {
            $($(#[$doc])* $variant,)+
        }

        impl Dialect {
            /// Every dialect, in the order in which help texts list them.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            const fn facts(self) -> &'static DialectFacts {
                match self {
                    $(Self::$variant => &$facts,)+
                }
            }
        }
    };
}

dialects! {
    /// PostgreSQL.
    Postgres: DialectFacts {
        name: "postgres",
        other_names: &["postgresql", "pg"],
        listed: "postgres",
        schemas: true,
        // Its checks are triggers themselves, and come before those whose names follow theirs.
        references_after_triggers: false,
    },
    /// MySQL and MariaDB.
    MySql: DialectFacts {
        name: "mysql",
        other_names: &["mariadb"],
        listed: "mysql (mariadb)",
        schemas: false,
        references_after_triggers: false,
    },
    /// SQLite 3.
    Sqlite: DialectFacts {
        name: "sqlite",
        other_names: &["sqlite3"],
        listed: "sqlite",
        schemas: false,
        references_after_triggers: true,
    },
}

impl Dialect {
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
}

/// What the vocabulary has to know of a dialect. What its SQL means is described in `seedbed-sql-semantics`, how it is
/// written in `seedbed-sql-syntax`.
struct DialectFacts {
    name: &'static str,
    /// What else it is called, in lower case.
    other_names: &'static [&'static str],
    /// As the message of an unknown name lists it.
    listed: &'static str,
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
#[error("unknown dialect `{0}`; known are {known}", known = Dialect::ALL.map(|d| d.facts().listed).join(", "))]
pub struct UnknownDialect(pub String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.to_ascii_lowercase();
        let is = |dialect: &Self| dialect.name() == name || dialect.facts().other_names.contains(&&*name);
        Self::ALL.into_iter().find(is).ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}
