//! All that is known of a dataset but its rows.

use crate::ServiceError;
use crate::opened::Opened;
use seedbed_store::{Change, Dataset};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// All that is known of a dataset but its rows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetAnswer {
    /// Its name, its version, its size.
    pub metadata: Dataset,
    /// How its rows were made, what the check found, and statistics of its columns.
    pub generation_meta: Map<String, Value>,
    /// Its tables in load order.
    pub tables: Vec<DatasetTable>,
}

/// A table of a dataset.
#[derive(Debug, Serialize)]
pub struct DatasetTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<DatasetColumn>,
    /// How many rows it has.
    pub rows: u64,
}

/// A column of a dataset's table.
#[derive(Debug, Serialize)]
pub struct DatasetColumn {
    /// Its name.
    pub name: String,
    /// Its type as the schema has it.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// The part of a report that tells of columns.
#[derive(Deserialize)]
struct ReportedColumns {
    tables: BTreeMap<String, ReportedTable>,
}

#[derive(Deserialize)]
struct ReportedTable {
    columns: Vec<Box<RawValue>>,
}

impl DatasetAnswer {
    /// What is known of a version of a dataset. Rows are kept once for all who have them; what led to them is the dataset's own.
    pub(crate) fn new(
        dataset: &Dataset,
        opened: &Opened,
        change: Option<Change>,
    ) -> Result<Self, ServiceError> {
        let facts = &opened.version.facts;
        let failed = |source: serde_json::Error| ServiceError::Outside {
            doing: "read what is known of the dataset".to_owned(),
            source: source.into(),
        };
        let mut generation_meta: Map<String, Value> =
            serde_json::from_str(facts.meta.get()).map_err(failed)?;
        if let Some(Change { ai: Some(ai), ai_errors, notes, .. }) = change {
            generation_meta.insert("ai".to_owned(), ai);
            generation_meta.insert("aiErrors".to_owned(), ai_errors.into());
            generation_meta.insert("notes".to_owned(), notes.into());
        }
        let report: Option<ReportedColumns> = serde_json::from_str(facts.report.get()).map_err(failed)?;
        let mut stats = Map::new();
        for (name, table) in report.map(|r| r.tables).unwrap_or_default() {
            let columns: Result<Vec<Value>, _> =
                table.columns.iter().map(|c| serde_json::from_str(c.get())).collect();
            stats.insert(name, columns.map_err(failed)?.into());
        }
        generation_meta.insert("columnStats".to_owned(), stats.into());
        let tables = facts.tables.iter().map(|table| DatasetTable {
            name: table.name.clone(),
            columns: opened.table(&table.name).map_or_else(Vec::new, |id| {
                let model = &opened.schema[id];
                let column = |c| DatasetColumn {
                    name: model[c].name.clone(),
                    ty: model[c].declared_type.clone(),
                    nullable: model[c].nullable,
                };
                opened.columns(id).into_iter().map(column).collect()
            }),
            rows: table.rows,
        });
        Ok(Self { metadata: dataset.clone(), generation_meta, tables: tables.collect() })
    }
}
