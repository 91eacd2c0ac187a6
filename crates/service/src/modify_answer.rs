//! What came of a change of a dataset.

use crate::ai_use::AiUse;
use seedbed_edit::AdviceError;
use seedbed_edited_rows::Diff;
use seedbed_store::DatasetId;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What came of a change of a dataset: the result of its job, and what the last event tells.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModifyAnswer {
    /// The dataset.
    pub dataset_id: DatasetId,
    /// Its version afterwards; the one before where nothing was stored.
    pub version: u64,
    /// What changed by table; nothing where it is not known, as of rows that were made again.
    pub diff: Option<Diff>,
    /// The tables whose rows changed.
    pub modified_tables: Vec<String>,
    /// The tables that have more or fewer rows.
    pub row_count_changes: BTreeMap<String, RowCountChange>,
    /// The totals of the check of all rows.
    pub validation: Value,
    /// The edits that were carried out.
    pub edits: Vec<Value>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// What part an advisor had.
    #[serde(serialize_with = "told")]
    pub ai: AiUse,
    /// What failed at the advisor.
    pub ai_errors: Vec<AdviceError>,
    /// Whether nothing was to be stored.
    pub dry_run: bool,
}

fn told<S: serde::Serializer>(ai: &AiUse, serializer: S) -> Result<S::Ok, S::Error> {
    ai.told().serialize(serializer)
}

/// How many rows a table had and has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RowCountChange {
    /// Before.
    pub before: u64,
    /// Afterwards.
    pub after: u64,
}

/// The tables that have more or fewer rows.
pub(crate) fn row_count_changes(
    before: &BTreeMap<String, u64>,
    after: &BTreeMap<String, u64>,
) -> BTreeMap<String, RowCountChange> {
    let of = |counts: &BTreeMap<String, u64>, name: &String| counts.get(name).copied().unwrap_or(0);
    let names = before.keys().chain(after.keys());
    let changes =
        names.map(|name| (name.clone(), RowCountChange { before: of(before, name), after: of(after, name) }));
    changes.filter(|(_, change)| change.before != change.after).collect()
}
