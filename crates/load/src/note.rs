//! What a load did besides adding rows, and a person should know.

use seedbed_schema_model::QualifiedName;
use std::fmt;

/// Something that a person should know about a load; its text is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadNote {
    /// Another load into the same database has to end first, or another writer of the same file. Told while it is waited
    /// for.
    Waiting {
        /// The target, without its login.
        target: String,
        /// Who it is, as far as the server tells.
        holder: Option<String>,
    },
    /// The user may not read a table, whose rows are not known therefore.
    TakenForEmpty {
        /// The table.
        table: QualifiedName,
        /// The server's words.
        message: String,
    },
    /// A key column holds too many values to remember each.
    TooManyTaken {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
        /// How many are remembered at most.
        remembered: usize,
    },
    /// A setting that defaults read was made, as nobody had set it.
    SettingMade {
        /// Its name.
        setting: String,
        /// Its value while rows are loaded.
        value: String,
    },
    /// The user may not move a sequence.
    SequenceNotAdvanced {
        /// The table.
        table: QualifiedName,
        /// The column whose numbers the sequence gives.
        column: String,
        /// The server's words.
        message: String,
    },
    /// References of a cycle can't be filled in, as the table has no key.
    ReferencesStayNull {
        /// The table.
        table: QualifiedName,
    },
    /// MySQL took rows before their parents with its check turned off; each reference was looked up afterwards.
    ForeignKeyChecksOff {
        /// The table.
        table: QualifiedName,
    },
    /// SQLite can't enforce the references to a table, so all were looked up before the commit.
    ReferencesCheckedAfterwards {
        /// The table.
        table: QualifiedName,
        /// SQLite's words.
        message: String,
    },
    /// A statement of the schema needs what this SQLite lacks.
    LeftOutOfSchema {
        /// The beginning of the statement.
        statement: String,
        /// SQLite's words.
        message: String,
    },
    /// A table's storage engine has no transactions.
    OutsideTransaction {
        /// The table.
        table: QualifiedName,
        /// The engine.
        engine: String,
    },
}

impl fmt::Display for LoadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { target, holder } => {
                let holder = holder.as_deref().unwrap_or("another load or writer");
                write!(f, "waiting for `{target}`, which {holder} has")
            }
            Self::TakenForEmpty { table, message } => {
                write!(f, "`{table}` can't be read and is taken for empty: {message}")
            }
            Self::TooManyTaken { table, column, remembered } => write!(
                f,
                "`{table}.{column}` holds more than {remembered} values; new ones may collide with them"
            ),
            Self::SettingMade { setting, value } => {
                write!(f, "`{setting}`, which defaults read, is `{value}` while loading unless set")
            }
            Self::SequenceNotAdvanced { table, column, message } => {
                write!(f, "the sequence of `{table}.{column}` was not advanced: {message}")
            }
            Self::ReferencesStayNull { table } => {
                write!(f, "`{table}`: references of a cycle stay NULL, as no key finds its rows again")
            }
            Self::ForeignKeyChecksOff { table } => write!(
                f,
                "`{table}` is in a cycle of references that are never NULL: its rows went in with \
                 foreign_key_checks = 0, and each of its references was looked up before the commit"
            ),
            Self::ReferencesCheckedAfterwards { table, message } => write!(
                f,
                "SQLite can't enforce the references of `{table}` ({message}); all references were checked before \
                 the commit instead"
            ),
            Self::LeftOutOfSchema { statement, message } => {
                write!(f, "left out of the new database: `{statement}`: {message}")
            }
            Self::OutsideTransaction { table, engine } => write!(
                f,
                "`{table}` is a table of {engine}, outside of the transaction: if the connection breaks, its rows stay"
            ),
        }
    }
}

/// Notes, each once, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Notes(Vec<LoadNote>);

impl Notes {
    pub(crate) fn add(&mut self, note: LoadNote) {
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// All of them; none is left.
    pub(crate) fn take(&mut self) -> Vec<LoadNote> {
        std::mem::take(&mut self.0)
    }
}
