//! What can be said about a connection, in a URL or in the environment, with the names of the servers' own clients.

use seedbed_schema_model::Dialect;
use std::net::IpAddr;

/// One thing that can be said about a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name in a URL.
    pub(crate) name: &'static str,
    /// The variable of the environment that says it where the URL doesn't.
    pub(crate) variable: Option<&'static str>,
    /// What values it has.
    pub(crate) values: Values,
}

/// What values a parameter has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Any text.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number, which is not negative.
    Number,
    /// Ports, one for each host, or one for all.
    Ports,
    /// Addresses, one for each host.
    Addresses,
}

impl Parameter {
    const fn new(name: &'static str, variable: &'static str, values: Values) -> Self {
        Self { name, variable: Some(variable), values }
    }

    const fn of_url(name: &'static str, values: Values) -> Self {
        Self { name, variable: None, values }
    }

    /// Those of a server's clients.
    pub(crate) fn all(dialect: Dialect) -> &'static [Self] {
        match dialect {
            Dialect::Postgres => POSTGRES,
            Dialect::MySql => MYSQL,
            Dialect::Sqlite => &[],
        }
    }

    /// That of a name. MySQL's clients take options with `-` and with `_`, and tell no case; libpq does.
    pub(crate) fn named(dialect: Dialect, name: &str) -> Option<&'static Self> {
        let mysql = name.to_ascii_lowercase().replace('_', "-");
        let name = if dialect == Dialect::MySql { MYSQL_ALIASES.of(&mysql) } else { name };
        Self::all(dialect).iter().find(|parameter| parameter.name == name)
    }
}

impl Values {
    /// Whether it is one of them.
    pub(crate) fn hold(&self, text: &str) -> bool {
        match self {
            Self::Text => !text.contains('\0'),
            Self::Words(words) => words.iter().any(|word| word.eq_ignore_ascii_case(text)),
            Self::Number => text.trim().parse::<u32>().is_ok(),
            Self::Ports => {
                text.split(',').all(|port| port.is_empty() || port.parse::<u16>().is_ok_and(|p| p > 0))
            }
            Self::Addresses => text.split(',').all(|address| address.parse::<IpAddr>().is_ok()),
        }
    }

    /// Them, as a message tells.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::Number => "a whole number".to_owned(),
            Self::Ports => "a port from 1 to 65535".to_owned(),
            Self::Addresses => "an IP address".to_owned(),
        }
    }
}

/// Names that other tools have for some of MySQL's.
struct Aliases(&'static [(&'static str, &'static str)]);

impl Aliases {
    fn of<'a>(&self, name: &'a str) -> &'a str {
        self.0.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name)
    }
}

const MYSQL_ALIASES: Aliases = Aliases(&[("sslmode", "ssl-mode"), ("database", "dbname")]);

/// Those of libpq that are understood, and its variables.
///
/// Source: PostgreSQL's documentation, "Parameter Key Words" and "Environment Variables" of libpq.
const POSTGRES: &[Parameter] = &[
    Parameter::new("host", "PGHOST", Values::Text),
    Parameter::new("hostaddr", "PGHOSTADDR", Values::Addresses),
    Parameter::new("port", "PGPORT", Values::Ports),
    Parameter::new("dbname", "PGDATABASE", Values::Text),
    Parameter::new("user", "PGUSER", Values::Text),
    Parameter::new("password", "PGPASSWORD", Values::Text),
    Parameter::new("application_name", "PGAPPNAME", Values::Text),
    Parameter::new("channel_binding", "PGCHANNELBINDING", Values::Words(&["disable", "prefer", "require"])),
    Parameter::new("connect_timeout", "PGCONNECT_TIMEOUT", Values::Number),
    Parameter::new("load_balance_hosts", "PGLOADBALANCEHOSTS", Values::Words(&["disable", "random"])),
    Parameter::new("options", "PGOPTIONS", Values::Text),
    Parameter::new("sslcert", "PGSSLCERT", Values::Text),
    Parameter::new("sslkey", "PGSSLKEY", Values::Text),
    Parameter::new(
        "sslmode",
        "PGSSLMODE",
        Values::Words(&["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
    ),
    Parameter::new("sslnegotiation", "PGSSLNEGOTIATION", Values::Words(&["postgres", "direct"])),
    Parameter::new("sslrootcert", "PGSSLROOTCERT", Values::Text),
    Parameter::new(
        "target_session_attrs",
        "PGTARGETSESSIONATTRS",
        Values::Words(&["any", "read-write", "read-only"]),
    ),
    Parameter::of_url("keepalives", Values::Number),
    Parameter::of_url("keepalives_idle", Values::Number),
    Parameter::of_url("keepalives_interval", Values::Number),
    Parameter::of_url("keepalives_count", Values::Number),
];

/// Those of MySQL's clients that are understood, and its variables; a login name of Unix is in `USER`.
///
/// Source: MySQL's manual, "Connecting Using URI-Like Strings" and "Environment Variables".
const MYSQL: &[Parameter] = &[
    Parameter::new("host", "MYSQL_HOST", Values::Text),
    Parameter::new("port", "MYSQL_TCP_PORT", Values::Ports),
    Parameter::of_url("dbname", Values::Text),
    Parameter::new("user", "USER", Values::Text),
    Parameter::new("password", "MYSQL_PWD", Values::Text),
    Parameter::new("socket", "MYSQL_UNIX_PORT", Values::Text),
    Parameter::of_url("connect-timeout", Values::Number),
    Parameter::of_url("local-infile", Values::Words(&["0", "1", "off", "on", "false", "true"])),
    Parameter::of_url("ssl-ca", Values::Text),
    Parameter::of_url("ssl-cert", Values::Text),
    Parameter::of_url("ssl-key", Values::Text),
    Parameter::of_url(
        "ssl-mode",
        Values::Words(&["DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"]),
    ),
];
