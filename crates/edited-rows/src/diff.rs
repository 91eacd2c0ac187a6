//! What edits have changed, counted cell by cell.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What changed, table by table. A row stays the same row whatever becomes of its cells, its key among them; it is another
/// only where it was added or removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Diff {
    /// The tables in which anything changed, by the name that reports use.
    pub tables: BTreeMap<String, TableDiff>,
}

/// What changed in one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableDiff {
    /// Rows that were not there.
    pub added: u64,
    /// Rows that are not there any more.
    pub removed: u64,
    /// Rows in which a cell changed.
    pub updated_rows: u64,
    /// Cells that changed in those.
    pub updated_cells: u64,
    /// The same for each column in which any did.
    #[serde(default)]
    pub cells: BTreeMap<String, u64>,
    /// The first rows that changed, were added and were removed.
    #[serde(default)]
    pub sample: Vec<RowDiff>,
}

/// One row before and after. Of a row that is there before and after, only the cells that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowDiff {
    /// What it is found by: its primary key before, or all of it where there is none.
    pub key: Map<String, Value>,
    /// What it held; none where it was not there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Map<String, Value>>,
    /// What it holds; none where it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Map<String, Value>>,
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let table = |diff: &TableDiff| TableDiff {
            added: diff.removed,
            removed: diff.added,
            sample: diff.sample.iter().map(RowDiff::reversed).collect(),
            ..diff.clone()
        };
        Self { tables: self.tables.iter().map(|(name, diff)| (name.clone(), table(diff))).collect() }
    }
}

impl RowDiff {
    fn reversed(&self) -> Self {
        let mut key = self.key.clone();
        // The key is that of before, which was the one after.
        for (column, value) in self.after.iter().flatten() {
            if let Some(entry) = key.get_mut(column) {
                *entry = value.clone();
            }
        }
        Self { key, before: self.after.clone(), after: self.before.clone() }
    }
}
