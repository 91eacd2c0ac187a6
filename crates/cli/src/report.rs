//! The report of a run, for programs.

use crate::exit::Outside;
use crate::problem_entry::ProblemEntry;
use seedbed::datagen::{Shortfall, ShortfallCode, Verdict};
use seedbed::schema::{Schema, Span, TableId};
use seedbed::validate::Summary;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a run did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The seed.
    pub(crate) seed: u64,
    /// The version that made the rows.
    pub(crate) engine_version: &'static str,
    /// Digest of the rows that were there before; the rows are the same again only where these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) existing: Option<String>,
    /// Every table of the schema by its exact name; partitions are part of their root.
    pub(crate) tables: BTreeMap<String, TableReport>,
    /// What could not be read of the schema, and what was not guaranteed, and which constraints the rows break.
    pub(crate) problems: Vec<ProblemEntry>,
    /// Wall clock time of planning and running.
    pub(crate) duration_ms: u64,
    /// What checking the rows found, when they were checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validation: Option<Summary>,
}

/// What became of one table.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct TableReport {
    /// Rows that were added.
    pub(crate) rows: u64,
    /// Why fewer than asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<ShortfallCode>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Whether that is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<Verdict>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// Where the constraint is declared.
    #[serde(skip)]
    pub(crate) span: Option<Span>,
    /// Rows that the database refused as they were first drawn, and which attempt it accepted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) attempts: BTreeMap<u64, u32>,
}

impl TableReport {
    /// So many rows, and why not more.
    pub(crate) fn new(rows: u64, shortfall: Option<&Shortfall>) -> Self {
        Self {
            rows,
            code: shortfall.map(|s| s.code),
            reason: shortfall.map(ToString::to_string),
            verdict: shortfall.map(|s| s.verdict),
            hint: shortfall.and_then(|s| s.hint.clone()),
            span: shortfall.and_then(|s| s.span),
            attempts: BTreeMap::new(),
        }
    }
}

/// Every table of the schema that is no partition; those without an outcome got nothing because nobody asked.
pub(crate) fn all_tables(
    schema: &Schema,
    mut outcomes: BTreeMap<TableId, TableReport>,
) -> BTreeMap<String, TableReport> {
    let roots = schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none());
    roots.map(|(id, table)| (table.name.to_string(), outcomes.remove(&id).unwrap_or_default())).collect()
}

impl Report {
    /// Writes the report as JSON.
    ///
    /// # Errors
    /// A file that can't be written.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Outside> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other);
        text.and_then(|text| std::fs::write(path, text + "\n"))
            .map_err(|e| Outside::new(format!("cannot write the report `{}`", path.display()), e))
    }
}
