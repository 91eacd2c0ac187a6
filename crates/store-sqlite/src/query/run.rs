//! A query in this process.

use super::allowed::Allowed;
use super::answer::{QueryAnswer, QueryColumn, QueryRequest};
use super::error::{NotAllowed, QueryError};
use crate::row_file::{open_immutable, table_names_of};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Statement};
use seedbed_datagen_core::CancelToken;
use serde_json::Value;
use std::path::Path;
use std::time::Instant;

/// Bytes of a statement.
pub(crate) const MOST_SQL: usize = 64 << 10;

/// Instructions of SQLite's machine between two looks at the clock.
const INSTRUCTIONS: i32 = 1000;

/// SQLite's limits. Rows and their values may be as long as those of nearly all datasets; statements as long and as deep as
/// people write them.
const LIMITS: [(Limit, i32); 11] = [
    (Limit::SQLITE_LIMIT_LENGTH, 1_000_000),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, MOST_SQL as i32),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_PARSER_DEPTH, 500),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    (Limit::SQLITE_LIMIT_VDBE_OP, 100_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 100),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Answers a query of the row file at `path`, in this process. `cancel` is looked at between two instructions of SQLite's
/// machine, one of which may take long; see [`QueryPool`](super::QueryPool) for those whom one does not trust.
///
/// # Errors
/// What is wrong with the statement, and what it may not do; [`QueryError::TimeLimit`] after the time of the request,
/// [`QueryError::Canceled`] once `cancel` is canceled.
pub fn run_query(
    path: &Path,
    request: &QueryRequest,
    cancel: &CancelToken,
) -> Result<QueryAnswer, QueryError> {
    if request.sql.len() > MOST_SQL {
        return Err(QueryError::TooLong { bytes: request.sql.len(), limit: MOST_SQL });
    }
    let file_failed = |message: String| QueryError::File { message };
    let connection = open_immutable(path).map_err(|error| file_failed(error.to_string()))?;
    let tables = table_names_of(path, &connection).map_err(|error| file_failed(error.to_string()))?;
    let allowed = confine(&connection, &tables).map_err(|error| file_failed(error.to_string()))?;
    let deadline = Instant::now() + request.time;
    let token = cancel.clone();
    let over = move || token.is_canceled() || Instant::now() >= deadline;
    connection.progress_handler(INSTRUCTIONS, Some(over)).map_err(|error| file_failed(error.to_string()))?;

    let explained = |error: rusqlite::Error| explain(error, &allowed, &tables, request, cancel);
    let mut statement = connection.prepare(&request.sql).map_err(|error| match explained(error) {
        // SQLite names no place where the end comes too early.
        QueryError::Failed { message } => QueryError::Syntax { message, position: None },
        explained => explained,
    })?;
    if statement.column_count() == 0 {
        // VACUUM and REINDEX ask nobody until they run, which this one never does.
        let action = "a statement without rows".to_owned();
        let is_there = statement.expanded_sql().is_some();
        let refused = QueryError::NotAllowed { what: NotAllowed::Statement { action } };
        return Err(if is_there { refused } else { QueryError::Empty });
    }
    if statement.is_explain() != 0 {
        let action = "EXPLAIN".to_owned();
        return Err(QueryError::NotAllowed { what: NotAllowed::Statement { action } });
    }
    if statement.parameter_count() > 0 {
        return Err(QueryError::NotAllowed { what: NotAllowed::Parameter });
    }
    collect(&mut statement, request).map_err(explained)
}

/// Leaves a connection nothing but to read such tables.
fn confine(connection: &Connection, tables: &[String]) -> rusqlite::Result<Allowed> {
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A name in double quotes that nothing has is an error, and not a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    let mut modules = connection.prepare("SELECT name FROM pragma_module_list")?;
    let modules: Vec<String> = modules.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    // Only now that the schema was read, whose own statements may be longer.
    for (limit, most) in LIMITS {
        connection.set_limit(limit, most)?;
    }
    let allowed = Allowed::new(tables.iter().map(String::as_str), modules);
    let judge = allowed.clone();
    connection.authorizer(Some(move |asked: rusqlite::hooks::AuthContext<'_>| judge.authorize(&asked)))?;
    Ok(allowed)
}

/// Runs a statement and takes as many of its rows as are wanted.
fn collect(statement: &mut Statement<'_>, request: &QueryRequest) -> rusqlite::Result<QueryAnswer> {
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut kinds = vec![Kind::Null; names.len()];
    let mut rows = Vec::new();
    let (mut bytes, mut truncated) = (0_u64, false);
    let mut read = statement.raw_query();
    while let Some(row) = read.next()? {
        if rows.len() as u64 >= request.limit {
            truncated = true;
            break;
        }
        let mut values = Vec::with_capacity(names.len());
        for (at, kind) in kinds.iter_mut().enumerate() {
            let stored = row.get_ref(at)?;
            *kind = kind.and(Kind::of(stored));
            let (value, size) = json(stored);
            bytes += size;
            values.push(value);
        }
        if bytes > request.max_bytes {
            truncated = true;
            break;
        }
        rows.push(values);
    }
    let column = |(name, kind): (String, Kind)| QueryColumn { name, ty: kind.name().to_owned() };
    Ok(QueryAnswer { columns: names.into_iter().zip(kinds).map(column).collect(), rows, truncated })
}

/// A value as JSON, and about how many bytes it takes there.
fn json(stored: ValueRef<'_>) -> (Value, u64) {
    match stored {
        ValueRef::Null => (Value::Null, 5),
        ValueRef::Integer(value) => (Value::from(value), 12),
        ValueRef::Real(value) if value.is_finite() => (Value::from(value), 20),
        ValueRef::Real(value) => (Value::from(if value > 0.0 { "Infinity" } else { "-Infinity" }), 12),
        ValueRef::Text(text) => (Value::from(String::from_utf8_lossy(text)), text.len() as u64 + 3),
        ValueRef::Blob(bytes) => (Value::from(STANDARD.encode(bytes)), bytes.len() as u64 * 4 / 3 + 3),
    }
}

/// Which values a column holds.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Null,
    Integer,
    Real,
    Text,
    Blob,
    Any,
}

impl Kind {
    fn of(stored: ValueRef<'_>) -> Self {
        match stored {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(_) => Self::Integer,
            ValueRef::Real(_) => Self::Real,
            ValueRef::Text(_) => Self::Text,
            ValueRef::Blob(_) => Self::Blob,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, Self::Null) => one,
            (Self::Null, other) => other,
            (one, other) if one == other => one,
            (Self::Integer | Self::Real, Self::Integer | Self::Real) => Self::Real,
            _ => Self::Any,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Text => "text",
            Self::Blob => "blob",
            Self::Any => "any",
        }
    }
}

/// What an error of SQLite's means.
fn explain(
    error: rusqlite::Error,
    allowed: &Allowed,
    tables: &[String],
    request: &QueryRequest,
    cancel: &CancelToken,
) -> QueryError {
    if let Some(what) = allowed.refused() {
        return QueryError::NotAllowed { what };
    }
    let (message, position) = match &error {
        rusqlite::Error::MultipleStatement => return QueryError::SeveralStatements,
        rusqlite::Error::SqlInputError { msg, offset, .. } => (msg.clone(), usize::try_from(*offset).ok()),
        rusqlite::Error::SqliteFailure(_, Some(message)) => (message.clone(), None),
        other => (other.to_string(), None),
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) if cancel.is_canceled() => return QueryError::Canceled,
        Some(ErrorCode::OperationInterrupted) => {
            let milliseconds = u64::try_from(request.time.as_millis()).unwrap_or(u64::MAX);
            return QueryError::TimeLimit { milliseconds };
        }
        Some(ErrorCode::OutOfMemory) => return QueryError::MemoryLimit { mebibytes: 0 },
        Some(ErrorCode::TooBig) => return QueryError::TooBig { message },
        _ => {}
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        return QueryError::UnknownColumn { column: column.to_owned(), position };
    }
    if let Some(table) = message.strip_prefix("no such table: ") {
        return QueryError::UnknownTable { table: table.to_owned(), known: tables.to_vec() };
    }
    if let Some(name) = message.strip_prefix("no such function: ") {
        return QueryError::NotAllowed { what: NotAllowed::Function { name: name.to_owned() } };
    }
    match error {
        rusqlite::Error::SqlInputError { .. } => QueryError::Syntax { message, position },
        _ => QueryError::Failed { message },
    }
}
