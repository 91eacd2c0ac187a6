//! The schemas that are measured.

use seedbed_datagen_core::{Plan, Request, Spec};
use seedbed_ddl_parse::parse;
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Dialect, Schema, SourceMap};
use std::path::Path;
use std::sync::Arc;

/// A schema with the name it is reported under.
#[derive(Debug)]
pub(crate) struct Measured {
    /// The name.
    pub(crate) name: &'static str,
    /// The schema.
    pub(crate) schema: Arc<Schema>,
}

/// The bookshop of `examples/`, and TPC-H where the corpus of real schemas is at hand.
pub(crate) fn measured() -> Vec<Measured> {
    let bookshop = include_str!("../examples/bookshop.sql");
    let corpus = std::env::var_os("SEEDBED_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), Into::into);
    let tpch = std::fs::read_to_string(corpus.join("postgres_dump/bench_tpch.sql")).ok();
    let texts = [("bookshop", Some(bookshop.to_owned())), ("tpch", tpch)];
    texts.into_iter().filter_map(|(name, text)| Some(Measured { name, schema: schema(&text?) })).collect()
}

/// A plan of so many rows a table.
pub(crate) fn plan(schema: &Arc<Schema>, rows: u64) -> Plan {
    let request = Request { spec: Spec { rows: Some(rows), ..Spec::default() }, ..Request::default() };
    Plan::new(Arc::clone(schema), &request, &StandardCatalog::new())
        .expect("the measured schemas can be planned")
}

fn schema(text: &str) -> Arc<Schema> {
    Arc::new(parse(&SourceMap::of(text), Some(Dialect::Postgres)).schema)
}
