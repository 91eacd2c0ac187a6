//! From a script to a plan.

use seedbed_datagen_core::{Request, Spec};
use seedbed_ddl_parse::parse;
use seedbed_providers::StandardCatalog;
use seedbed_rows::Plan;
use seedbed_schema_model::{Dialect, Schema, SourceMap};
use std::sync::Arc;

/// A plan of so many rows a table.
pub(crate) fn plan(schema: &Arc<Schema>, rows: u64) -> Plan {
    let request = Request { spec: Spec { rows: Some(rows), ..Spec::default() }, ..Request::default() };
    seedbed_planner::plan(Arc::clone(schema), &request, &StandardCatalog::new())
        .expect("the measured schemas can be planned")
}

/// A script of PostgreSQL as a schema.
pub(crate) fn schema(text: &str) -> Arc<Schema> {
    Arc::new(parse(&SourceMap::of(text), Some(Dialect::Postgres)).schema)
}
