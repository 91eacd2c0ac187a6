//! A schema's text as a load: parsed, planned with the standard catalog, sent to a target.

use seedbed_datagen_core::{Attempts, Plan, Request, RunOptions, Spec};
use seedbed_ddl_parse::parse;
use seedbed_load::{LoadError, LoadReport, LoadRequest, TableOutcome, Target, load};
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Dialect, Schema, SourceMap, TableId};
use std::sync::Arc;

/// A schema's text and what it says.
#[derive(Debug)]
pub(crate) struct Script {
    ddl: String,
    pub(crate) schema: Arc<Schema>,
}

impl Script {
    /// Reads DDL.
    pub(crate) fn new(dialect: Dialect, ddl: &str) -> Self {
        let schema = Arc::new(parse(&SourceMap::of(ddl), Some(dialect)).schema);
        Self { ddl: ddl.to_owned(), schema }
    }

    /// Loads so many rows a table.
    pub(crate) fn load(&self, url: &str, rows: u64) -> Result<LoadReport, LoadError> {
        let target: Target = url.parse()?;
        let request = LoadRequest { target: &target, schema: &self.schema, schema_sql: &self.ddl };
        let catalog = StandardCatalog::new();
        let spec = Spec { rows: Some(rows), seed: Some(1), ..Spec::default() };
        load(
            &request,
            &mut |existing, withheld| {
                let (existing, withheld) = (existing.clone(), withheld.clone());
                let request = Request { spec: spec.clone(), existing, withheld, ..Request::default() };
                Plan::new(Arc::clone(&self.schema), &request, &catalog)
            },
            &RunOptions { threads: 2, batch_rows: 50, ..RunOptions::default() },
            &mut |_| true,
        )
    }

    /// The plan by itself, with rows in other attempts than the first.
    pub(crate) fn plan(&self, rows: u64, attempts: Attempts) -> Plan {
        let spec = Spec { rows: Some(rows), seed: Some(1), ..Spec::default() };
        let request = Request { spec, attempts, ..Request::default() };
        Plan::new(Arc::clone(&self.schema), &request, &StandardCatalog::new()).expect("a plan")
    }

    /// `table=rows` or `table=rows code` for each table of a report, in DDL order.
    pub(crate) fn summary(&self, report: &LoadReport) -> Vec<String> {
        let line = |(id, got): (TableId, &TableOutcome)| {
            let code = got.shortfall.as_ref().map(|s| format!(" {}", s.code)).unwrap_or_default();
            format!("{}={}{code}", self.schema[id].name.name, got.rows)
        };
        report.tables.iter().map(|(id, got)| line((*id, got))).collect()
    }
}
