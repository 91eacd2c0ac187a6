//! What is told of a schema that was handed in.

use seedbed_job::{ProblemEntry, ReadSchema};
use seedbed_schema_model::{Dialect, TableGraph, TableId};
use seedbed_store::SchemaId;
use serde::Serialize;
use std::collections::BTreeMap;

/// A schema that was handed in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadAnswer {
    /// What it is called from now on.
    pub schema_id: SchemaId,
    /// Its dialect.
    pub dialect: Dialect,
    /// Its tables, partitions not counted.
    pub table_count: usize,
    /// What is in it.
    pub schema_summary: SchemaSummary,
    /// What could not be read of it.
    pub problems: Vec<ProblemEntry>,
    /// Whether a part of it was read by other rules than its dialect's. It never is: what can't be read is a problem.
    pub fallback_used: bool,
}

/// What is in a schema.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaSummary {
    /// Its tables by name, in load order.
    pub tables: Vec<String>,
    /// Columns of each.
    pub columns_per_table: BTreeMap<String, usize>,
    /// Its references.
    pub foreign_keys: usize,
    /// Its enums.
    pub enums: usize,
    /// Tables that need each other.
    pub cycles: Vec<Vec<String>>,
}

impl UploadAnswer {
    pub(crate) fn new(schema_id: SchemaId, read: &ReadSchema) -> Self {
        let schema = &read.schema;
        let graph = TableGraph::new(schema);
        let name = |id: &TableId| schema[*id].name.to_string();
        let is_root = |id: &TableId| schema[*id].partition_of.is_none();
        let tables: Vec<TableId> = graph.load_order().tables.iter().copied().filter(is_root).collect();
        Self {
            schema_id,
            dialect: schema.dialect,
            table_count: tables.len(),
            schema_summary: SchemaSummary {
                columns_per_table: tables.iter().map(|id| (name(id), schema[*id].columns.len())).collect(),
                tables: tables.iter().map(name).collect(),
                foreign_keys: schema.tables.iter().map(|t| t.foreign_keys.len()).sum(),
                enums: schema.enums.len(),
                cycles: graph.cycles().iter().map(|c| c.tables.iter().map(name).collect()).collect(),
            },
            problems: read.problems.iter().map(|p| ProblemEntry::new(&read.sources, p)).collect(),
            fallback_used: false,
        }
    }
}
