//! What may be told of a target.

use std::fmt;

/// A target as messages, logs and reports show it: scheme, hosts with their ports, and database. It can't hold more: a user, a
/// password, parameters, and whatever of a URL could not be told apart, never come into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTarget(String);

impl ShownTarget {
    /// Of a text that has no scheme.
    pub(crate) fn unknown() -> Self {
        Self("...".to_owned())
    }

    /// Of a URL of which no more is sure.
    pub(crate) fn scheme(scheme: &str) -> Self {
        Self(format!("{scheme}:..."))
    }

    /// Of a file.
    pub(crate) fn file(scheme: &str, path: &str) -> Self {
        Self(format!("{scheme}:{path}"))
    }

    /// Of a URL that was read: hosts with their ports, and the database.
    pub(crate) fn server(scheme: &str, hosts: &[String], database: Option<&str>) -> Self {
        let place = format!("{scheme}://{}", hosts.join(","));
        match database {
            None if hosts.is_empty() => Self::scheme(scheme),
            None => Self(place),
            Some(database) => Self(format!("{place}/{database}")),
        }
    }
}

impl fmt::Display for ShownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
