//! Why a target took no rows: who refused them, what for, and in which words.
//!
//! What a load does next is decided by these facts; the sentences of reports are made from them here and nowhere else.

use seedbed_datagen_core::{Shortfall, ShortfallCode, Verdict, counted};
use std::fmt;

/// Why rows of a table were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The server says no to them.
    Server(Box<ServerRefusal>),
    /// The server says no to rows that a trigger puts into another table.
    TriggerRows(Box<ServerRefusal>),
    /// The same, where it is not the server who says so.
    FedRows(Box<Refusal>),
    /// Rows that a trigger of another table has put there have their keys.
    KeysTaken(Box<Refusal>),
    /// A trigger does more than write rows.
    SchemaChanged,
    /// The target has no such table.
    Missing,
    /// It is no table in the target.
    View,
    /// It is another server's table.
    Foreign,
    /// References find no row.
    BrokenReferences {
        /// How many.
        rows: u64,
        /// A table that is referred to in vain.
        parent: String,
    },
    /// SQLite holds a reference malformed, and every value in it broken.
    MalformedReference {
        /// The table that it refers to.
        parent: String,
    },
    /// Rows whose references were to be filled in have another key now.
    NotFoundAgain {
        /// How many.
        rows: u64,
    },
    /// The server left rows out and did not say why.
    StoredLess {
        /// Rows sent.
        sent: u64,
        /// Rows stored.
        stored: u64,
    },
    /// A trigger kept rows out, or deleted them, without a word.
    KeptOut {
        /// Rows that were accepted.
        accepted: u64,
        /// Rows that are there.
        kept: u64,
    },
    /// Each attempt at a row was refused, by one after the other.
    EveryAttempt(Vec<Refusal>),
    /// Some rows are missing.
    LeftOut {
        /// How many.
        rows: u64,
        /// What the first of them met.
        why: Box<Refusal>,
    },
}

/// A server's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerRefusal {
    /// Who refused the rows.
    pub(crate) by: Refuser,
    /// The kind of reason.
    pub(crate) code: ShortfallCode,
    /// What may help.
    pub(crate) cause: RefusalCause,
    /// The CHECK that rows break, if it is one.
    pub(crate) check: Option<String>,
    /// The server's words.
    pub(crate) message: String,
    /// More of them.
    pub(crate) detail: Option<String>,
    /// The server's code for it.
    pub(crate) error: Option<ErrorCode>,
}

/// Who refuses rows, as far as the server tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refuser {
    /// A trigger, with the function that it runs where it runs one.
    Trigger { name: String, function: Option<String> },
    /// One of several triggers.
    OneOfTriggers(Vec<String>),
    /// A function.
    Function(String),
    /// A constraint.
    Constraint(String),
    /// The server, for whatever reason.
    Server,
    /// The same of SQLite, which is no server.
    Sqlite,
}

/// What kind of thing refuses rows, which decides what may be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusalCause {
    /// A trigger, or a function that one or a constraint calls. Nobody else knows what it wants: other attempts may do.
    Function,
    /// A unique or exclusion constraint: a trigger may have put rows there.
    Key,
    /// Another constraint: rows that keep it are taken.
    Rule,
    /// The statement itself may not be, whatever rows it brings.
    Statement,
}

/// A server's code for an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ErrorCode {
    /// SQLSTATE, five characters.
    SqlState(String),
    /// A number of MySQL's.
    Number(u16),
}

impl Refusal {
    /// The server's no to rows that a trigger puts into another table: it is the trigger that would have to do otherwise.
    pub(crate) fn of_trigger_rows(refusal: ServerRefusal) -> Self {
        Self::TriggerRows(Box::new(ServerRefusal { cause: RefusalCause::Function, ..refusal }))
    }

    /// The same refusal where other rows would change nothing, as the statement itself may not be.
    #[cfg(feature = "postgres")]
    pub(crate) fn of_the_statement(mut self) -> Self {
        if let Self::Server(refusal) | Self::TriggerRows(refusal) = &mut self {
            refusal.cause = RefusalCause::Statement;
        }
        self
    }

    /// The same refusal where it is met by the rows of another table, whose trigger has put these here.
    pub(crate) fn by_trigger(self) -> Self {
        match self {
            Self::Server(refusal) => Self::TriggerRows(refusal),
            other => Self::FedRows(Box::new(other)),
        }
    }

    /// The same refusal where other attempts may do.
    pub(crate) fn worth_a_trial(mut self) -> Self {
        if let Self::Server(refusal) | Self::TriggerRows(refusal) = &mut self {
            refusal.cause = RefusalCause::Function;
        }
        self
    }

    /// Whether it shows that no other rows could do better. A server's no is about the rows that it saw.
    fn verdict(&self) -> Verdict {
        match self {
            Self::Missing
            | Self::View
            | Self::Foreign
            | Self::SchemaChanged
            | Self::MalformedReference { .. } => Verdict::Impossible,
            _ => Verdict::Undecided,
        }
    }

    /// The kind of reason.
    pub(crate) fn code(&self) -> ShortfallCode {
        match self {
            Self::Server(refusal) => refusal.code,
            Self::TriggerRows(_)
            | Self::FedRows(_)
            | Self::KeysTaken(_)
            | Self::SchemaChanged
            | Self::NotFoundAgain { .. }
            | Self::KeptOut { .. } => ShortfallCode::Trigger,
            Self::Missing
            | Self::View
            | Self::Foreign
            | Self::MalformedReference { .. }
            | Self::StoredLess { .. } => ShortfallCode::NotInsertable,
            Self::BrokenReferences { .. } => ShortfallCode::EmptyParent,
            Self::EveryAttempt(refusals) => refusals.first().map_or(ShortfallCode::Trigger, Self::code),
            Self::LeftOut { why, .. } => why.code(),
        }
    }

    /// What kind of thing refuses the rows.
    pub(crate) fn cause(&self) -> RefusalCause {
        match self {
            Self::Server(refusal) | Self::TriggerRows(refusal) => refusal.cause,
            _ => RefusalCause::Statement,
        }
    }

    /// Whether it is about rows, one by one, so that others may be taken.
    pub(crate) fn is_of_rows(&self) -> bool {
        match self {
            Self::Server(refusal) | Self::TriggerRows(refusal) => {
                refusal.cause != RefusalCause::Statement && refusal.code != ShortfallCode::NotInsertable
            }
            _ => false,
        }
    }

    /// Whether it is for a reason that nobody but the server can judge, so that drawing again is all that can be done.
    pub(crate) fn is_judged_elsewhere(&self) -> bool {
        self.cause() == RefusalCause::Function || self.check().is_some()
    }

    /// The CHECK that rows break, if it is one.
    pub(crate) fn check(&self) -> Option<&str> {
        match self {
            Self::Server(refusal) | Self::TriggerRows(refusal) => refusal.check.as_deref(),
            _ => None,
        }
    }

    /// Whether both come from the same one, in whatever words.
    pub(crate) fn is_by_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Server(a), Self::Server(b)) | (Self::TriggerRows(a), Self::TriggerRows(b)) => a.by == b.by,
            _ => self == other,
        }
    }
}

impl From<ServerRefusal> for Refusal {
    fn from(refusal: ServerRefusal) -> Self {
        Self::Server(Box::new(refusal))
    }
}

impl From<&Refusal> for Shortfall {
    fn from(refusal: &Refusal) -> Self {
        let hint =
            matches!(refusal, Refusal::Missing).then(|| "load the schema into the target first".to_owned());
        Self { verdict: refusal.verdict(), hint, ..Self::new(refusal.code(), refusal.to_string()) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(refusal) => refusal.fmt(f),
            Self::TriggerRows(refusal) => write!(f, "a trigger puts rows into another table: {refusal}"),
            Self::FedRows(refusal) => write!(f, "a trigger puts rows into another table: {refusal}"),
            Self::KeysTaken(refusal) => {
                write!(f, "a trigger of another table has put rows here, which are in the way: {refusal}")
            }
            Self::SchemaChanged => {
                f.write_str("a trigger changes the schema for each row, such as by making tables")
            }
            Self::Missing => f.write_str("the target has no such table"),
            Self::View => f.write_str("in the target it is a view, which takes no copied rows"),
            Self::Foreign => {
                f.write_str("in the target it is a foreign table, whose rows are another server's")
            }
            Self::LeftOut { rows, why } => {
                write!(f, "no attempt at {} was accepted: {why}", counted(*rows, "row"))
            }
            Self::BrokenReferences { rows, parent } => {
                write!(f, "{rows} references to `{parent}` find no row")
            }
            Self::MalformedReference { parent } => {
                write!(f, "SQLite refuses every value of its reference to `{parent}`, which has no such key")
            }
            Self::NotFoundAgain { rows } => {
                write!(f, "{rows} rows were not found again by their key to fill in references")
            }
            Self::StoredLess { sent, stored } => {
                write!(f, "of {sent} rows sent the server stored {stored}")
            }
            Self::KeptOut { accepted, kept } => {
                write!(f, "{accepted} rows were accepted, of which a trigger kept {kept}")
            }
            Self::EveryAttempt(refusals) => {
                let told: Vec<String> = refusals.iter().map(Self::to_string).collect();
                f.write_str(&told.join("; drawn again, "))
            }
        }
    }
}

impl fmt::Display for ServerRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} refused rows: {}", self.by, self.message)?;
        if let Some(detail) = &self.detail {
            write!(f, " ({})", detail.trim_end_matches('.'))?;
        }
        self.error.as_ref().map_or(Ok(()), |error| write!(f, " [{error}]"))
    }
}

impl fmt::Display for Refuser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trigger { name, function: Some(function) } => {
                write!(f, "trigger `{name}` (function `{function}`)")
            }
            Self::Trigger { name, function: None } => write!(f, "trigger `{name}`"),
            Self::OneOfTriggers(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "one of the triggers {}", names.join(", "))
            }
            Self::Function(name) => write!(f, "function `{name}`"),
            Self::Constraint(name) => write!(f, "constraint `{name}`"),
            Self::Server => f.write_str("the server"),
            Self::Sqlite => f.write_str("SQLite"),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SqlState(code) => f.write_str(code),
            Self::Number(code) => code.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(by: Refuser, message: &str) -> ServerRefusal {
        ServerRefusal {
            by,
            code: ShortfallCode::Trigger,
            cause: RefusalCause::Function,
            check: None,
            message: message.to_owned(),
            detail: Some("Row 1.".to_owned()),
            error: Some(ErrorCode::SqlState("P0001".to_owned())),
        }
    }

    #[test]
    fn the_words_are_made_of_facts() {
        let by = Refuser::Trigger { name: "guard".to_owned(), function: Some("look".to_owned()) };
        let first = Refusal::from(refusal(by, "too much"));
        assert_eq!(
            first.to_string(),
            "trigger `guard` (function `look`) refused rows: too much (Row 1) [P0001]"
        );
        let taken =
            Refusal::KeysTaken(Box::new(Refusal::TriggerRows(Box::new(refusal(Refuser::Server, "no")))));
        let both = Refusal::EveryAttempt(vec![first, taken]);
        assert!(both.to_string().contains(
            "; drawn again, a trigger of another table has put rows here, which are in the way: \
             a trigger puts rows into another table: the server refused rows: no"
        ));
        assert_eq!(both.code(), ShortfallCode::Trigger);
    }

    #[test]
    fn the_same_refuser_may_use_other_words() {
        let [first, second] = ["no", "never"]
            .map(|message| refusal(Refuser::Function("f".to_owned()), message))
            .map(Refusal::from);
        assert!(first.is_by_the_same(&second) && first != second);
        let other = Refusal::from(refusal(Refuser::Server, "f refused rows"));
        assert!(!first.is_by_the_same(&other));
    }
}
