//! A load of one small table.

use seedbed_datagen_core::{Request, RunOptions, TypesAlone};
use seedbed_load::{DatabaseTarget, LoadError, LoadReport, LoadRequest, load};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
use std::sync::Arc;
use std::time::Duration;

/// Loads a hundred rows into `genre`, which has a column `id`.
pub(crate) fn loaded(target: &DatabaseTarget) -> Result<LoadReport, LoadError> {
    let dialect = target.dialect();
    let mut schema = Schema::new(dialect);
    let mut genre = Table::new((dialect == Dialect::Postgres).then_some("public"), "genre");
    genre.columns.push(Column::new("id", SqlType::BIGINT).not_null());
    schema.push_table(genre);
    let schema = Arc::new(schema);
    let patience = Duration::from_secs(20);
    let schema_sql = "CREATE TABLE genre (id bigint NOT NULL);";
    let request = LoadRequest { target, schema: &schema, schema_sql, patience };
    let mut plan_for = |existing: &_, withheld: &_| {
        let (existing, withheld) = (Clone::clone(existing), Clone::clone(withheld));
        let request = Request { existing, withheld, ..Request::default() };
        seedbed_planner::plan(Arc::clone(&schema), &request, &TypesAlone)
    };
    load(&request, &mut plan_for, &RunOptions::default(), &mut ())
}
