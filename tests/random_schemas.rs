//! Random schemas: they are read, planned, made, found valid, and taken by the real databases; and a table that gets
//! fewer rows than asked can really hold no more.

use crate::generated::Generated;
use crate::random_ddl::{RandomSchema, sketch};
use crate::servers::{PostgresDatabase, PostgresServer};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use seedbed_datagen_core::{RunOptions, Shortfall, ShortfallCode, Spec, Verdict};
use seedbed_job::{Job, Silent, SpecSource, Target};
use seedbed_schema_model::{Dialect, SourceMap};
use std::collections::{BTreeSet, HashSet};

/// So many cases, the same ones each time, unless `PROPTEST_CASES` and `PROPTEST_RNG_SEED` say otherwise.
pub(crate) fn runner(cases: u32) -> TestRunner {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    config.rng_seed = RngSeed::Fixed(seed());
    TestRunner::new(config)
}

/// What cases are drawn by.
fn seed() -> u64 {
    std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123)
}

#[test]
fn random_sqlite_schemas_are_filled() {
    let outcome = runner(64).run(&(sketch(), 1..200_u64), |(sketch, rows)| {
        let random = RandomSchema::new(Dialect::Sqlite, &sketch);
        let generated = check_made(&random, rows)?;
        check_sqlite(&random.ddl(), spec(rows), &generated)
    });
    fail_with_reason(outcome);
}

#[test]
fn random_postgres_schemas_are_filled() {
    let database = PostgresServer::connect().map(|s| s.scratch("random").expect("a database"));
    let outcome = runner(64).run(&(sketch(), 1..200_u64), |(sketch, rows)| {
        let random = RandomSchema::new(Dialect::Postgres, &sketch);
        let generated = check_made(&random, rows)?;
        database.as_ref().map_or(Ok(()), |d| check_postgres(d, &random.ddl(), spec(rows), &generated))
    });
    fail_with_reason(outcome);
}

/// The reason holds the schema's text, which says more than the sketch it was made from.
pub(crate) fn fail_with_reason<T: std::fmt::Debug>(outcome: Result<(), TestError<T>>) {
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{}\nPROPTEST_RNG_SEED={}", reason.message(), seed()),
        Err(error) => panic!("{error}\nPROPTEST_RNG_SEED={}", seed()),
    }
}

fn spec(rows: u64) -> Spec {
    Spec { rows: Some(rows), seed: Some(3), ..Spec::default() }
}

/// Everything that can be told without a database.
fn check_made(random: &RandomSchema, rows: u64) -> Result<Generated, TestCaseError> {
    let ddl = random.ddl();
    let generated = Generated::new(random.dialect, &ddl, spec(rows));
    prop_assert_eq!(generated.plan.explain().limitations, vec![], "{}", ddl);
    let broken = generated.broken();
    prop_assert!(broken.is_empty(), "{broken:#?}\n{rows} rows\n{ddl}");
    check_capacities(random, rows, &generated)?;
    Ok(generated)
}

/// Every table is full, or as full as its keys let it be.
fn check_capacities(random: &RandomSchema, rows: u64, generated: &Generated) -> Result<(), TestCaseError> {
    let values_of_key = |table: usize, key: usize| {
        let id = generated.table(&random.tables[table].name);
        let planned = generated.plan.table(id).map_or(0, |t| t.rows);
        let columns = generated.rows(id, 0..planned);
        let names = random.key_columns(table, key);
        let value =
            |row: u64| names.iter().map(|n| columns[*n][row as usize].clone()).collect::<Option<Vec<_>>>();
        (0..planned).filter_map(value).collect::<BTreeSet<_>>().len() as u64
    };
    for (at, table) in random.tables.iter().enumerate() {
        let id = generated.table(&table.name);
        let planned = generated.plan.table(id).expect("every table is planned");
        let capacity = random.capacity(at, &values_of_key);
        let name = &table.name;
        prop_assert_eq!(
            planned.rows,
            rows.min(capacity),
            "`{}` could hold {} rows: {:?}\n{}",
            name,
            capacity,
            planned.shortfall,
            random.ddl()
        );
        let told = planned.shortfall.as_ref().map(|s| s.code);
        let expected = (capacity < rows).then_some(ShortfallCode::Capacity);
        prop_assert_eq!(told, expected, "{}: {:?}\n{}", name, planned.shortfall, random.ddl());
    }
    Ok(())
}

fn load_into(url: &str, ddl: &str, spec: Spec, generated: &Generated) -> Result<(), TestCaseError> {
    let schema = generated.plan.schema();
    let options = RunOptions { batch_rows: 64, ..RunOptions::default() };
    let job = Job::new(SourceMap::of(ddl)).dialect(schema.dialect).run_options(options);
    let job = job.spec(SpecSource::Value(spec));
    let outcome = job
        .run(Target::Database(url.parse().expect("a target")), &mut Silent)
        .map_err(|e| TestCaseError::fail(format!("{e}: {:?}\n{ddl}", std::error::Error::source(&e))))?;
    prop_assert_eq!(outcome.passes, 1, "rows were refused\n{}", ddl);
    // The order of rows that are there is another's: what is found of what is not decided may be more or less.
    let is_open = |told: &Option<Shortfall>| told.as_ref().is_some_and(|t| t.verdict == Verdict::Undecided);
    for table in generated.plan.tables() {
        let got = &outcome.tables[&table.table];
        let name = &schema[table.table].name;
        let loaded = outcome.plan.table(table.table).map(|t| t.rows);
        prop_assert_eq!(Some(got.rows), loaded, "{}: {:?}\n{}", name, got.shortfall, ddl);
        if !is_open(&table.shortfall) || !is_open(&got.shortfall) {
            prop_assert_eq!(got.rows, table.rows, "{}: {:?}\n{}", name, got.shortfall, ddl);
        }
    }
    Ok(())
}

/// Loaded with foreign keys on, and checked once more by SQLite itself: NOT NULL, UNIQUE, CHECK and references.
pub(crate) fn check_sqlite(ddl: &str, spec: Spec, generated: &Generated) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("random.db");
    load_into(&format!("sqlite:{}", path.display()), ddl, spec, generated)?;
    let connection = rusqlite::Connection::open(&path).expect("a database");
    let text = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).expect("an answer");
    prop_assert_eq!(
        text("SELECT group_concat(integrity_check) FROM pragma_integrity_check"),
        "ok",
        "{}",
        ddl
    );
    prop_assert_eq!(text("SELECT count(*) || '' FROM pragma_foreign_key_check"), "0", "{}", ddl);
    Ok(())
}

pub(crate) fn check_postgres(
    database: &PostgresDatabase,
    ddl: &str,
    spec: Spec,
    generated: &Generated,
) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("random.sql");
    std::fs::write(&file, format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n{ddl}"))
        .expect("written");
    database
        .load(&file)
        .map_err(|e| TestCaseError::fail(format!("the server refuses the schema: {e}\n{ddl}")))?;
    load_into(&database.url(), ddl, spec, generated)
}

/// Keys over short lists, also ones that share a column: the plan's number is the greatest that a search finds.
#[test]
fn what_is_told_to_be_the_most_is_the_most() {
    let strategy =
        (prop::collection::vec(1..=3_usize, 2..=3), prop::collection::vec((0..3_usize, 0..3_usize), 1..=2));
    let outcome = runner(64).run(&strategy, |(sizes, pairs)| {
        let keys: Vec<Vec<usize>> = pairs
            .iter()
            .map(|(a, b)| BTreeSet::from([a % sizes.len(), b % sizes.len()]).into_iter().collect())
            .collect();
        let ddl = lists_ddl(&sizes, &keys);
        let generated = Generated::new(Dialect::Sqlite, &ddl, spec(30));
        let table = &generated.plan.tables()[0];
        let most = most_rows(&sizes, &keys).min(30);
        if generated.plan.explain().limitations.is_empty() {
            prop_assert_eq!(table.rows, most, "{:?}\n{}", table.shortfall, ddl);
            prop_assert_eq!(generated.broken(), Vec::<String>::new(), "{}", ddl);
        } else {
            // What is told not to be guaranteed may be too many rows, never too few.
            prop_assert!(table.rows >= most, "{:?}\n{ddl}", table.shortfall);
        }
        Ok(())
    });
    fail_with_reason(outcome);
}

fn lists_ddl(sizes: &[usize], keys: &[Vec<usize>]) -> String {
    let list = |n: usize| (1..=n).map(|v| v.to_string()).collect::<Vec<_>>().join(", ");
    let columns =
        sizes.iter().enumerate().map(|(i, n)| format!("c{i} INT NOT NULL CHECK (c{i} IN ({}))", list(*n)));
    let key = |key: &Vec<usize>| {
        format!("UNIQUE ({})", key.iter().map(|c| format!("c{c}")).collect::<Vec<_>>().join(", "))
    };
    let items: Vec<String> = columns.chain(keys.iter().map(key)).collect();
    format!("CREATE TABLE t ({});", items.join(", "))
}

/// The greatest number of rows of which no two agree on a key, by trying.
fn most_rows(sizes: &[usize], keys: &[Vec<usize>]) -> u64 {
    let count: usize = sizes.iter().product();
    let rows: Vec<Vec<usize>> = (0..count)
        .map(|mut n| {
            sizes
                .iter()
                .map(|size| {
                    let digit = n % size;
                    n /= size;
                    digit
                })
                .collect()
        })
        .collect();
    // No key holds more than its own combinations; the search ends where one is full.
    let bound =
        keys.iter().map(|k| k.iter().map(|c| sizes[*c]).product::<usize>()).min().unwrap_or(usize::MAX);
    let mut search = Search { rows: &rows, keys, bound, used: vec![HashSet::new(); keys.len()], best: 0 };
    search.go(0, 0);
    search.best as u64
}

/// Takes or leaves each row in turn.
struct Search<'a> {
    rows: &'a [Vec<usize>],
    keys: &'a [Vec<usize>],
    bound: usize,
    used: Vec<HashSet<Vec<usize>>>,
    best: usize,
}

impl Search<'_> {
    fn go(&mut self, from: usize, taken: usize) {
        self.best = self.best.max(taken);
        if self.best >= self.bound || taken + self.rows.len() - from <= self.best {
            return;
        }
        let row = &self.rows[from];
        let values: Vec<Vec<usize>> = self.keys.iter().map(|k| k.iter().map(|c| row[*c]).collect()).collect();
        if values.iter().zip(&self.used).all(|(value, used)| !used.contains(value)) {
            self.used.iter_mut().zip(&values).for_each(|(used, value)| used.extend([value.clone()]));
            self.go(from + 1, taken + 1);
            self.used.iter_mut().zip(&values).for_each(|(used, value)| drop(used.take(value)));
        }
        self.go(from + 1, taken);
    }
}
