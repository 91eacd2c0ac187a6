//! `manifest.json`: what a run was and what it wrote.

use seedbed_datagen_core::{Part, Spec};
use seedbed_rows::{Plan, TablePlan};
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, Table, TableId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The facts of a run that make it repeatable.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    /// The seed.
    pub seed: u64,
    /// The schema's dialect.
    pub dialect: Dialect,
    /// The user's wishes.
    pub spec: Spec,
    /// Which share of every table was made.
    pub part: Part,
    /// Digest of the rows that were there before: [`Plan::existing_digest`].
    pub existing: Option<String>,
    /// The columns of each table's file, generated ones among them. A table that isn't here has all but its generated
    /// ones.
    pub columns: BTreeMap<TableId, Vec<ColumnIdx>>,
    /// Rows of each table's file, as far as they are known.
    pub rows: BTreeMap<TableId, u64>,
}

impl Provenance {
    /// The facts of carrying out `plan`, made from `spec`, for one share of the rows.
    pub fn new(plan: &Plan, spec: &Spec, part: Part) -> Self {
        // A table that gets no rows has no columns in the plan; its file has a header all the same.
        let filled = plan.tables().iter().filter(|t| !t.columns.is_empty());
        let columns = filled.map(|t| (t.table, file_columns(t))).collect();
        let existing = plan.existing_digest().map(str::to_owned);
        let rows = plan.tables().iter().map(|t| (t.table, part.rows(t.rows)));
        Self {
            seed: plan.seed(),
            dialect: plan.schema().dialect,
            spec: spec.clone(),
            part,
            existing,
            columns,
            rows: rows.map(|(table, rows)| (table, rows.end - rows.start)).collect(),
        }
    }

    /// The columns of a table's file.
    pub(crate) fn columns_of(&self, schema: &Schema, table: TableId) -> Vec<ColumnIdx> {
        self.columns.get(&table).cloned().unwrap_or_else(|| {
            schema[table].columns_indexed().filter(|(_, c)| c.generated.is_none()).map(|(i, _)| i).collect()
        })
    }
}

fn file_columns(table: &TablePlan) -> Vec<ColumnIdx> {
    let mut columns = [table.columns.as_slice(), &table.generated].concat();
    columns.sort_unstable();
    columns
}

/// A manifest, as it stands in `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The seed.
    pub seed: u64,
    /// The version of Seedbed that made the rows; the same seed under another version may differ.
    pub engine_version: String,
    /// The schema's dialect.
    pub dialect: Dialect,
    /// The user's wishes.
    pub spec: Spec,
    /// Which share of every table this is, when it isn't all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub part: Option<ManifestPart>,
    /// BLAKE3 digest of the rows that were there before, such as those that the schema's script inserts; the rows are
    /// the same again only where these are.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub existing: Option<String>,
    /// The tables in load order.
    pub tables: Vec<ManifestTable>,
}

/// One of several shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestPart {
    /// Which, from 1.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

/// One table's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestTable {
    /// `schema.table`, or `table` where there are no schemas.
    pub name: String,
    /// The file's name, in the same folder.
    pub file: String,
    /// Rows in the file, without the header.
    pub rows: u64,
    /// The file's length.
    pub bytes: u64,
    /// XXH3 checksum of the file, 128 bits as hexadecimal digits: what `xxhsum -H2` says.
    pub xxh128: String,
}

impl ManifestTable {
    /// A table's file before its first row.
    pub(crate) fn begun(table: &Table, file: &str) -> Self {
        Self { name: table.name.to_string(), file: file.to_owned(), rows: 0, bytes: 0, xxh128: String::new() }
    }
}

impl Manifest {
    /// The file's name in a folder or bundle.
    pub const FILE: &'static str = "manifest.json";

    /// The manifest of a finished run.
    pub fn new(run: &Provenance, tables: Vec<ManifestTable>) -> Self {
        let part = ManifestPart { index: run.part.index(), count: run.part.count() };
        Self {
            seed: run.seed,
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            dialect: run.dialect,
            spec: run.spec.clone(),
            part: (part.count > 1).then_some(part),
            existing: run.existing.clone(),
            tables,
        }
    }

    /// The file's text.
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
