//! Questions in words: an advisor makes a query of them, which is asked as any stranger's.

use crate::ai_use::{AiUse, failure_of};
use crate::config::clamped_sampling;
use crate::inner::Inner;
use crate::instructions::check_length;
use crate::opened::Opened;
use crate::record::StoreRecord;
use crate::samples::samples;
use crate::{AskAnswer, AskRequest, ServiceError, TriedQuery};
use seedbed_datagen_core::{CancelToken, counted};
use seedbed_edit::{Advisor, Exchange, ProposedQuery, Question, RefusedQuery, SqlTable};
use seedbed_schema_model::TableId;
use seedbed_store::{DatasetId, QueryAnswer, QueryError};
use std::collections::BTreeMap;
use std::time::Instant;

/// How often a query is proposed for one question.
const ATTEMPTS: usize = 3;

/// Characters of what a database says that an advisor is told.
const MESSAGE_CHARS: usize = 500;

/// Answers a question.
///
/// # Errors
/// See [`Service::ask`](crate::Service::ask).
pub(crate) fn ask(
    inner: &Inner,
    id: DatasetId,
    request: &AskRequest,
    cancel: CancelToken,
) -> Result<AskAnswer, ServiceError> {
    check_length("the question", &request.question, &inner.options.limits)?;
    if request.question.trim().is_empty() {
        return Err(ServiceError::Invalid("the question is empty".to_owned()));
    }
    // Open as long as it is asked: whoever leaves last removes rows that are no dataset's any more.
    let (dataset, opened) = inner.opened(id)?;
    let mut notes = Vec::new();
    let sampling = clamped_sampling(request.sampling, &mut notes)?;
    let until = Instant::now() + inner.options.limits.ask_time;
    let cancel = cancel.or_when(move || Instant::now() >= until);
    let (rows, names) = (row_counts(&opened), sql_tables(&opened));
    let by_rules = seedbed_edit::parse_question(&request.question, &opened.schema, &names);
    let advisor = match (by_rules, &inner.advisor) {
        (Ok(proposed), _) => {
            let query = inner.query_of(&proposed.sql, request.limit, request.time);
            let answer = inner.store.query(&dataset.digest, &query, &cancel)?;
            let ai = AiUse::none("the question is one that is read without a model");
            return Ok(told(proposed, answer, ai, notes));
        }
        (Err(_), Some(advisor)) => advisor,
        (Err(errors), None) => return Err(ServiceError::NoQuestion(errors)),
    };
    let seen = if inner.options.show_values { samples(&opened) } else { Vec::new() };
    let record = StoreRecord(&*inner.store);
    let question = Question {
        words: &request.question,
        schema: &opened.schema,
        rows: &rows,
        table: None,
        sql_names: Some(&names),
        samples: &seen,
        sampling,
        record: &record,
        cancel: &cancel,
    };
    let mut said = Said { exchanges: Vec::new(), notes };
    let (mut refused, mut tried) = (Vec::new(), Vec::new());
    loop {
        let proposed = propose(&**advisor, &question, &refused, &mut said)?;
        let len = proposed.sql.len();
        let asked = match len > inner.options.limits.query_bytes {
            true => Err(too_long(len, inner.options.limits.query_bytes)),
            false => {
                let query = inner.query_of(&proposed.sql, request.limit, request.time);
                inner.store.query(&dataset.digest, &query, &cancel)
            }
        };
        match asked {
            Ok(answer) => {
                let ai = AiUse::of("a question in words", said.exchanges, &[]);
                return Ok(told(proposed, answer, ai, said.notes));
            }
            Err(error) if error.is_outside => return Err(error.into()),
            Err(error) => {
                let message = told_of(&error, inner.options.show_values);
                refused.push(RefusedQuery { sql: proposed.sql.clone(), message });
                tried.push(TriedQuery { sql: proposed.sql, error });
            }
        }
        if tried.len() >= ATTEMPTS {
            record.forget_all(&said.exchanges);
            return Err(ServiceError::NoAnswer(tried).after(&said.exchanges, &[]));
        }
    }
}

/// What was said on the way.
struct Said {
    exchanges: Vec<Exchange>,
    notes: Vec<String>,
}

fn propose(
    advisor: &dyn Advisor,
    question: &Question<'_>,
    refused: &[RefusedQuery],
    said: &mut Said,
) -> Result<ProposedQuery, ServiceError> {
    let advice = advisor.query(question, refused);
    let (failure, errors) = (failure_of(&advice), advice.errors);
    said.exchanges.extend(advice.exchanges);
    said.notes.extend(advice.notes);
    advice.proposal.ok_or_else(|| ServiceError::Advice(failure).after(&said.exchanges, &errors))
}

/// What an advisor is told of a query without an answer. What is found out before the query reads a row speaks of the schema and
/// of the query alone; whatever comes later may have values of rows in it.
fn told_of(error: &QueryError, show_values: bool) -> String {
    let is_of_text = matches!(
        error.code,
        "query-empty"
            | "query-several-statements"
            | "query-syntax"
            | "query-unknown-column"
            | "query-unknown-table"
            | "query-not-allowed"
            | "query-too-long"
            | "query-time-limit"
            | "query-memory-limit"
    );
    match is_of_text || show_values {
        true => seedbed_job::clipped(&error.message, MESSAGE_CHARS),
        false => format!("the query began to read rows, and could not be run to its end ({})", error.code),
    }
}

fn too_long(len: usize, limit: usize) -> QueryError {
    QueryError {
        code: "query-too-long",
        message: format!("the query has {len} bytes, more than the limit of {limit}"),
        hint: None,
        is_outside: false,
    }
}

/// The answer, with what is true of its rows.
fn told(proposed: ProposedQuery, answer: QueryAnswer, ai: AiUse, notes: Vec<String>) -> AskAnswer {
    let rows = counted(answer.rows.len() as u64, "row");
    let count = match (answer.rows.is_empty(), answer.truncated) {
        (true, _) => "No row was found.".to_owned(),
        (false, true) => format!("These are the first {rows}; there are more."),
        (false, false) => format!("That is {rows}."),
    };
    let sentence = proposed.sentence.trim();
    let end = if sentence.is_empty() || sentence.ends_with(['.', '!', '?']) { "" } else { "." };
    AskAnswer {
        sentence: format!("{sentence}{end} {count}").trim().to_owned(),
        sql: proposed.sql,
        columns: answer.columns,
        rows: answer.rows,
        truncated: answer.truncated,
        ai,
        notes,
    }
}

/// Rows of each table of a version.
pub(crate) fn row_counts(opened: &Opened) -> BTreeMap<TableId, u64> {
    let tables = opened.version.facts.tables.iter();
    tables.filter_map(|table| Some((opened.table(&table.name)?, table.rows))).collect()
}

/// What queries call the tables.
fn sql_tables(opened: &Opened) -> Vec<SqlTable> {
    let table = |names: seedbed_store::SqlTableNames| SqlTable {
        table: names.table,
        name: names.name,
        columns: names.columns.into_iter().map(|c| (c.name, c.ty.to_owned())).collect(),
    };
    opened.rows.sql_names().into_iter().map(table).collect()
}
