//! Why a service did not do what was asked.

use crate::ai_use::without_answers;
use crate::error_kind::ErrorKind;
use crate::export_format::EXPORT_FORMATS;
use seedbed_datagen_core::{NameError, counted};
use seedbed_edit::{AdviceError, Exchange, TextError};
use seedbed_edited_rows::EditError;
use seedbed_job::{Fault, JobError, ProblemEntry, clipped};
use seedbed_schema_model::SourceMap;
use seedbed_store::{DatasetId, JobFailure, JobId, QueryError, SchemaId, StoreError};
use serde_json::{Value, json};
use std::error::Error;
use std::time::Duration;

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// A text is longer than it may be.
    #[error("{what} has {len} {unit}, more than the limit of {limit}")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// Its length.
        len: usize,
        /// How long it may be.
        limit: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// A schema has more tables than it may have.
    #[error("the schema has {tables} tables, more than the limit of {limit}")]
    TooManyTables {
        /// Its tables.
        tables: usize,
        /// How many they may be.
        limit: usize,
    },
    /// More rows are asked for than may be.
    #[error("{rows} rows are asked for{}, more than the limit of {limit}", table.as_ref().map_or_else(String::new, |t| format!(" of `{t}`")))]
    RowLimit {
        /// Of one table, or of all together.
        table: Option<String>,
        /// How many are asked for.
        rows: u64,
        /// How many they may be.
        limit: u64,
    },
    /// A value is none that may be asked for.
    #[error("{0}")]
    Invalid(String),
    /// A question that is none of those that are read without an advisor, and nobody to ask what it means.
    #[error("the question is not understood without a model{}", .0.first().map_or_else(String::new, |e| format!(": {e}")))]
    NoQuestion(Vec<TextError>),
    /// What is asked for can't be done with this dataset.
    #[error("{what}")]
    NotPossible {
        /// What can't be done, and why.
        what: String,
        /// The next step.
        hint: Option<String>,
    },
    /// A job took longer than it may.
    #[error("more than {} s, the limit of time", .0.as_secs_f64())]
    TooSlow(Duration),
    /// No schema of this name was handed in, or it was long ago.
    #[error("there is no schema `{0}`")]
    UnknownSchema(SchemaId),
    /// A table that the dataset doesn't have.
    #[error(transparent)]
    UnknownTable(#[from] NameError),
    /// A format that there is none of.
    #[error("there is no format `{0}`")]
    UnknownFormat(String),
    /// The schema or the wishes can't be carried out.
    #[error(transparent)]
    Job(#[from] Box<JobError>),
    /// A job that was waited for has not come to its end.
    #[error("{}", .0.message)]
    Failed(Box<JobFailure>),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A query that has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Words that are no commands, and nobody to ask what they mean.
    #[error("the words are no commands{}", .0.first().map_or_else(String::new, |e| format!(": {e}")))]
    NoCommand(Vec<TextError>),
    /// An advisor had nothing to propose.
    #[error("{}", .0.message)]
    Advice(AdviceError),
    /// Every query that was proposed for a question has no answer.
    #[error("no query that was proposed for the question can be answered, {} tried{}", queries(.0), .0.last().map_or_else(String::new, |last| format!(": {}", last.error)))]
    NoAnswer(Vec<TriedQuery>),
    /// Something else failed, after an advisor had been asked.
    #[error(transparent)]
    Advised(Box<Advised>),
    /// Edits that can't be carried out.
    #[error(transparent)]
    Edit(#[from] Box<EditError>),
    /// A dataset is as it was made.
    #[error("no change of dataset {0} is left to be taken back")]
    NothingToUndo(DatasetId),
    /// As many jobs wait as may.
    #[error("{0} jobs wait for their turn already")]
    QueueFull(usize),
    /// A job runs in another process, which alone can stop it.
    #[error("the job `{0}` runs in another process")]
    Elsewhere(JobId),
    /// A table's rows are longer than rows may be.
    #[error("{} `{table}` take {bytes} bytes, more than the limit of {limit}", if *rows > 1 { "the rows of" } else { "single rows of" })]
    RowBytes {
        /// The table.
        table: String,
        /// Bytes of its first row, or of all its rows.
        bytes: u64,
        /// How many rows were counted.
        rows: u64,
        /// How many bytes they may have.
        limit: u64,
    },
    /// A key was used for another request.
    #[error("the key was used for another request before")]
    KeyTaken,
    /// The service is about to end.
    #[error("the service is about to end")]
    Stopping,
    /// A file could not be written or read.
    #[error("cannot {doing}")]
    Outside {
        /// What was being attempted.
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

fn queries(tried: &[TriedQuery]) -> String {
    match tried.len() {
        1 => "one was".to_owned(),
        count => format!("{count} were"),
    }
}

/// A query that was proposed, and why it has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedQuery {
    /// Its text.
    pub sql: String,
    /// Why.
    pub error: QueryError,
}

/// What failed, and what an advisor had said before.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Advised {
    /// What failed.
    #[source]
    pub error: ServiceError,
    /// What was said, without the answers.
    pub exchanges: Value,
    /// What failed at the advisor.
    pub errors: Vec<AdviceError>,
}

impl From<EditError> for ServiceError {
    fn from(error: EditError) -> Self {
        Self::Edit(Box::new(error))
    }
}

impl From<JobError> for ServiceError {
    fn from(error: JobError) -> Self {
        Self::Job(Box::new(error))
    }
}

impl ServiceError {
    /// The outside world failed while a file was made. That the disk is full, or may only be read, is told as such.
    pub(crate) fn of_file(doing: &str, error: impl Error + Send + Sync + 'static) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(at) = cause {
            use std::io::ErrorKind as Kind;
            match at.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
                Some(Kind::StorageFull | Kind::QuotaExceeded) => {
                    return StoreError::Full { what: "the file".to_owned() }.into();
                }
                Some(Kind::ReadOnlyFilesystem | Kind::PermissionDenied) => {
                    return StoreError::ReadOnly { path: "the folder of files".into() }.into();
                }
                _ => cause = at.source(),
            }
        }
        Self::Outside { doing: doing.to_owned(), source: error.into() }
    }

    /// The error with what an advisor had said before, if anything.
    pub(crate) fn after(self, exchanges: &[Exchange], errors: &[AdviceError]) -> Self {
        match exchanges.is_empty() && errors.is_empty() {
            true => self,
            false => Self::Advised(Box::new(Advised {
                error: self,
                exchanges: without_answers(exchanges),
                errors: errors.to_vec(),
            })),
        }
    }

    /// A stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::TooLong { what: "the schema", .. } => "ddl-too-long",
            Self::TooLong { what: "the query", .. } => "query-too-long",
            Self::TooLong { what: "the question", .. } => "question-too-long",
            Self::TooLong { .. } => "instructions-too-long",
            Self::TooManyTables { .. } => "table-limit",
            Self::RowLimit { .. } => "row-limit",
            Self::Invalid(_) => "invalid-request",
            Self::NoQuestion(_) => "no-question",
            Self::NotPossible { .. } => "not-possible",
            Self::TooSlow(_) => "timeout",
            Self::UnknownSchema(_) => "unknown-schema",
            Self::UnknownTable(_) => "unknown-table",
            Self::UnknownFormat(_) => "unknown-format",
            Self::Job(error) => match &**error {
                JobError::TimeLimit { .. } => "timeout",
                JobError::Interrupted { .. } => "canceled",
                error => error.code(),
            },
            Self::Failed(failure) => &failure.code,
            Self::Store(error) => error.code(),
            Self::Query(error) => error.code,
            Self::NoCommand(errors) => errors.first().map_or("no-command", TextError::code),
            Self::Advice(error) => &error.code,
            Self::NoAnswer(_) => "ai-no-answer",
            Self::Advised(advised) => advised.error.code(),
            Self::Edit(error) => error.code(),
            Self::NothingToUndo(_) => "nothing-to-undo",
            Self::QueueFull(_) => "queue-full",
            Self::Elsewhere(_) => "job-elsewhere",
            Self::RowBytes { .. } => "row-bytes-limit",
            Self::KeyTaken => "idempotency-key-reused",
            Self::Stopping => "stopping",
            Self::Outside { .. } => "outside",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::RowLimit { .. } => {
                Some("ask for fewer rows, or use the command `seedbed generate`".to_owned())
            }
            Self::UnknownSchema(_) => Some("hand the schema in again, or send its text".to_owned()),
            Self::UnknownFormat(_) => Some(format!("there are {}", EXPORT_FORMATS.join(", "))),
            Self::Job(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Query(error) => error.hint.clone(),
            Self::NoCommand(errors) => Some(
                errors.iter().find_map(TextError::hint).unwrap_or_else(|| WHAT_CAN_BE_WRITTEN.to_owned()),
            ),
            Self::NoQuestion(_) => Some(
                "there are `how many orders by status where ...`, `show orders`, `average price of products`; any other needs a model"
                    .to_owned(),
            ),
            Self::NoAnswer(_) => Some("ask it in other words, or write the query".to_owned()),
            Self::Advised(advised) => advised.error.hint(),
            Self::Edit(error) => error.hint(),
            Self::QueueFull(_) => Some("ask again when some of them have ended".to_owned()),
            Self::NotPossible { hint, .. } => hint.clone(),
            Self::KeyTaken => Some("use a key of its own for each request".to_owned()),
            _ => None,
        }
    }

    /// The single problems, with their places where there is source text.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::Job(error) if error.fault() == Fault::Input => Some(problem_list(error)),
            Self::Failed(failure) => failure.details.clone(),
            Self::NoCommand(errors) | Self::NoQuestion(errors) => {
                Some(errors.iter().map(text_problem).collect())
            }
            Self::Advice(error) => Some(json!([error])),
            Self::NoAnswer(tried) => Some(tried.iter().map(tried_query).collect()),
            Self::Advised(advised) => Some(advised.details()),
            Self::Edit(error) => error.details(),
            _ => None,
        }
    }

    /// When to ask again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.kind() {
            ErrorKind::Busy => Some(Duration::from_secs(5)),
            ErrorKind::Unavailable => Some(Duration::from_secs(10)),
            _ => None,
        }
    }

    /// What strangers are told: of the outside world no more than that it failed.
    pub fn message(&self) -> String {
        match self.kind() {
            ErrorKind::Internal => "something went wrong here; the log has more".to_owned(),
            _ => match self {
                Self::Store(StoreError::ReadOnly { .. }) => "the store may only be read".to_owned(),
                Self::Store(StoreError::Full { .. }) => "no space is left in the store".to_owned(),
                Self::Query(QueryError { code: "query-file" | "query-worker", .. }) => {
                    "the query can't be run now; the log has more".to_owned()
                }
                Self::Advised(advised) => advised.error.message(),
                error => error.to_string(),
            },
        }
    }

    /// The error with all its causes, for a log.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }

    /// How a job is told to have failed.
    pub(crate) fn failure(&self) -> JobFailure {
        JobFailure {
            message: clipped(&self.message(), FAILURE_CHARS),
            code: self.code().to_owned(),
            details: self.details(),
        }
    }
}

/// Characters of a job's failure.
const FAILURE_CHARS: usize = 2_000;

/// For words that are no commands.
const WHAT_CAN_BE_WRITTEN: &str =
    "write commands such as `rows orders = 500` or `set orders.status = 'new' for 20% of rows`, one a line";

/// A place of a text that can't be read, as bytes of the text.
fn text_problem(error: &TextError) -> Value {
    json!({
        "message": error.to_string(),
        "code": error.code(),
        "hint": error.hint(),
        "from": error.span().start,
        "to": error.span().end,
    })
}

/// A query that was tried.
fn tried_query(tried: &TriedQuery) -> Value {
    json!({"message": tried.error.message, "code": tried.error.code, "hint": tried.error.hint, "sql": tried.sql})
}

impl Advised {
    /// The details of what failed, what failed at the advisor, and what was said.
    fn details(&self) -> Value {
        let mut details = match self.error.details() {
            Some(Value::Array(details)) => details,
            _ => Vec::new(),
        };
        let errors = self.errors.iter().map(|error| json!(error));
        details.extend(errors.filter(|error| !details.contains(error)).collect::<Vec<_>>());
        let count = self.exchanges.as_array().map_or(0, Vec::len) as u64;
        if count > 0 {
            let message = format!("a language model was asked: {}", counted(count, "exchange"));
            details.push(json!({"message": message, "exchanges": self.exchanges}));
        }
        details.into()
    }
}

/// All that is wrong with a schema or its wishes.
fn problem_list(error: &JobError) -> Value {
    let none = SourceMap::default();
    let entries = error.problems().into_iter().flat_map(|problems| {
        let sources = problems.sources.unwrap_or(&none);
        problems.list.iter().map(|p| ProblemEntry::new(sources, p)).collect::<Vec<_>>()
    });
    serde_json::to_value(entries.collect::<Vec<_>>()).unwrap_or_default()
}
