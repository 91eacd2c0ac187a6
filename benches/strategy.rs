//! What does a row cost by each way of keeping a promise: counting up, permuting, drawing, dealing out, looking up?
//!
//! Each table has little else than the column in question; a benchmark is called after the law that the plan chose.

mod schemas;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use seedbed_rows::Plan;
use std::hint::black_box;

/// Rows of each table, made in one batch.
const ROWS: u64 = 8_192;

/// A table and the column whose law is measured.
const TABLES: &[(&str, &str)] = &[
    ("counted", "id"),
    ("permuted", "code"),
    ("drawn", "amount"),
    ("chosen", "state"),
    ("line", "owner"),
    ("pair", "owner"),
    ("tree", "parent"),
    ("shared", "second"),
    ("checked", "low"),
];

const DDL: &str = "
    CREATE TABLE owner (id integer PRIMARY KEY);
    CREATE TABLE thing (id integer PRIMARY KEY);
    CREATE TABLE first (owner integer NOT NULL REFERENCES owner, id integer NOT NULL, PRIMARY KEY (owner, id));
    CREATE TABLE second (owner integer NOT NULL REFERENCES owner, id integer NOT NULL, PRIMARY KEY (owner, id));
    CREATE TABLE counted (id integer PRIMARY KEY);
    CREATE TABLE permuted (code bigint NOT NULL UNIQUE CHECK (code BETWEEN 1 AND 1000000000));
    CREATE TABLE drawn (amount integer NOT NULL);
    CREATE TABLE chosen (state text NOT NULL CHECK (state IN ('new', 'paid', 'sent')));
    CREATE TABLE line (owner integer NOT NULL REFERENCES owner, line_no integer NOT NULL, PRIMARY KEY (owner, line_no));
    CREATE TABLE pair (
        owner integer NOT NULL REFERENCES owner, thing integer NOT NULL REFERENCES thing, PRIMARY KEY (owner, thing));
    CREATE TABLE tree (id integer PRIMARY KEY, parent integer REFERENCES tree);
    CREATE TABLE shared (
        owner integer NOT NULL, first integer NOT NULL, second integer,
        FOREIGN KEY (owner, first) REFERENCES first, FOREIGN KEY (owner, second) REFERENCES second);
    CREATE TABLE checked (low integer NOT NULL, high integer NOT NULL, CHECK (low * 2 < high));";

fn strategy(c: &mut Criterion) {
    let schema = schemas::schema(DDL);
    let plan = schemas::plan(&schema, ROWS);
    let mut group = c.benchmark_group("strategy");
    group.throughput(Throughput::Elements(ROWS));
    for (table, column) in TABLES {
        let name = format!("public.{table}");
        let id = schema.table_named(&name).expect("a table of the script");
        let law = law(&plan, &name, column);
        group
            .bench_function(BenchmarkId::new(*table, law), |b| b.iter(|| black_box(plan.batch(id, 0..ROWS))));
    }
    group.finish();
}

/// The law of a column; CHECKs that are met by cases count as one.
fn law(plan: &Plan, table: &str, column: &str) -> String {
    let explained = plan.explain();
    let table = explained.tables.iter().find(|t| t.table == table).expect("every table is planned");
    if !table.cases.is_empty() {
        return "cases".to_owned();
    }
    let column = table.columns.iter().find(|c| c.column == column).expect("a column of the script");
    column.law.to_string()
}

criterion_group!(benches, strategy);
criterion_main!(benches);
