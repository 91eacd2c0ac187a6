//! How long does it take from a schema to a plan, and how much of that do the number of rows and of tables cost?

mod measured;
mod schemas;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn plan(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan");
    for measured in measured::measured() {
        for rows in [100, 1_000_000] {
            let id = BenchmarkId::new(measured.name, format!("{rows} rows"));
            group.bench_function(id, |b| b.iter(|| black_box(schemas::plan(&measured.schema, rows))));
        }
    }
    group.finish();
}

/// Tables of one kind, in growing numbers: planning is meant to grow no faster than they do.
fn tables(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan by tables");
    for count in [10, 50, 200, 500] {
        let schema = schemas::schema(&many_tables(count));
        group.throughput(Throughput::Elements(count));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter(|| black_box(schemas::plan(&schema, 100)))
        });
    }
    group.finish();
}

/// So many tables with keys, references to earlier ones, CHECKs and columns with telling names.
fn many_tables(count: u64) -> String {
    let table = |n: u64| {
        let (near, far) = (n.saturating_sub(1), n / 2);
        format!(
            "CREATE TABLE t{n} (
                id serial PRIMARY KEY,
                near_id integer NOT NULL REFERENCES t{near},
                far_id integer REFERENCES t{far},
                code varchar(20) NOT NULL UNIQUE,
                email varchar(80) NOT NULL,
                title text NOT NULL,
                state varchar(10) NOT NULL CHECK (state IN ('new', 'open', 'done')),
                amount numeric(10, 2) NOT NULL CHECK (amount >= 0),
                starts_on date NOT NULL,
                ends_on date CHECK (ends_on >= starts_on),
                position integer NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                UNIQUE (near_id, position));\n"
        )
    };
    (0..count).map(table).collect()
}

criterion_group!(benches, plan, tables);
criterion_main!(benches);
