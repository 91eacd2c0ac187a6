//! The shapes of what the service writes of changes and of language models, for the description of the API.

#![expect(dead_code, reason = "they only describe what others write")]

use super::shapes::ValidationSummary;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What came of a change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModifyAnswer {
    /// The dataset.
    dataset_id: i64,
    /// Its version afterwards; the one before where nothing was saved.
    version: u64,
    /// What changed in each table; null where it is not known.
    #[schema(required = true)]
    diff: Option<BTreeMap<String, TableDiff>>,
    /// The tables whose rows changed.
    modified_tables: Vec<String>,
    /// The tables that have more or fewer rows.
    row_count_changes: BTreeMap<String, RowCountChange>,
    /// What checking all rows has found.
    #[schema(required = true)]
    validation: Option<ValidationSummary>,
    /// The edits that were carried out.
    #[schema(value_type = Vec<Object>)]
    edits: Vec<()>,
    /// What a person should know: repairs among it.
    notes: Vec<String>,
    /// What part a language model had.
    ai: AiFacts,
    /// What failed at it.
    ai_errors: Vec<AiFailure>,
    /// Whether nothing was to be saved.
    dry_run: bool,
}

/// What changed in a table.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TableDiff {
    /// Rows that were not there.
    added: u64,
    /// Rows that are not there any more.
    removed: u64,
    /// Rows in which a cell changed.
    updated_rows: u64,
    /// Cells that changed in those.
    updated_cells: u64,
    /// The same for each column in which any did.
    cells: BTreeMap<String, u64>,
    /// The first rows that changed, were added and were removed.
    sample: Vec<RowDiff>,
}

/// A row before and after. Of one that is there before and after, only the cells that changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowDiff {
    /// What it is found by.
    #[schema(value_type = Object)]
    key: (),
    /// What it held; absent where it was not there.
    #[schema(value_type = Option<Object>)]
    before: (),
    /// What it holds; absent where it is not there any more.
    #[schema(value_type = Option<Object>)]
    after: (),
}

/// How many rows a table had and has.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowCountChange {
    /// Before.
    before: u64,
    /// Afterwards.
    after: u64,
}

/// What part a language model had.
#[derive(Serialize, ToSchema)]
pub(crate) struct AiFacts {
    /// Whether one was asked.
    used: bool,
    /// Why, or why not.
    reason: String,
    /// The model that answered last.
    model: Option<String>,
    /// What it was asked, by the name of the prompt, and what that cost.
    #[schema(value_type = Vec<Object>)]
    exchanges: Vec<()>,
}

/// What failed at a language model.
#[derive(Serialize, ToSchema)]
pub(crate) struct AiFailure {
    /// A stable code.
    code: String,
    /// For people.
    message: String,
    /// The table that it concerns.
    #[schema(nullable = false)]
    table: Option<String>,
    /// The column that it concerns.
    #[schema(nullable = false)]
    column: Option<String>,
    /// What was done instead.
    #[schema(nullable = false)]
    instead: Option<String>,
}

/// A version of a dataset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionAnswer {
    /// Its number, from 1.
    number: u64,
    /// What its rows are found by.
    digest: String,
    /// The version that it was made from, to which an undoing leads.
    #[schema(nullable = false)]
    made_from: Option<u64>,
    /// What led to it.
    change: ChangeAnswer,
    /// Rows of each table.
    row_counts: BTreeMap<String, u64>,
    /// When it was saved.
    #[schema(value_type = String, format = DateTime)]
    created_at: (),
}

/// What led to a version.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeAnswer {
    /// What was done.
    kind: ChangeKind,
    /// What somebody wrote.
    #[schema(nullable = false)]
    words: Option<String>,
    /// What the words became.
    #[schema(value_type = Vec<Object>, required = false)]
    edits: Vec<()>,
    /// What changed in each table.
    #[schema(nullable = false)]
    diff: Option<BTreeMap<String, TableDiff>>,
    /// What whoever asked should know.
    #[schema(required = false)]
    notes: Vec<String>,
    /// The exchanges with a language model that it came of, by their requests.
    #[schema(required = false)]
    exchanges: Vec<String>,
    /// The version whose rows it has again.
    #[schema(nullable = false)]
    restores: Option<u64>,
}

/// What was done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChangeKind {
    /// Rows were made.
    Generate,
    /// They were made again.
    Regenerate,
    /// They were changed.
    Modify,
    /// A change was taken back.
    Undo,
}
