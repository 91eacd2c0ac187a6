//! The shapes of what the service writes, for the description of the API.

#![expect(dead_code, reason = "they only describe what others write")]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

pub(crate) use super::change_shapes::{ModifyAnswer, VersionAnswer};

/// A schema that was handed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadAnswer {
    /// What it is called from now on.
    schema_id: String,
    /// Its dialect.
    #[schema(value_type = super::DialectName)]
    dialect: String,
    /// Its tables, partitions not counted.
    table_count: u64,
    /// What is in it.
    schema_summary: SchemaSummary,
    /// What could not be read of it.
    problems: Vec<Problem>,
    /// Whether a part of it was read by other rules than its dialect's.
    fallback_used: bool,
}

/// What is in a schema.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchemaSummary {
    /// Its tables, in load order.
    tables: Vec<String>,
    /// Columns of each.
    columns_per_table: BTreeMap<String, u64>,
    /// Its references.
    foreign_keys: u64,
    /// Its enums.
    enums: u64,
    /// Tables that need each other.
    cycles: Vec<Vec<String>>,
}

/// Something that is wrong with a script or with wishes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A stable code.
    code: String,
    /// How bad it is.
    severity: String,
    /// For people.
    message: String,
    /// The file, where there are several.
    #[schema(nullable = false)]
    file: Option<String>,
    /// The line, from 1.
    #[schema(nullable = false)]
    line: Option<u64>,
    /// The column, from 1.
    #[schema(nullable = false)]
    column: Option<u64>,
    /// The next step.
    #[schema(nullable = false)]
    hint: Option<String>,
}

/// What generation would do, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanAnswer {
    /// The seed.
    seed: u64,
    /// Tables in load order, with what fills their columns and why.
    tables: Vec<PlannedTable>,
    /// References that the load order can't honour, and how they are satisfied.
    broken_references: Vec<String>,
    /// What is not guaranteed, and why.
    #[schema(value_type = Vec<Object>)]
    limitations: Vec<()>,
    /// What could not be read of the schema.
    problems: Vec<Problem>,
    /// What would be done otherwise than it is asked for.
    notes: Vec<String>,
    /// What the instructions have become.
    #[schema(value_type = Vec<Object>)]
    edits: Vec<()>,
    /// What part a language model had.
    ai: super::change_shapes::AiFacts,
    /// What failed at it.
    ai_errors: Vec<super::change_shapes::AiFailure>,
}

/// A table of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlannedTable {
    /// Its name.
    table: String,
    /// Rows that it gets.
    rows: u64,
    /// Whether it can have the rows that were asked for.
    #[schema(examples("possible"))]
    verdict: String,
    /// Its columns, with what fills them and why.
    columns: Vec<PlannedColumn>,
}

/// A column of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlannedColumn {
    /// Its name.
    column: String,
    /// What its values come from.
    provider: String,
    /// Why.
    why: String,
}

/// A job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobAnswer {
    /// What it is called.
    job_id: String,
    /// What it does.
    kind: JobKind,
    /// How it stands.
    status: JobStatus,
    /// How far it has come.
    #[schema(minimum = 0, maximum = 100)]
    progress: u8,
    /// Its tables.
    tables: Vec<JobTable>,
    /// The dataset that it has saved, or works on.
    #[schema(nullable = false)]
    dataset_id: Option<i64>,
    /// Why it ended without being done.
    #[schema(nullable = false)]
    error: Option<JobFailure>,
    /// What came of a change.
    #[schema(nullable = false)]
    result: Option<super::change_shapes::ModifyAnswer>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: (),
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    started_at: (),
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    finished_at: (),
}

/// What a job does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobKind {
    /// Makes a dataset.
    Generate,
    /// Makes its rows again.
    Regenerate,
    /// Writes it into a file.
    Export,
    /// Changes its rows.
    Modify,
    /// Takes its last change back.
    Undo,
}

/// How a job stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobStatus {
    /// It waits for its turn.
    Queued,
    /// It is at work.
    Running,
    /// It did all that was asked for.
    Done,
    /// It failed.
    Error,
    /// Somebody stopped it.
    Canceled,
}

/// How far a table has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct JobTable {
    /// Its name.
    table: String,
    /// Rows that were made.
    delivered: u64,
    /// Rows to make.
    total: u64,
    /// `queued`, `running` or `done`.
    status: String,
}

/// Why a job ended without being done.
#[derive(Serialize, ToSchema)]
pub(crate) struct JobFailure {
    /// For people.
    message: String,
    /// A stable code.
    code: String,
    /// The single problems.
    #[schema(value_type = Option<Vec<Object>>, nullable = false)]
    details: (),
}

/// A dataset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatasetFacts {
    /// Its number.
    id: i64,
    /// Its name.
    name: String,
    /// What people say of it.
    description: String,
    /// When it was saved first.
    #[schema(value_type = String, format = DateTime)]
    created_at: (),
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    updated_at: (),
    /// Its version, from 1.
    version: u64,
    /// What its rows are found by.
    digest: String,
    /// The dataset that it was made from.
    #[schema(required = true)]
    parent_id: Option<i64>,
    /// Rows of each table.
    row_counts: BTreeMap<String, u64>,
    /// Bytes that its rows take.
    bytes: u64,
}

/// A dataset in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatasetEntry {
    #[schema(inline)]
    #[serde(flatten)]
    facts: DatasetFacts,
    /// How many tables it has.
    tables: u64,
}

/// All that is known of a dataset but its rows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatasetAnswer {
    /// Its name, its version, its size.
    metadata: DatasetFacts,
    /// How its rows were made.
    #[schema(value_type = Object)]
    generation_meta: (),
    /// Its tables, in load order.
    tables: Vec<DatasetTable>,
}

/// A table of a dataset.
#[derive(Serialize, ToSchema)]
pub(crate) struct DatasetTable {
    /// Its name.
    name: String,
    /// Its columns.
    columns: Vec<DatasetColumn>,
    /// How many rows it has.
    rows: u64,
}

/// A column.
#[derive(Serialize, ToSchema)]
pub(crate) struct DatasetColumn {
    /// Its name.
    name: String,
    /// Its type as the schema has it.
    r#type: String,
    /// Whether it may be NULL.
    nullable: bool,
}

/// Some rows of a table.
#[derive(Serialize, ToSchema)]
pub(crate) struct PageAnswer {
    /// The table.
    table: String,
    /// Its columns.
    columns: Vec<DatasetColumn>,
    /// Rows that were passed over.
    offset: u64,
    /// Rows that were asked for.
    limit: u64,
    /// Rows that the filter lets through.
    total: u64,
    /// The rows.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<()>,
}

/// What checking the rows has found.
#[derive(Serialize, ToSchema)]
pub(crate) struct ValidationAnswer {
    /// All tables together.
    summary: ValidationSummary,
    /// The single tables, with each constraint.
    #[schema(value_type = Object)]
    tables: (),
}

/// What checking all tables has found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidationSummary {
    /// Rows that were checked.
    rows: u64,
    /// Rows whose primary key another has.
    pk_duplicates: u64,
    /// NULLs where none may be.
    not_null_violations: u64,
    /// Rows whose unique key another has.
    unique_violations: u64,
    /// Rows that break a CHECK.
    check_violations: u64,
    /// Share of references that lead somewhere.
    fk_coverage: f64,
}

/// The answer to a query.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueryAnswer {
    /// The columns.
    columns: Vec<QueryColumn>,
    /// The rows.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    rows: Vec<()>,
    /// Whether there are more rows than these.
    truncated: bool,
    /// The query.
    sql: String,
    /// What the rows are, of a question in words.
    #[schema(nullable = false)]
    sentence: Option<String>,
    /// What part a language model had in it.
    #[schema(nullable = false)]
    ai: Option<super::change_shapes::AiFacts>,
    /// What a person should know of it.
    #[schema(nullable = false)]
    notes: Option<Vec<String>>,
}

/// A column of an answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueryColumn {
    /// Its name.
    name: String,
    /// Its type.
    r#type: String,
}

/// How numbers are written that a 64-bit float can't hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Numbers {
    /// As numbers.
    Number,
    /// As texts.
    String,
}
