//! Advisors: who makes of a sentence what can be checked.

use crate::Edit;
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::{Schema, TableId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Makes typed proposals of sentences, such as a language model. It sees the schema and never makes a row; what it proposes is
/// checked like anything else that is asked for.
///
/// Every method blocks until there is an answer, [`Question::cancel`] ends it, or it has waited as long as it may.
pub trait Advisor: Send + Sync + fmt::Debug {
    /// What the sentence wishes of rows that are to be made. A proposal may be a part of what was wished:
    /// [`Advice::errors`] says which column fell back to the rules.
    fn wishes(&self, question: &Question<'_>) -> Advice<Vec<Edit>>;

    /// What the sentence changes in rows that are there.
    fn changes(&self, question: &Question<'_>) -> Advice<Vec<Edit>>;

    /// What the sentence asks of rows that are there. `refused` are the queries that were tried, with the database's word.
    fn query(&self, question: &Question<'_>, refused: &[RefusedQuery]) -> Advice<ProposedQuery>;
}

/// A sentence, and what it is about.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// What somebody wrote.
    pub words: &'a str,
    /// The schema that it is about.
    pub schema: &'a Schema,
    /// Rows of each table.
    pub rows: &'a BTreeMap<TableId, u64>,
    /// The one table that it is about.
    pub table: Option<TableId>,
    /// What SQL calls tables and columns where that differs from the schema: for [`Advisor::query`].
    pub sql_names: Option<&'a [SqlTable]>,
    /// Values of columns that the answer may be built on. Empty where none may leave the machine.
    pub samples: &'a [ColumnSample],
    /// How the model speaks.
    pub sampling: Sampling,
    /// What was answered before, and what an answer may cost.
    pub record: &'a dyn ExchangeRecord,
    /// Ends it.
    pub cancel: &'a CancelToken,
}

impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("words", &self.words)
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

/// A table as a query calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlTable {
    /// Which.
    pub table: TableId,
    /// Its name in SQL, quoted where it has to be.
    pub name: String,
    /// Its columns' names in SQL, quoted where they have to be, with their types in SQL.
    pub columns: Vec<(String, String)>,
}

/// Some values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSample {
    /// The table.
    pub table: TableId,
    /// The column's name.
    pub column: String,
    /// Values as text.
    pub values: Vec<String>,
}

/// How a model speaks: its own way where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sampling {
    /// How freely, 0 to 2.
    pub temperature: Option<f64>,
    /// From which share of the likeliest words, 0 to 1.
    pub top_p: Option<f64>,
    /// From how many of the likeliest words, 1 to 100.
    pub top_k: Option<i64>,
}

/// A query that a database refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedQuery {
    /// Its text.
    pub sql: String,
    /// What the database said.
    pub message: String,
}

/// A query, and what it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedQuery {
    /// One SELECT.
    pub sql: String,
    /// What its rows are, as a sentence.
    pub sentence: String,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice<T> {
    /// The proposal; none when nothing usable came.
    pub proposal: Option<T>,
    /// What was said on the way, the record's answers with it.
    pub exchanges: Vec<Exchange>,
    /// What failed, and what was done instead.
    pub errors: Vec<AdviceError>,
    /// What whoever asked should know: a value that was clamped, a schema that was cut, what left the machine.
    pub notes: Vec<String>,
}

/// What failed at an advisor. Nothing secret is in it, and it is short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdviceError {
    /// A stable code, such as `ai-quota-day`.
    pub code: String,
    /// For people.
    pub message: String,
    /// The table that it concerns.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// The column that it concerns.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<String>,
    /// What was done instead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instead: Option<String>,
}

/// One question to a model with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// What the question is found by, in hexadecimal digits: the same question to the same model is the same text.
    pub request: String,
    /// The prompt's name.
    pub prompt: String,
    /// The prompt's version.
    pub prompt_version: u32,
    /// The model that was asked.
    pub model: String,
    /// The model that answered, as it says itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model_version: Option<String>,
    /// What it answered: the text of the whole answer.
    pub answer: String,
    /// Tokens of the question.
    pub prompt_tokens: u64,
    /// Tokens of the answer, with those of thinking.
    pub answer_tokens: u64,
    /// Whether the answer came from the record, and cost nothing.
    #[serde(default)]
    pub from_record: bool,
}

/// What was answered before, and what answers may still cost.
pub trait ExchangeRecord: Send + Sync {
    /// The answer to the same question.
    fn find(&self, request: &str) -> Option<Exchange>;

    /// Keeps an answer that was of use.
    fn keep(&self, exchange: &Exchange);

    /// Forgets an answer that turned out to be of no use.
    fn forget(&self, request: &str) {
        let _ = request;
    }

    /// Takes note of what a call has cost, of use or not.
    fn spend(&self, tokens: u64);

    /// Tokens that were spent today, by the calendar of UTC.
    fn spent_today(&self) -> u64;
}
