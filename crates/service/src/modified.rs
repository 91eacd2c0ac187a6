//! What changed rows are noted and told as.

use crate::ServiceError;
use crate::instructions::Instructed;
use crate::live_job::LiveJob;
use crate::merged_report::merged;
use crate::modify_answer::{ModifyAnswer, row_count_changes};
use crate::opened::Opened;
use crate::saved_end::Completion;
use crate::saving::{edits_as_json, raw};
use seedbed_edited_rows::Applied;
use seedbed_schema_model::TableId;
use seedbed_store::{DatasetId, Recipe, VersionFacts, VersionTable};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Rows that were changed and checked.
#[derive(Debug)]
pub(crate) struct Modified {
    pub(crate) answer: ModifyAnswer,
    tables: Vec<VersionTable>,
    report: Box<RawValue>,
}

/// The version that is changed.
pub(crate) struct Base<'a> {
    pub(crate) dataset: DatasetId,
    pub(crate) version: u64,
    pub(crate) opened: &'a Opened,
}

impl Modified {
    /// What came of edits of a version whose tables have so many rows now, of which these may be others.
    ///
    /// # Errors
    /// For a report of the version that can't be read.
    pub(crate) fn new(
        base: &Base<'_>,
        instructed: &Instructed,
        applied: Applied,
        counts: &[(TableId, u64)],
        touched: &BTreeSet<TableId>,
    ) -> Result<Self, ServiceError> {
        let (facts, schema) = (&base.opened.version.facts, &base.opened.schema);
        let counts: BTreeMap<String, u64> =
            counts.iter().map(|(id, rows)| (schema[*id].name.to_string(), *rows)).collect();
        let touched = touched.iter().map(|id| schema[*id].name.to_string()).collect();
        let report = merged(&facts.report, &applied.report, &touched)?;
        let rows = |table: &VersionTable| counts.get(&table.name).copied().unwrap_or(table.rows);
        let tables: Vec<VersionTable> =
            facts.tables.iter().map(|table| VersionTable { rows: rows(table), ..table.clone() }).collect();
        let by_name = |tables: &[VersionTable]| tables.iter().map(|t| (t.name.clone(), t.rows)).collect();
        let answer = ModifyAnswer {
            dataset_id: base.dataset,
            version: base.version,
            modified_tables: applied.diff.tables.keys().cloned().collect(),
            diff: Some(applied.diff),
            row_count_changes: row_count_changes(&by_name(&facts.tables), &by_name(&tables)),
            validation: summary_of(&report),
            edits: edits_as_json(&instructed.edits)?,
            notes: [instructed.notes.as_slice(), &applied.notes].concat(),
            ai: instructed.ai.clone(),
            ai_errors: instructed.errors.clone(),
            dry_run: false,
        };
        Ok(Self { answer, tables, report })
    }

    /// What is noted of the version that they become.
    ///
    /// # Errors
    /// For notes of the version before that can't be read.
    pub(crate) fn facts(
        &self,
        base: &Base<'_>,
        recipe: Recipe,
        took: Duration,
    ) -> Result<VersionFacts, ServiceError> {
        let before = &base.opened.version.facts;
        let mut meta: Map<String, Value> =
            serde_json::from_str(before.meta.get()).map_err(|error| ServiceError::Outside {
                doing: "read what is known of the dataset".to_owned(),
                source: error.into(),
            })?;
        let answer = &self.answer;
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        for (name, value) in [
            ("validation", answer.validation.clone()),
            ("ai", json!(answer.ai)),
            ("aiErrors", json!(answer.ai_errors)),
            ("edits", json!(answer.edits)),
            ("notes", json!(answer.notes)),
            ("durationMs", json!(took)),
        ] {
            meta.insert(name.to_owned(), value);
        }
        Ok(VersionFacts {
            recipe,
            tables: self.tables.clone(),
            existing: before.existing.clone(),
            settings: before.settings.clone(),
            meta: raw(&meta)?,
            report: self.report.clone(),
        })
    }
}

/// What the last event tells of an answer, and the job's result.
pub(crate) fn completion(live: &LiveJob, answer: &ModifyAnswer) -> Completion {
    let result = serde_json::to_value(answer).unwrap_or_default();
    let mut told = result.clone();
    told["jobId"] = json!(live.id);
    Completion { told, result: Some(result) }
}

/// The totals of a report.
pub(crate) fn summary_of(report: &RawValue) -> Value {
    #[derive(serde::Deserialize)]
    struct Totals {
        summary: Value,
    }
    serde_json::from_str::<Option<Totals>>(report.get()).ok().flatten().map_or(Value::Null, |t| t.summary)
}
