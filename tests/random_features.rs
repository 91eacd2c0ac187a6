//! Random schemas over types of every kind, partitions, generated columns, references that bind both ways and rows that
//! are there: their files break nothing, and their server takes every row, unless the plan says before row 1 why not.

use crate::feature_sketch::{FeatureSketch, sketch};
use crate::random_schemas::{fail_with_reason, runner};
use crate::servers::{MariaDbServer, PostgresServer};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use seedbed_job::{Job, Outcome, Overrides, Silent, Target};
use seedbed_schema_model::{Dialect, SourceMap};
use std::cell::Cell;
use std::path::Path;

/// A schema and the rows that are asked of it.
struct Case {
    dialect: Dialect,
    ddl: String,
    overrides: Overrides,
}

/// How many tables were made, and how many of them the plan called short or not guaranteed.
#[derive(Debug, Default)]
struct Tally {
    tables: Cell<usize>,
    told: Cell<usize>,
}

impl Case {
    fn new(dialect: Dialect, sketch: &FeatureSketch, rows: u64) -> Self {
        let table_rows = sketch.more_rows(rows).map(|(table, rows)| (table.to_owned(), rows));
        let overrides =
            Overrides { rows: Some(rows), seed: Some(rows), null_rate: Some(0.2), ..Overrides::default() };
        let mut overrides = overrides;
        overrides.table_rows.extend(table_rows);
        Self { dialect, ddl: sketch.ddl(dialect), overrides }
    }

    fn run(&self, target: Target<'_>) -> Result<Outcome, TestCaseError> {
        let job = Job::new(SourceMap::of(&self.ddl)).dialect(self.dialect).overrides(self.overrides.clone());
        job.run(target, &mut Silent).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            TestCaseError::fail(format!("{error}: {cause}\n{}", self.ddl))
        })
    }

    /// Files break no constraint that the plan guarantees.
    fn check_files(&self) -> Result<(), TestCaseError> {
        let outcome = self.run(Target::Memory)?;
        prop_assert!(outcome.read.problems.is_empty(), "{:#?}\n{}", outcome.read.problems, self.ddl);
        let broken: Vec<String> = outcome.violations().iter().map(|v| v.message.clone()).collect();
        let limits = &outcome.limitations;
        prop_assert!(broken.is_empty() || !limits.is_empty(), "{broken:#?}\n{}", self.ddl);
        Ok(())
    }

    /// The server takes each row as it was first drawn, unless the plan does not guarantee all constraints.
    fn check_load(&self, url: &str, tally: &Tally) -> Result<(), TestCaseError> {
        let outcome = self.run(Target::Database(url.parse().expect("a target")))?;
        let told =
            outcome.tables.values().filter(|t| t.shortfall.is_some()).count() + outcome.limitations.len();
        tally.tables.set(tally.tables.get() + outcome.tables.len());
        tally.told.set(tally.told.get() + told);
        let shortfalls: Vec<String> = outcome.shortfalls().iter().map(|s| s.message.clone()).collect();
        let refused = outcome.passes > 1 || outcome.tables.values().any(|t| !t.attempts.is_empty());
        prop_assert!(!refused || !outcome.limitations.is_empty(), "{shortfalls:#?}\n{}", self.ddl);
        Ok(())
    }

    fn write(&self, file: &Path, before: &str) {
        std::fs::write(file, format!("{before}{}", self.ddl)).expect("written");
    }
}

impl Tally {
    /// What is told is an exception, or nothing is shown by these cases.
    fn check(&self) {
        let (tables, told) = (self.tables.get(), self.told.get());
        assert!(tables == 0 || told * 10 <= tables, "{told} things are told of {tables} tables");
    }
}

fn refused(dialect: Dialect, why: &str, ddl: &str) -> TestCaseError {
    TestCaseError::fail(format!("{} refuses the schema: {why}\n{ddl}", dialect.name()))
}

#[test]
#[ignore = "by request: it looks for what is not solved yet"]
fn features_of_postgres_are_filled() {
    let database = PostgresServer::connect().map(|s| s.scratch("features").expect("a database"));
    let (folder, tally) = (tempfile::tempdir().expect("a folder"), Tally::default());
    let outcome = runner(60).run(&(sketch(), 1..120_u64), |(sketch, rows)| {
        let case = Case::new(Dialect::Postgres, &sketch, rows);
        case.check_files()?;
        let Some(database) = &database else { return Ok(()) };
        let file = folder.path().join("features.sql");
        case.write(&file, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n");
        database.load(&file).map_err(|why| refused(case.dialect, &why, &case.ddl))?;
        case.check_load(&database.url(), &tally)
    });
    fail_with_reason(outcome);
    tally.check();
}

#[test]
#[ignore = "by request: it looks for what is not solved yet"]
fn features_of_mysql_are_filled() {
    let server = MariaDbServer::connect();
    let (folder, tally) = (tempfile::tempdir().expect("a folder"), Tally::default());
    let outcome = runner(60).run(&(sketch(), 1..120_u64), |(sketch, rows)| {
        let case = Case::new(Dialect::MySql, &sketch, rows);
        case.check_files()?;
        let Some(server) = &server else { return Ok(()) };
        let database = server.scratch("features").map_err(TestCaseError::fail)?;
        let file = folder.path().join("features.sql");
        case.write(&file, "");
        database.load(&file).map_err(|why| refused(case.dialect, &why, &case.ddl))?;
        case.check_load(&database.url(), &tally)
    });
    fail_with_reason(outcome);
    tally.check();
}

#[test]
#[ignore = "by request: it looks for what is not solved yet"]
fn features_of_sqlite_are_filled() {
    let tally = Tally::default();
    let outcome = runner(60).run(&(sketch(), 1..120_u64), |(sketch, rows)| {
        let case = Case::new(Dialect::Sqlite, &sketch, rows);
        case.check_files()?;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("features.db");
        case.check_load(&format!("sqlite:{}", path.display()), &tally)
    });
    fail_with_reason(outcome);
    tally.check();
}
