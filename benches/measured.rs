//! The schemas that are measured as wholes.

use crate::schemas::schema;
use seedbed_schema_model::Schema;
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
