//! The report of a run, for programs.

use crate::{JobError, Outcome, ProblemEntry, Replace, ReportFile, TableResult};
use seedbed_datagen_core::{ShortfallCode, Verdict};
use seedbed_rows::Limitation;
use seedbed_schema_model::{Diagnostic, Severity};
use seedbed_validate::{Method, Summary};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// What a run did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// The seed.
    pub seed: u64,
    /// The version that made the rows.
    pub engine_version: &'static str,
    /// Digest of the rows that were there before; the rows are the same again only where these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing: Option<String>,
    /// Every table of the schema by its exact name; partitions are part of their root.
    pub tables: BTreeMap<String, ReportedTable>,
    /// What could not be read of the schema, and what was not guaranteed, and which constraints the rows break.
    pub problems: Vec<ProblemEntry>,
    /// Wall clock time of planning and running.
    pub duration_ms: u64,
    /// What checking the rows found, when they were checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Summary>,
    /// How the check went about it: whether keys needed a file, and how often rows were looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Method>,
}

/// What became of one table.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportedTable {
    /// Rows that were added.
    pub rows: u64,
    /// Why fewer than asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ShortfallCode>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether that is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Rows that the database refused as they were first drawn, and which attempt it accepted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attempts: BTreeMap<u64, u32>,
}

impl RunReport {
    /// The report of a run that took so long.
    pub(crate) fn new(outcome: &Outcome, took: Duration) -> Self {
        let limitations = outcome.limitations.iter().map(limitation_problem);
        let problems = outcome.read.problems.iter().cloned().chain(limitations).chain(outcome.violations());
        let sources = &outcome.read.sources;
        Self {
            seed: outcome.plan.seed(),
            engine_version: ENGINE_VERSION,
            existing: outcome.plan.existing_digest().map(str::to_owned),
            tables: every_table(outcome),
            problems: problems.map(|p| ProblemEntry::new(sources, &p)).collect(),
            duration_ms: took.as_millis().try_into().unwrap_or(u64::MAX),
            validation: outcome.validation.as_ref().map(|v| v.summary.clone()),
            check: outcome.validation.as_ref().map(|v| v.method),
        }
    }

    /// Writes the report as JSON, in place of an earlier one.
    ///
    /// # Errors
    /// Those of [`ReportFile`].
    pub fn write(&self, path: &Path) -> Result<(), JobError> {
        ReportFile::create(path, Replace::Ours)?.write(self)
    }
}

impl From<&TableResult> for ReportedTable {
    fn from(result: &TableResult) -> Self {
        let shortfall = result.shortfall.as_ref();
        Self {
            rows: result.rows,
            code: shortfall.map(|s| s.code),
            reason: shortfall.map(ToString::to_string),
            verdict: shortfall.map(|s| s.verdict),
            hint: shortfall.and_then(|s| s.hint.clone()),
            attempts: result.attempts.clone(),
        }
    }
}

/// Every table of the schema that is no partition; those without a result got nothing because nobody asked.
fn every_table(outcome: &Outcome) -> BTreeMap<String, ReportedTable> {
    let roots = outcome.read.schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none());
    let told = |id| outcome.tables.get(&id).map(ReportedTable::from).unwrap_or_default();
    roots.map(|(id, table)| (table.name.to_string(), told(id))).collect()
}

fn limitation_problem(limitation: &Limitation) -> Diagnostic {
    Diagnostic {
        code: limitation.code.to_string(),
        severity: Severity::Warning,
        message: format!("not guaranteed on `{}`: {}", limitation.table, limitation.message),
        span: limitation.span,
        hint: None,
    }
}

/// Crates of one workspace share one version.
pub(crate) const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
