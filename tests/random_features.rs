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

/// A schema, the rows that are asked of it, and how many it can have.
struct Case<'a> {
    dialect: Dialect,
    sketch: &'a FeatureSketch,
    rows: u64,
    ddl: String,
}

/// How many tables were made, and of how many of them it was told that they can't have all rows.
#[derive(Debug, Default)]
struct Tally {
    tables: Cell<usize>,
    told: Cell<usize>,
}

impl<'a> Case<'a> {
    fn new(dialect: Dialect, sketch: &'a FeatureSketch, rows: u64) -> Self {
        Self { dialect, sketch, rows, ddl: sketch.ddl(dialect) }
    }

    fn run(&self, target: Target<'_>) -> Result<Outcome, TestCaseError> {
        let rows = self.rows;
        let mut overrides =
            Overrides { rows: Some(rows), seed: Some(rows), null_rate: Some(0.2), ..Overrides::default() };
        let more = self.sketch.more_rows(rows);
        overrides.table_rows.extend(more.map(|(table, rows)| (table.to_owned(), rows)));
        let job = Job::new(SourceMap::of(&self.ddl)).dialect(self.dialect).overrides(overrides);
        job.run(target, &mut Silent).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            TestCaseError::fail(format!("{error}: {cause}\n{}", self.ddl))
        })
    }

    /// Each table has the rows that were asked, or as many as it can have, which was told; and all was guaranteed.
    fn check_outcome(&self, outcome: &Outcome) -> Result<usize, TestCaseError> {
        let more = self.sketch.more_rows(self.rows);
        let mut told = 0;
        for (id, got) in &outcome.tables {
            let name = &outcome.read.schema[*id].name.name;
            let asked = more.filter(|(table, _)| name == table).map_or(self.rows, |(_, rows)| rows);
            let room = self.sketch.room(self.dialect, name);
            let shortfalls: Vec<String> = outcome.shortfalls().iter().map(|s| s.message.clone()).collect();
            prop_assert_eq!(got.rows, asked.min(room), "`{}`: {:#?}\n{}", name, shortfalls, self.ddl);
            prop_assert_eq!(got.shortfall.is_some(), room < asked, "`{}`\n{}", name, self.ddl);
            told += usize::from(room < asked);
        }
        prop_assert!(outcome.limitations.is_empty(), "{:#?}\n{}", outcome.limitations, self.ddl);
        Ok(told)
    }

    /// Files break no constraint.
    fn check_files(&self) -> Result<(), TestCaseError> {
        let outcome = self.run(Target::Memory)?;
        prop_assert!(outcome.read.problems.is_empty(), "{:#?}\n{}", outcome.read.problems, self.ddl);
        let broken: Vec<String> = outcome.violations().iter().map(|v| v.message.clone()).collect();
        prop_assert!(broken.is_empty(), "{broken:#?}\n{}", self.ddl);
        self.check_outcome(&outcome).map(drop)
    }

    /// The server takes each row as it was first drawn.
    fn check_load(&self, url: &str, tally: &Tally) -> Result<(), TestCaseError> {
        let outcome = self.run(Target::Database(url.parse().expect("a target")))?;
        let told = self.check_outcome(&outcome)?;
        let redrawn = outcome.tables.values().any(|t| !t.attempts.is_empty());
        prop_assert!(outcome.passes == 1 && !redrawn, "refused at first\n{}", self.ddl);
        tally.tables.set(tally.tables.get() + outcome.tables.len());
        tally.told.set(tally.told.get() + told);
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
        assert!(tables == 0 || told * 10 <= tables, "{told} of {tables} tables are told of");
    }
}

fn refused(dialect: Dialect, why: &str, ddl: &str) -> TestCaseError {
    TestCaseError::fail(format!("{} refuses the schema: {why}\n{ddl}", dialect.name()))
}

/// Makes random schemas of a dialect as files, and hands them on to be loaded.
fn check_features(dialect: Dialect, load: impl Fn(&Case, &Tally) -> Result<(), TestCaseError>) {
    let tally = Tally::default();
    let outcome = runner(60).run(&(sketch(), 1..120_u64), |(sketch, rows)| {
        let case = Case::new(dialect, &sketch, rows);
        case.check_files()?;
        load(&case, &tally)
    });
    fail_with_reason(outcome);
    tally.check();
}

#[test]
fn features_of_postgres_are_filled() {
    let database = PostgresServer::connect().map(|s| s.scratch("features").expect("a database"));
    let folder = tempfile::tempdir().expect("a folder");
    check_features(Dialect::Postgres, |case, tally| {
        let Some(database) = &database else { return Ok(()) };
        let file = folder.path().join("features.sql");
        case.write(&file, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n");
        database.load(&file).map_err(|why| refused(case.dialect, &why, &case.ddl))?;
        case.check_load(&database.url(), tally)
    });
}

#[test]
fn features_of_mysql_are_filled() {
    let server = MariaDbServer::connect();
    let folder = tempfile::tempdir().expect("a folder");
    check_features(Dialect::MySql, |case, tally| {
        let Some(server) = &server else { return Ok(()) };
        let database = server.scratch("features").map_err(TestCaseError::fail)?;
        let file = folder.path().join("features.sql");
        case.write(&file, "");
        database.load(&file).map_err(|why| refused(case.dialect, &why, &case.ddl))?;
        case.check_load(&database.url(), tally)
    });
}

#[test]
fn features_of_sqlite_are_filled() {
    check_features(Dialect::Sqlite, |case, tally| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("features.db");
        case.check_load(&format!("sqlite:{}", path.display()), tally)
    });
}
