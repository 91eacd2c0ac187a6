//! The standard catalog.

use crate::kinds::{DOMAINS, named};
use crate::{infer, references};
use seedbed_datagen_core::{Catalog, Inference, Provider};
use seedbed_schema_model::{ColumnIdx, ForeignKey, Schema, Table, TableId};
use std::sync::Arc;

/// Every provider of this crate, and the rules that choose among them. Costs nothing to make: word lists are split when
/// a provider that needs them is first bound.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardCatalog;

impl StandardCatalog {
    /// The catalog.
    pub fn new() -> Self {
        Self
    }
}

impl Catalog for StandardCatalog {
    fn provider(&self, name: &str) -> Option<Arc<dyn Provider>> {
        named(name).map(|kind| Arc::new(*kind) as Arc<dyn Provider>)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = DOMAINS.iter().copied().flatten().map(|k| k.name.to_owned()).collect();
        names.sort_unstable();
        names
    }

    fn infer(&self, schema: &Schema, table: &Table, column: ColumnIdx) -> Option<Inference> {
        infer::infer(schema, table, column)
    }

    fn infer_references(&self, schema: &Schema) -> Vec<(TableId, ForeignKey)> {
        references::infer(schema)
    }
}
