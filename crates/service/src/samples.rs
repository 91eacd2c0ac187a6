//! Values that an advisor may see, where somebody has said that it may.

use crate::opened::Opened;
use seedbed_edit::ColumnSample;
use seedbed_job::clipped;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Columns with more values than that are no choice of words, and may be of persons.
const MOST_DISTINCT: u64 = 20;

/// Characters of a value.
const VALUE_CHARS: usize = 40;

#[derive(Deserialize)]
struct Reported {
    tables: BTreeMap<String, ReportedTable>,
}

#[derive(Deserialize)]
struct ReportedTable {
    columns: Vec<ReportedColumn>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportedColumn {
    name: String,
    distinct: u64,
    #[serde(default)]
    min: Option<String>,
    #[serde(default)]
    max: Option<String>,
    #[serde(default)]
    most_common: Vec<CommonValue>,
}

#[derive(Deserialize)]
struct CommonValue {
    value: String,
}

/// Values of columns that have few, as the check of the rows has found them: the common ones, the least and the greatest.
pub(crate) fn samples(opened: &Opened) -> Vec<ColumnSample> {
    let report = opened.version.facts.report.get();
    let reported: Option<Reported> = serde_json::from_str(report).unwrap_or_default();
    let mut samples = Vec::new();
    for (name, table) in reported.map(|r| r.tables).unwrap_or_default() {
        let Some(id) = opened.table(&name) else { continue };
        let few = table.columns.into_iter().filter(|c| (1..=MOST_DISTINCT).contains(&c.distinct));
        samples.extend(few.map(|column| ColumnSample {
            table: id,
            values: column.values(),
            column: column.name,
        }));
    }
    samples
}

impl ReportedColumn {
    fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let common = self.most_common.iter().map(|common| &common.value);
        for value in common.chain(&self.min).chain(&self.max) {
            let value = clipped(value, VALUE_CHARS);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }
}
