//! What a load was doing when something failed.

use seedbed_schema_model::QualifiedName;
use std::fmt;
use std::path::PathBuf;

/// One thing that a load asks of a target. Its text completes "failed while ...".
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Setting up the session.
    SetUpSession,
    /// Keeping other loads out.
    LockOut,
    /// Reading the server's settings.
    ReadSettings,
    /// Reading the catalog.
    ReadCatalog,
    /// Asking for the session's user.
    AskForUser,
    /// Asking for the present time.
    AskForNow,
    /// Looking for rows.
    LookForRows,
    /// Counting the rows of several tables.
    CountRows,
    /// Counting the rows of one table.
    Count(QualifiedName),
    /// Reading the rows of a table.
    Read(QualifiedName),
    /// Reading the columns of a table.
    ReadColumns(QualifiedName),
    /// Beginning the transaction.
    Begin,
    /// Making the session settings that defaults read.
    MakeSettings,
    /// Deferring references.
    DeferReferences,
    /// Having deferrable constraints checked at once.
    CheckAtOnce,
    /// Writing to tables.
    Write(Vec<QualifiedName>),
    /// Trying rows of a table.
    Try(QualifiedName),
    /// Filling in references of a table.
    FillIn(QualifiedName),
    /// Having deferred constraints checked.
    CheckDeferred,
    /// Looking up the references of a table.
    CheckReferences(QualifiedName),
    /// Advancing sequences.
    AdvanceSequences,
    /// Committing.
    Commit,
    /// Rolling back.
    RollBack,
    /// Deleting what was written to a table without transactions.
    Delete(QualifiedName),
    /// Leaving out the tables that the target refuses.
    LeaveOut,
    /// Setting up a new database file.
    SetUpDatabase,
    /// Ending the transaction that the schema's script left open.
    EndSchema,
    /// Closing a database file.
    CloseDatabase,
    /// Putting a database file in place.
    PutInPlace(PathBuf),
}

impl Operation {
    /// Writing to one table.
    pub(crate) fn write(table: &QualifiedName) -> Self {
        Self::Write(vec![table.clone()])
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetUpSession => f.write_str("setting up the session"),
            Self::LockOut => f.write_str("keeping other loads out"),
            Self::ReadSettings => f.write_str("reading the server's settings"),
            Self::ReadCatalog => f.write_str("reading the catalog"),
            Self::AskForUser => f.write_str("asking for the session's user"),
            Self::AskForNow => f.write_str("asking for the present time"),
            Self::LookForRows => f.write_str("looking for rows"),
            Self::CountRows => f.write_str("counting rows"),
            Self::Count(table) => write!(f, "counting `{table}`"),
            Self::Read(table) => write!(f, "reading `{table}`"),
            Self::ReadColumns(table) => write!(f, "reading the columns of `{table}`"),
            Self::Begin => f.write_str("beginning the transaction"),
            Self::MakeSettings => f.write_str("making the session settings that defaults read"),
            Self::DeferReferences => f.write_str("deferring references"),
            Self::CheckAtOnce => f.write_str("checking constraints at once"),
            Self::Write(tables) => {
                let names: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
                write!(f, "writing {}", names.join(", "))
            }
            Self::Try(table) => write!(f, "trying rows of `{table}`"),
            Self::FillIn(table) => write!(f, "filling in references of `{table}`"),
            Self::CheckDeferred => f.write_str("checking deferred constraints"),
            Self::CheckReferences(table) => write!(f, "checking the references of `{table}`"),
            Self::AdvanceSequences => f.write_str("advancing sequences"),
            Self::Commit => f.write_str("committing"),
            Self::RollBack => f.write_str("rolling back"),
            Self::Delete(table) => write!(f, "deleting what was written to `{table}`"),
            Self::LeaveOut => f.write_str("leaving out the tables that the target refuses"),
            Self::SetUpDatabase => f.write_str("setting up the new database"),
            Self::EndSchema => f.write_str("ending the schema's transaction"),
            Self::CloseDatabase => f.write_str("closing the database"),
            Self::PutInPlace(path) => write!(f, "putting `{}` in place", path.display()),
        }
    }
}
