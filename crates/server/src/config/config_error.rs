//! Why a configuration can't be used.

use std::fmt;

/// Why a configuration can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An option was given something that it doesn't take.
    #[error("{place}: `{text}` is not {expected}")]
    Value {
        /// Where it was given.
        place: Place,
        /// What was given; of a secret, nothing.
        text: String,
        /// What the option takes.
        expected: &'static str,
    },
    /// The table `[server]` of a file has a key that is no option.
    #[error("{place}: there is no option `{key}`")]
    UnknownKey {
        /// Where.
        place: Place,
        /// The key.
        key: String,
        /// The option whose name is most like it.
        similar: Option<String>,
    },
    /// A file is no TOML.
    #[error("{place}: {problem}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser says.
        problem: String,
    },
    /// The server would be reachable by others without a token.
    #[error("the host `{host}` is reachable from other machines, and no API token is set")]
    TokenRequired {
        /// The host.
        host: String,
    },
}

impl ConfigError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Value { .. } => "config-value",
            Self::UnknownKey { .. } => "config-unknown-key",
            Self::Syntax { .. } => "config-syntax",
            Self::TokenRequired { .. } => "config-token-required",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { similar, .. } => {
                similar.as_ref().map(|name| format!("did you mean `{name}`?"))
            }
            Self::TokenRequired { .. } => Some("set API_TOKEN, or listen on 127.0.0.1 with HOST".to_owned()),
            Self::Value { .. } | Self::Syntax { .. } => None,
        }
    }
}

/// Where an option was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the command line.
    Flag(&'static str),
    /// In the environment.
    Variable(&'static str),
    /// In a file.
    File {
        /// Its name.
        name: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
    },
}

impl Place {
    /// The place of a byte of a file's text.
    pub(super) fn in_file(name: &str, text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::File {
            name: name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "--{key}"),
            Self::Variable(name) => f.write_str(name),
            Self::File { name, line, column } => write!(f, "{name}:{line}:{column}"),
        }
    }
}
