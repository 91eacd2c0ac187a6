//! Why a query has no answer.

use super::allowed::FUNCTIONS;
use serde::{Deserialize, Serialize};

/// Why a query has no answer. It can be sent from one process to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum QueryError {
    /// There is no statement in the text.
    #[error("there is no statement to run")]
    Empty,
    /// There is more than one statement in the text.
    #[error("there is more than one statement; one SELECT is run at a time")]
    SeveralStatements,
    /// SQLite can't compile the statement.
    #[error("{message}")]
    Syntax {
        /// SQLite's message.
        message: String,
        /// Where in the text, in bytes from its start.
        position: Option<usize>,
    },
    /// No table has such a column.
    #[error("no such column: {column}")]
    UnknownColumn {
        /// As it was written.
        column: String,
        /// Where in the text, in bytes from its start.
        position: Option<usize>,
    },
    /// There is no such table.
    #[error("no such table: {table}")]
    UnknownTable {
        /// As it was written.
        table: String,
        /// The tables that there are.
        known: Vec<String>,
    },
    /// The statement does what no query may do.
    #[error("{what}")]
    NotAllowed {
        /// What it does.
        what: NotAllowed,
    },
    /// The text is too long.
    #[error("the statement has {bytes} bytes; at most {limit} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A single text, binary string or row became too long, or the statement too large.
    #[error("a value is too long, or the statement too complex: {message}")]
    TooBig {
        /// SQLite's message.
        message: String,
    },
    /// The statement compiled and could not be run to its end.
    #[error("{message}")]
    Failed {
        /// SQLite's message.
        message: String,
    },
    /// It took too long.
    #[error("the query was stopped after {milliseconds} ms")]
    TimeLimit {
        /// How long it may take.
        milliseconds: u64,
    },
    /// It needed too much memory.
    #[error("the query needed more memory than the {mebibytes} MiB that it may use")]
    MemoryLimit {
        /// How much it may use; 0 where it is not known.
        mebibytes: u64,
    },
    /// The caller asked to stop.
    #[error("canceled")]
    Canceled,
    /// Too many others are waiting.
    #[error("no query could be begun for {milliseconds} ms")]
    Busy {
        /// How long it has waited.
        milliseconds: u64,
    },
    /// The file can't be read.
    #[error("the rows can't be read: {message}")]
    File {
        /// The reason.
        message: String,
    },
    /// No process could be started that answers, or it ended in a way that no query explains.
    #[error("the process that answers queries failed: {message}")]
    Worker {
        /// What happened.
        message: String,
    },
}

/// What no query may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotAllowed {
    /// Anything but a SELECT.
    #[error("{action} is not allowed; only SELECT is")]
    Statement {
        /// What it would do.
        action: String,
    },
    /// A call of a function that is not on the list.
    #[error("the function `{name}` is not allowed")]
    Function {
        /// Its name.
        name: String,
    },
    /// A table that is none of the dataset's.
    #[error("the table `{name}` is not allowed; only the dataset's own are")]
    Table {
        /// Its name.
        name: String,
    },
    /// A parameter such as `?`, for which there is no value.
    #[error("parameters are not allowed; write the values into the statement")]
    Parameter,
}

impl QueryError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "query-empty",
            Self::SeveralStatements => "query-several-statements",
            Self::Syntax { .. } => "query-syntax",
            Self::UnknownColumn { .. } => "query-unknown-column",
            Self::UnknownTable { .. } => "query-unknown-table",
            Self::NotAllowed { .. } => "query-not-allowed",
            Self::TooLong { .. } => "query-too-long",
            Self::TooBig { .. } => "query-too-big",
            Self::Failed { .. } => "query-failed",
            Self::TimeLimit { .. } => "query-time-limit",
            Self::MemoryLimit { .. } => "query-memory-limit",
            Self::Canceled => "query-canceled",
            Self::Busy { .. } => "query-busy",
            Self::File { .. } => "query-file",
            Self::Worker { .. } => "query-worker",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownTable { known, .. } => format!("the tables are {}", quoted(known)),
            Self::NotAllowed { what: NotAllowed::Function { .. } } => {
                format!("allowed are {}", FUNCTIONS.join(", "))
            }
            Self::NotAllowed { what: NotAllowed::Statement { .. } }
            | Self::Empty
            | Self::SeveralStatements => "write one SELECT, which may begin with WITH".to_owned(),
            Self::UnknownColumn { .. } => "text stands in single quotes, names in double ones".to_owned(),
            Self::TimeLimit { .. } | Self::MemoryLimit { .. } => {
                "ask for fewer rows, join by indexed columns, or export the dataset and query the copy"
                    .to_owned()
            }
            Self::Busy { .. } => "try again in a moment".to_owned(),
            _ => return None,
        })
    }

    /// Where in the statement it is wrong, in bytes from its start.
    pub fn position(&self) -> Option<usize> {
        match self {
            Self::Syntax { position, .. } | Self::UnknownColumn { position, .. } => *position,
            _ => None,
        }
    }
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
