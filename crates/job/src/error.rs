//! Why a job has no outcome.

use crate::{Defect, PartsError, ReadSchema, SpecText};
use seedbed_datagen_core::RunError;
use seedbed_ddl_parse::UnsupportedProduct;
use seedbed_export::ExportError;
use seedbed_import::ImportError;
use seedbed_load::LoadError;
use seedbed_planner::PlanError;
use seedbed_schema_model::Diagnostic;
use seedbed_validate::ValidateError;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Why a job has no outcome. Nothing looks complete where its rows were to go.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The DDL declares no table.
    #[error("there is no table in the schema")]
    NoTable {
        /// What was read all the same, and what could not be.
        read: Arc<ReadSchema>,
        /// Whether somebody said which dialect it is.
        dialect_was_given: bool,
    },
    /// The DDL is for a product that can't be read.
    #[error("this looks like {}, which is not supported{}", product.name, shown_marks(&product.marks))]
    UnsupportedProduct {
        /// The product, and what shows it.
        product: UnsupportedProduct,
    },
    /// A folder holds no SQL.
    #[error("there is no SQL file in `{folder}`")]
    NoSqlFile {
        /// The folder.
        folder: String,
    },
    /// The spec is none.
    #[error("the spec can't be read: {}", problem.message)]
    Spec {
        /// Why, with its place in the text.
        problem: Box<Diagnostic>,
        /// The text.
        text: SpecText,
    },
    /// The schema or the spec can't be carried out: every reason, at least one.
    #[error("there is no plan: {}", list(errors))]
    Plan {
        /// The reasons.
        errors: Vec<PlanError>,
        /// The schema.
        read: Arc<ReadSchema>,
        /// The text of the spec, if it has one.
        spec: Option<SpecText>,
    },
    /// The schema is of another dialect than the database.
    #[error("{source}")]
    WrongDialect {
        /// Which of them is what.
        source: Box<LoadError>,
        /// The schema.
        read: Arc<ReadSchema>,
    },
    /// A file of DDL or the spec can't be read.
    #[error("cannot read `{name}`")]
    Read {
        /// Its name.
        name: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The place for the files is not fit.
    #[error("cannot write files")]
    Export(#[from] ExportError),
    /// What makes a run resumable can't be told.
    #[error("cannot take the plan's digest")]
    Digest(#[source] io::Error),
    /// The outside world failed while rows were written.
    #[error("the run stopped")]
    Run(#[source] RunError),
    /// There is no file with rows of a table.
    #[error("no file of `{}` has rows of a table", path.display())]
    NoFiles {
        /// The folder or archive that was looked at.
        path: PathBuf,
    },
    /// A file of rows can't be read.
    #[error("cannot read files")]
    Import(#[from] ImportError),
    /// The rows could not be checked to their end.
    #[error("the rows could not be checked")]
    Check(#[source] ValidateError),
    /// The checks of shares of the rows can't be joined.
    #[error("the checks of parts can't be joined")]
    Parts(#[from] PartsError),
    /// The database failed. What it holds now is said by [`LoadError::aftermath`].
    #[error("{}", .0.aftermath())]
    Load(#[source] Box<LoadError>),
    /// The report can't be written; the rows are.
    #[error("cannot write the report `{}`", path.display())]
    Report {
        /// Where.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The job was canceled.
    #[error("interrupted; {kept}")]
    Interrupted {
        /// What became of the rows that were made by then.
        kept: Kept,
    },
    /// The job took longer than it may.
    #[error("more than {} s, the limit of time; {kept}", limit.as_secs_f64())]
    TimeLimit {
        /// How long it may take.
        limit: Duration,
        /// What became of the rows that were made by then.
        kept: Kept,
    },
    /// Something panicked: a defect, which is not the schema's fault.
    #[error("{0}")]
    Defect(Box<Defect>),
    /// The plan has more rows than the job may make. None is made.
    #[error("{rows} rows are planned, more than the limit of {limit}")]
    RowLimit {
        /// Rows of all tables.
        rows: u64,
        /// How many they may be.
        limit: u64,
    },
}

/// Whose fault it is that there is no outcome: what to do next depends on it, and so do exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The schema or the spec: change them.
    Input,
    /// The outside world, files, disks, databases: try again.
    Outside,
    /// The job was canceled.
    Interrupted,
    /// A [limit](crate::Limits): raise it, or ask for less.
    Limit,
    /// Ours: report it.
    Defect,
}

/// What became of the rows of a job that has stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was written.
    Nothing,
    /// What was written by the last checkpoint is in this folder, for the same job to go on from.
    Unfinished(PathBuf),
    /// The database is as it was.
    Database,
}

impl JobError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::NoTable { .. } | Self::Spec { .. } | Self::Plan { .. } | Self::WrongDialect { .. } => {
                Fault::Input
            }
            Self::NoFiles { .. } | Self::UnsupportedProduct { .. } | Self::NoSqlFile { .. } => Fault::Input,
            Self::Read { .. }
            | Self::Export(_)
            | Self::Digest(_)
            | Self::Run(_)
            | Self::Import(_)
            | Self::Check(_)
            | Self::Parts(_)
            | Self::Load(_)
            | Self::Report { .. } => Fault::Outside,
            Self::Interrupted { .. } => Fault::Interrupted,
            Self::TimeLimit { .. } | Self::RowLimit { .. } => Fault::Limit,
            Self::Defect(_) => Fault::Defect,
        }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable { .. } => "no-table",
            Self::UnsupportedProduct { .. } => "unsupported-dialect",
            Self::NoSqlFile { .. } => "no-sql-file",
            Self::Spec { .. } => "spec-unreadable",
            Self::Plan { errors, .. } => errors.first().map_or("plan", PlanError::code),
            Self::WrongDialect { source, .. } => source.code(),
            Self::Read { .. } => "unreadable-file",
            Self::Export(error) => error.code(),
            Self::Digest(_) => "digest",
            Self::Run(_) => "run",
            Self::NoFiles { .. } => "no-files",
            Self::Import(error) => error.code(),
            Self::Check(error) => error.code(),
            Self::Parts(error) => error.code(),
            Self::Load(error) => error.code(),
            Self::Report { .. } => "report",
            Self::Interrupted { .. } => "interrupted",
            Self::TimeLimit { .. } => "time-limit",
            Self::RowLimit { .. } => "row-limit",
            Self::Defect(_) => "defect",
        }
    }

    /// The next step, apart from those of single [`problems`](Self::problems).
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoTable { read, dialect_was_given } => {
                let origin =
                    if *dialect_was_given { "as was asked" } else { "which is a guess: `--dialect` says it" };
                Some(format!("it was read as {}, {origin}", read.schema.dialect.name()))
            }
            Self::UnsupportedProduct { .. } => {
                Some("with `--dialect` it is read as another one all the same".to_owned())
            }
            Self::NoSqlFile { .. } => Some("schemas and migrations are files `*.sql`".to_owned()),
            Self::WrongDialect { source, .. } => source.hint(),
            Self::Export(error) => error.hint(),
            Self::Load(error) => error.hint(),
            Self::Run(error) => export_hint(error),
            Self::Parts(error) => error.hint().map(str::to_owned),
            Self::RowLimit { .. } => Some("ask for fewer rows".to_owned()),
            Self::Defect(_) => Some(Defect::HINT.to_owned()),
            Self::NoFiles { .. } => {
                Some("a file is named after its table: `film.csv`, `public.film.csv`".to_owned())
            }
            _ => None,
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing was written"),
            Self::Unfinished(folder) => write!(
                f,
                "the rows made by then are kept in `{}`: the same command with `--resume` goes on from there",
                folder.display()
            ),
            Self::Database => f.write_str("the database is as it was"),
        }
    }
}

/// The next step that a sink's own reason knows.
fn export_hint(error: &RunError) -> Option<String> {
    let mut cause = error.source();
    let mut hint = None;
    while let Some(error) = cause {
        hint = hint.or_else(|| error.downcast_ref::<ExportError>().and_then(ExportError::hint));
        cause = error.source();
    }
    hint
}

/// What shows a product, as the message of it ends.
fn shown_marks(marks: &[String]) -> String {
    let marks: Vec<String> = marks.iter().map(|mark| format!("`{mark}`")).collect();
    format!(" ({})", marks.join(", "))
}

fn list(errors: &[PlanError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
